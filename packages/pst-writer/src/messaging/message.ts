// Message objects, [MS-PST] 2.4.5: a PC, and subnodes for recipients, attachments and large values.
import { PropertyBag } from '../ltp/property-bag.js';
import { writePropertyContext } from '../ltp/property-context.js';
import { SubnodeTree } from '../ndb/subnode-tree.js';
import { writeAttachments } from './attachment.js';
import { writeRecipients } from './recipient.js';
import type { MessageSpec, RecipientSpec } from './spec.js';
import type { Writing } from './writing.js';

const PidTagMessageClass = 0x001a001f;
const PidTagSubject = 0x0037001f;
const PidTagClientSubmitTime = 0x00390040;
const PidTagConversationTopic = 0x0070001f;
const PidTagTransportMessageHeaders = 0x007d001f;
const PidTagDisplayBcc = 0x0e02001f;
const PidTagDisplayCc = 0x0e03001f;
const PidTagDisplayTo = 0x0e04001f;
const PidTagMessageDeliveryTime = 0x0e060040;
const PidTagMessageFlags = 0x0e070003;
const PidTagMessageSize = 0x0e080003;
const PidTagMessageStatus = 0x0e170003;
const PidTagHasAttachments = 0x0e1b000b;
const PidTagBody = 0x1000001f;
const PidTagHtml = 0x10130102;
const PidTagCreationTime = 0x30070040;
const PidTagLastModificationTime = 0x30080040;
const PidTagSearchKey = 0x300b0102;

const MSGFLAG_READ = 0x01;
const MSGFLAG_HASATTACH = 0x10;
/** 2020-01-01T00:00:00Z: a date for items that have none, so that files are reproducible. */
const EPOCH: Date = new Date(1_577_836_800_000);

/** A message as written, not yet in any tree. */
export interface WrittenMessage {
  readonly bidData: number;
  readonly bidSub: number;
  /** About the octets of all its values. */
  readonly size: number;
  /** Its properties, for the row in a contents table. */
  readonly bag: PropertyBag;
}

/** Writes the blocks of a message; `ordinal` makes its search key unique. */
export function writeMessageObject(writing: Writing, spec: MessageSpec, ordinal: number): WrittenMessage {
  const { db } = writing;
  const subnodes = new SubnodeTree(db);
  const attachments = spec.attachments ?? [];
  const writeEmbedded = (embedded: MessageSpec): WrittenMessage => writeMessageObject(writing, embedded, 0);
  const attached = attachments.length === 0 ? 0 : writeAttachments(writing, attachments, subnodes, writeEmbedded);
  writeRecipients(writing, spec.recipients ?? [], subnodes);
  const size = attached + textSize(spec);
  const bag = messageBag(writing, spec, ordinal, size);
  writing.setNamed(bag, spec.named);
  bag.setAll(spec.properties ?? []);
  const bidData = writePropertyContext(db, bag, subnodes);
  return { bidData, bidSub: subnodes.write(), size, bag };
}

function textSize(spec: MessageSpec): number {
  return 1000 + 2 * ((spec.body?.length ?? 0) + (spec.headers?.length ?? 0)) + (spec.html?.length ?? 0);
}

function messageBag(writing: Writing, spec: MessageSpec, ordinal: number, size: number): PropertyBag {
  const hasAttachments = (spec.attachments ?? []).length > 0;
  const date = spec.date ?? EPOCH;
  const bag = new PropertyBag(writing.db.variant);
  bag.set(PidTagMessageClass, spec.class ?? 'IPM.Note');
  bag.set(PidTagMessageFlags, (spec.flags ?? MSGFLAG_READ) | (hasAttachments ? MSGFLAG_HASATTACH : 0));
  bag.set(PidTagMessageSize, size);
  bag.set(PidTagMessageStatus, 0);
  bag.set(PidTagHasAttachments, hasAttachments);
  bag.set(PidTagCreationTime, date);
  bag.set(PidTagLastModificationTime, date);
  bag.set(PidTagSearchKey, searchKey(writing, ordinal));
  putSubject(bag, spec.subject);
  putDisplayNames(bag, spec.recipients ?? []);
  bag.set(PidTagBody, spec.body);
  bag.set(PidTagHtml, spec.html);
  bag.set(PidTagTransportMessageHeaders, spec.headers);
  bag.set(PidTagClientSubmitTime, spec.date);
  bag.set(PidTagMessageDeliveryTime, spec.date);
  return bag;
}

/** [MS-PST] 2.5.3.1.1.1: U+0001, then U+0001 plus the length of the prefix ("RE: "), then the whole subject. */
function putSubject(bag: PropertyBag, subject: string | undefined): void {
  if (subject === undefined) {
    return;
  }
  const prefix = /^[^\s:]{1,3}: /.exec(subject)?.[0] ?? '';
  bag.set(PidTagSubject, `\u0001${String.fromCharCode(prefix.length + 1)}${subject}`);
  bag.set(PidTagConversationTopic, subject.slice(prefix.length));
}

function putDisplayNames(bag: PropertyBag, recipients: readonly RecipientSpec[]): void {
  const tags = [PidTagDisplayTo, PidTagDisplayCc, PidTagDisplayBcc];
  for (const [index, tag] of tags.entries()) {
    const names = recipients.filter(({ type = 1 }) => type === index + 1).map(({ name, address }) => name ?? address ?? '');
    bag.set(tag, names.join('; '));
  }
}

function searchKey(writing: Writing, ordinal: number): Buffer {
  const key = Buffer.alloc(16);
  key.set(writing.recordKey.subarray(0, 12));
  key.writeUInt32LE(ordinal, 12);
  return key;
}
