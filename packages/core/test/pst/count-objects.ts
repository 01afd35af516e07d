import { createHash } from 'node:crypto';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import type { PstStore } from '../../src/formats/pst/messaging/store.js';

/** What a walk through every message of a store found. */
export interface ObjectCounts {
  messages: number;
  failed: number;
  attachments: number;
  embedded: number;
  recipients: number;
  /** Octets of attachments. */
  octets: number;
  /** SHA-256 of each attachment that has octets. */
  readonly hashes: string[];
  readonly classes: Record<string, number>;
  readonly issues: Record<string, number>;
}

/** Reads everything: each property, each recipient, each octet of each attachment, at all depths. */
export function countObjects(store: PstStore): ObjectCounts {
  const counts: ObjectCounts = {
    messages: 0,
    failed: 0,
    attachments: 0,
    embedded: 0,
    recipients: 0,
    octets: 0,
    hashes: [],
    classes: {},
    issues: {},
  };
  const nids = [...store.index.byFolder.values(), store.index.lost].flat();
  for (const nid of nids) {
    const { message, issues } = store.message(nid);
    if (message === undefined) {
      counts.failed += 1;
    } else {
      counts.messages += 1;
      bump(counts.classes, String(message.property(0x001a)));
      countInside(message, counts);
    }
    for (const issue of issues) {
      bump(counts.issues, issue.code);
    }
  }
  for (const issue of store.issues) {
    bump(counts.issues, issue.code);
  }
  return counts;
}

function countInside(message: MapiMessage, counts: ObjectCounts): void {
  for (const object of [message, ...message.recipients, ...message.attachments]) {
    Array.from(object.properties(), ({ value }) => value);
  }
  counts.recipients += message.recipients.length;
  for (const attachment of message.attachments) {
    counts.attachments += 1;
    const hash = createHash('sha256');
    for (const chunk of attachment.data()) {
      counts.octets += chunk.length;
      hash.update(chunk);
    }
    if (attachment.dataKind === 'binary' || attachment.dataKind === 'storage') {
      counts.hashes.push(hash.digest('hex'));
    }
    const inner = attachment.embedded();
    if (inner !== undefined) {
      counts.embedded += 1;
      countInside(inner, counts);
    }
  }
}

function bump(record: Record<string, number>, key: string): void {
  record[key] = (record[key] ?? 0) + 1;
}
