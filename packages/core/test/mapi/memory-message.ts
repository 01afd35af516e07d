import type { MapiAttachment, MapiMessage, MapiObject, MapiProperty, NamedProperty, PropertyValue } from '../../src/formats/mapi/object.js';
import { Pid, PropertySet } from '../../src/formats/mapi/properties.js';

/** Property values by id, in the words of the specification. */
export type Properties = Partial<Record<keyof typeof Pid, PropertyValue | { readonly raw: Uint8Array }>>;

type NamedValue = readonly [set: keyof typeof PropertySet, id: number | string, value: PropertyValue];

class MemoryObject implements MapiObject {
  readonly sourceId: string;
  readonly #values = new Map<number, PropertyValue>();
  readonly #raw = new Map<number, Uint8Array>();
  readonly #named: { name: NamedProperty; value: PropertyValue }[];

  constructor(sourceId: string, properties: Properties, named: readonly NamedValue[]) {
    this.sourceId = sourceId;
    for (const [name, value] of Object.entries(properties)) {
      const id = Pid[name as keyof typeof Pid];
      if (typeof value === 'object' && 'raw' in value) {
        this.#raw.set(id, value.raw);
        this.#values.set(id, Buffer.from(value.raw).toString('latin1'));
      } else {
        this.#values.set(id, value);
      }
    }
    this.#named = named.map(([set, id, value]) => ({ name: { guid: PropertySet[set], id }, value }));
  }

  property(id: number): PropertyValue | undefined {
    return this.#values.get(id);
  }

  propertyType(id: number): number | undefined {
    return this.#raw.has(id) ? 0x1e : this.#values.has(id) ? 0x1f : undefined;
  }

  rawString8(id: number): Uint8Array | undefined {
    return this.#raw.get(id);
  }

  named(guid: string, id: number | string): PropertyValue | undefined {
    return this.#named.find(({ name }) => name.guid === guid && name.id === id)?.value;
  }

  *properties(): Generator<MapiProperty> {
    for (const [id, value] of this.#values) yield { id, type: this.propertyType(id) ?? 0, value };
    for (const [i, { name, value }] of this.#named.entries()) yield { id: 0x8000 + i, type: 0, name, value };
  }

  propertiesOf(guid: string): MapiProperty[] {
    return [...this.properties()].filter(({ name }) => name?.guid === guid);
  }
}

/** A row of a recipient table. */
export function recipient(properties: Properties): MapiObject {
  return new MemoryObject('row', properties, []);
}

interface AttachmentSource {
  readonly chunks?: readonly Uint8Array[];
  readonly message?: MapiMessage;
  readonly isStorage?: boolean;
}

class MemoryAttachment extends MemoryObject implements MapiAttachment {
  readonly dataKind: MapiAttachment['dataKind'];
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #message: MapiMessage | undefined;

  constructor(properties: Properties, source: AttachmentSource, named: readonly NamedValue[]) {
    super('attachment', properties, named);
    this.#chunks = source.chunks ?? [];
    this.#message = source.message;
    this.size = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.dataKind = source.message ? 'message' : source.isStorage ? 'storage' : source.chunks ? 'binary' : 'none';
  }

  data(): Iterable<Uint8Array> {
    return this.#chunks;
  }

  embedded(): MapiMessage | undefined {
    return this.#message;
  }
}

/** An attachment with its data, in one chunk or many. */
export function attachment(
  properties: Properties,
  source: AttachmentSource | Uint8Array | string,
  named: readonly NamedValue[] = [],
): MapiAttachment {
  const made =
    typeof source === 'string' ? { chunks: [Buffer.from(source)] } : source instanceof Uint8Array ? { chunks: [source] } : source;
  return new MemoryAttachment(properties, made, named);
}

interface MessageParts {
  readonly recipients?: readonly MapiObject[];
  readonly attachments?: readonly MapiAttachment[];
  readonly named?: readonly NamedValue[];
  readonly sourceId?: string;
}

class MemoryMessage extends MemoryObject implements MapiMessage {
  readonly recipients: readonly MapiObject[];
  readonly attachments: readonly MapiAttachment[];
  readonly issues = [];

  constructor(properties: Properties, parts: MessageParts) {
    super(parts.sourceId ?? 'nid:0x200024', properties, parts.named ?? []);
    this.recipients = parts.recipients ?? [];
    this.attachments = parts.attachments ?? [];
  }
}

/** A message of the given properties. */
export function message(properties: Properties, parts: MessageParts = {}): MapiMessage {
  return new MemoryMessage(properties, parts);
}

/** Sender, subject, dates and a text: what nearly every message has. */
export const PLAIN: Properties = {
  PidTagMessageClass: 'IPM.Note',
  PidTagSubject: 'Minutes',
  PidTagSentRepresentingName: 'Ann Smith',
  PidTagSentRepresentingAddressType: 'SMTP',
  PidTagSentRepresentingEmailAddress: 'ann@example.org',
  PidTagClientSubmitTime: Date.UTC(2020, 2, 3, 9, 5),
  PidTagMessageDeliveryTime: Date.UTC(2020, 2, 3, 9, 6),
  PidTagInternetMessageId: '<1@example.org>',
  PidTagBody: 'Hello\r\n',
};

/** What the tests convert with. */
export const CONTEXT = { idSeed: 'seed' } as const;

/** A row for one SMTP recipient; type 1 To, 2 Cc, 3 Bcc. */
export function smtpRecipient(name: string, address: string, type = 1): MapiObject {
  return recipient({ PidTagDisplayName: name, PidTagAddressType: 'SMTP', PidTagEmailAddress: address, PidTagRecipientType: type });
}
