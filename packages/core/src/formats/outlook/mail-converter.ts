// Where formats/pst and formats/mapi meet: a message node of a PST as a mail with its flags and dates. Everything that it needs to know are values, so
// that any thread that can read the file gives the same mail.
import type { Flag } from '../../model/flag.js';
import type { SpecialUse } from '../../model/folder.js';
import type { Issue } from '../../model/issue.js';
import type { ItemKind } from '../../model/item.js';
import type { DateSource } from '../../model/message.js';
import type { ConversionContext } from '../mapi/context.js';
import { entryIdNode } from '../mapi/entry-id.js';
import { messageFlags, messageKeywords } from '../mapi/flags.js';
import { internalDate } from '../mapi/internal-date.js';
import { itemKind } from '../mapi/item-kind.js';
import type { MapiMessage } from '../mapi/object.js';
import { messageToMime } from '../mapi/to-mime.js';
import type { ComposedContent } from '../mime/builder.js';
import { codePageCharset, decodeByGuess } from '../mime/charset.js';
import { pstIdentity } from '../pst/messaging/identity.js';
import type { MessageReader } from '../pst/messaging/message-reader.js';
import type { DecodeByCodePages } from '../pst/messaging/message-scope.js';

/** How messages of a PST become mail. */
export interface MailOptions {
  /** Windows code page of 8-bit strings whose message names none; 1252 by default. */
  readonly codePage?: number;
  /** Leaves a winmail.dat as it is; false by default. */
  readonly keepsWinmail?: boolean;
  /** Gives \Deleted to what Outlook marked for deletion; false by default. */
  readonly keepsDeleted?: boolean;
  /** Whether what is not mail comes as items, or as mail that shows it; `items` by default. */
  readonly itemsAs?: 'items' | 'mail';
}

/** A message node as mail. */
export interface NodeMail {
  readonly content: ComposedContent;
  readonly flags: readonly Flag[];
  readonly internalDate: number;
  readonly dateSource: DateSource;
  /** What was damaged, and what was guessed; complete when the content was read. */
  issues(): Issue[];
}

/** What a message node is: mail, an item by its kind, or nothing that can be read. */
export type NodeMessage =
  | { readonly kind: 'mail'; readonly message: MapiMessage; readonly issues: readonly Issue[] }
  | { readonly kind: ItemKind; readonly message: MapiMessage; readonly issues: readonly Issue[] }
  | { readonly kind: 'unreadable'; readonly issues: readonly Issue[] };

/** Turns 8-bit strings to text: by the code pages of their message, then by that of the options, then by guess. */
export function stringDecoder(codePage = 1252): DecodeByCodePages {
  return (octets, pages) => {
    const charsets = [...pages, codePage].map(codePageCharset).filter((charset) => charset !== undefined);
    return decodeByGuess(octets, charsets).text;
  };
}

/** Converts the messages of one store. */
export class MailConverter {
  readonly context: ConversionContext;
  readonly #reader: MessageReader;
  readonly #showsItems: boolean;
  readonly #contexts = new Map<SpecialUse, ConversionContext>();

  /** @param directory Exchange address in upper case → SMTP address, from the whole store */
  constructor(reader: MessageReader, options: MailOptions, directory: ReadonlyMap<string, string>) {
    this.#reader = reader;
    this.#showsItems = options.itemsAs === 'mail';
    this.context = {
      idSeed: reader.recordKey,
      addressDirectory: directory,
      stored: (entryId) => {
        const { recordKey, nid = 0 } = entryIdNode(entryId) ?? {};
        return recordKey === reader.recordKey ? reader.message(nid).message : undefined;
      },
      ...(options.codePage !== undefined && { codePage: options.codePage }),
      ...(options.keepsWinmail === true && { unpacksTnef: false }),
      ...(options.keepsDeleted === true && { keepsDeleted: true }),
    };
  }

  /** Opens a message node. */
  open(nid: number): NodeMessage {
    const { message, issues } = this.#reader.message(nid);
    if (message === undefined) return { kind: 'unreadable', issues };
    const kind = itemKind(message);
    // Notes are mail, and so is everything where items were asked for as mail.
    return { kind: kind === 'note' || this.#showsItems ? 'mail' : kind, message, issues };
  }

  /** The identity of a message node; undefined as message is one that cannot be read. */
  identity(nid: number, message: MapiMessage | undefined): string {
    return pstIdentity(this.#reader.recordKey, nid, message);
  }

  /** The context of the messages of a folder, the same for all of them. */
  #contextOf(specialUse: SpecialUse | undefined): ConversionContext {
    if (specialUse === undefined) return this.context;
    const context = this.#contexts.get(specialUse) ?? { ...this.context, specialUse };
    this.#contexts.set(specialUse, context);
    return context;
  }

  /** A message as mail, whatever it is. */
  mail(message: MapiMessage, found: readonly Issue[], specialUse: SpecialUse | undefined): NodeMail {
    const context = this.#contextOf(specialUse);
    const { content, issues } = messageToMime(message, context);
    const { ms, source } = internalDate(message);
    return {
      content,
      flags: [...messageFlags(message, context), ...messageKeywords(message)],
      internalDate: ms,
      dateSource: source,
      issues: () => [...found, ...issues],
    };
  }
}
