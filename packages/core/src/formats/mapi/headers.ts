// The header of a message: its transport headers where they are whole (they have From and Date), with what they lack; else made
// from properties ([MS-OXCMAIL] 2.1.3). Recipients: see recipients.ts.
import { hash } from 'node:crypto';
import { formatDateTime } from '../mime/date-time.js';
import { decodeWords } from '../mime/encoded-word.js';
import { fieldValue, structuredField, unstructuredField } from '../mime/header.js';
import { formatMailboxList, formatPhrase, isAddress, parseMailboxList } from '../mime/mailbox.js';
import {
  ADDRESS_IDS,
  type AddressBook,
  isSamePerson,
  type ResolvedMailbox,
  resolveEntry,
  resolveMailbox,
  UNRESOLVED_DOMAIN,
} from './address.js';
import { birthmarkHex } from './birthmark.js';
import type { Conversion } from './context.js';
import { entryIdAddress, flatEntryList } from './entry-id.js';
import { ownNotes, senderNotes } from './header-notes.js';
import { internalDate, mailTime } from './internal-date.js';
import { isClass, messageClass } from './item-kind.js';
import type { MapiMessage } from './object.js';
import { Pid, PropertySet } from './properties.js';
import { type Recipient, recipientsOf } from './recipients.js';
import { OF_BODY, type TransportHeaders } from './transport-headers.js';
import { asString, bytesOf, isTrue, numberOf, type StringReader } from './value.js';

const MSGFLAG_UNSENT = 0x8;
const SENSITIVITY = ['', 'Personal', 'Private', 'Company-Confidential'];
const MESSAGE_ID_DOMAIN = 'mailferry.invalid';

const NO_FIELDS: readonly Field[] = [];

/** One field, ready but for the final line end. */
interface Field {
  readonly name: string;
  readonly text: string;
}

/** Who and what a message is, as far as its header needs it. */
export interface HeaderParts {
  readonly from: ResolvedMailbox | undefined;
  readonly subject: string;
  /** Recipients with their field. */
  readonly recipients: readonly Recipient[];
  /** Those of Bcc alone, for which no other address is resolved. */
  readonly blind: HeaderParts['recipients'];
  readonly replyTo: readonly ResolvedMailbox[];
  readonly messageId: string;
}

/** The display names of the transport headers with their addresses; read when the first is asked for, which few messages need. */
class TransportNames {
  readonly #fields: TransportHeaders['fields'];
  #names: Map<string, string> | undefined;

  constructor(fields: TransportHeaders['fields']) {
    this.#fields = fields;
  }

  get(name: string): string | undefined {
    this.#names ??= this.#read();
    return this.#names.get(name);
  }

  #read(): Map<string, string> {
    const names = new Map<string, string>();
    for (const field of this.#fields) {
      if (!/^(?:from|sender|reply-to|to|cc)$/i.test(field.name)) continue;
      for (const { name, address } of parseMailboxList(fieldValue(field))) {
        if (name !== '' && isAddress(address) && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), address);
      }
    }
    return names;
  }
}

/** What the addresses of a message are resolved with. */
export function addressBook(transport: TransportHeaders | undefined, strings: StringReader, conversion: Conversion): AddressBook {
  return { strings, byName: new TransportNames(transport?.fields ?? []), conversion };
}

/**
 * The subject; a prefix of U+0001 and the length of "RE: " is storage, not text ([MS-PST] 2.5.3.1.1.1). Where it is lost, it is what it is made of:
 * the prefix and the rest ([MS-OXCMSG] 2.2.1.46).
 */
export function subjectOf(message: MapiMessage, strings: StringReader): string {
  const subject = strings.text(message, Pid.PidTagSubject);
  if (subject === undefined) {
    const rest = strings.text(message, Pid.PidTagNormalizedSubject);
    return rest === undefined ? '' : `${strings.text(message, Pid.PidTagSubjectPrefix) ?? ''}${rest}`;
  }
  return subject.charCodeAt(0) === 1 ? subject.slice(2) : subject;
}

/** An id that is the same in every run, for a message that never had one. */
function inventedMessageId(message: MapiMessage, conversion: Conversion): string {
  const seed = `${conversion.context.idSeed}\0${message.sourceId}\0${birthmarkHex(message)}`;
  return `<${hash('sha256', seed, 'hex').slice(0, 32)}@${MESSAGE_ID_DOMAIN}>`;
}

function messageIdOf(message: MapiMessage, strings: StringReader, conversion: Conversion): string {
  const id = strings.text(message, Pid.PidTagInternetMessageId)?.trim();
  if (id === undefined || !/^[\x21-\x7e]{1,900}$/.test(id)) return inventedMessageId(message, conversion);
  return id.startsWith('<') ? id : `<${id}>`;
}

/** Who a message is from: whom the sender represents; the sender, where that is nobody, or the same by name and without an address. */
function fromOf(message: MapiMessage, book: AddressBook): ResolvedMailbox | undefined {
  const represented = resolveMailbox(message, ADDRESS_IDS.sentRepresenting, book);
  if (represented !== undefined && represented.unresolved === undefined) return represented;
  const sender = resolveMailbox(message, ADDRESS_IDS.sender, book);
  if (represented === undefined) return sender;
  const isSame = sender?.unresolved === undefined && sender?.name.toLowerCase() === represented.name.toLowerCase();
  return isSame ? sender : represented;
}

/** Parts that are worked out when they are asked for: whole transport headers leave little to be. */
class MessageParts implements HeaderParts {
  readonly #message: MapiMessage;
  readonly #book: AddressBook;
  #from: ResolvedMailbox | undefined | null = null;
  #subject: string | undefined;
  #recipients: HeaderParts['recipients'] | undefined;
  #replyTo: readonly ResolvedMailbox[] | undefined;

  constructor(message: MapiMessage, book: AddressBook) {
    this.#message = message;
    this.#book = book;
  }

  get from(): ResolvedMailbox | undefined {
    if (this.#from === null) {
      this.#from = fromOf(this.#message, this.#book);
    }
    return this.#from;
  }

  get subject(): string {
    this.#subject ??= subjectOf(this.#message, this.#book.strings);
    return this.#subject;
  }

  get recipients(): HeaderParts['recipients'] {
    this.#recipients ??= recipientsOf(this.#message, this.#book, false);
    return this.#recipients;
  }

  get blind(): HeaderParts['recipients'] {
    return this.#recipients?.filter(({ field }) => field === 'Bcc') ?? recipientsOf(this.#message, this.#book, true);
  }

  get replyTo(): readonly ResolvedMailbox[] {
    this.#replyTo ??= replyToOf(this.#message, this.#book);
    return this.#replyTo;
  }

  get messageId(): string {
    return messageIdOf(this.#message, this.#book.strings, this.#book.conversion);
  }
}

/** What the header and the calendar part of a message need. */
export function headerParts(message: MapiMessage, book: AddressBook): HeaderParts {
  return new MessageParts(message, book);
}

/** A name without any address is an empty group (RFC 5322 §3.4): visible, and nothing is invented. */
function formatRecipients(mailboxes: readonly ResolvedMailbox[], used: number): string {
  const known = formatMailboxList(
    mailboxes.filter((mailbox) => mailbox.address !== ''),
    used,
  );
  const groups = mailboxes.filter((mailbox) => mailbox.address === '').map((mailbox) => `${formatPhrase(mailbox.name, used)}:;`);
  return [...(known === '' ? [] : [known]), ...groups].join(',\r\n ');
}

function fromField(name: string, mailbox: ResolvedMailbox): Field {
  const address = mailbox.address === '' ? `unknown@${UNRESOLVED_DOMAIN}` : mailbox.address;
  return { name, text: `${name}: ${formatMailboxList([{ name: mailbox.name, address }], name.length + 2)}` };
}

function senderFields(message: MapiMessage, parts: HeaderParts, book: AddressBook): Field[] {
  if (!parts.from) return [];
  const fields = [fromField('From', parts.from)];
  const sender = resolveMailbox(message, ADDRESS_IDS.sender, book);
  if (sender && sender.address !== '' && !isSamePerson(sender, parts.from, message, book)) fields.push(fromField('Sender', sender));
  return fields;
}

function recipientFields(recipients: HeaderParts['recipients']): Field[] {
  if (recipients.length === 0) return [];
  return (['To', 'Cc', 'Bcc'] as const).flatMap((name) => {
    const mailboxes = recipients.filter((recipient) => recipient.field === name).map((recipient) => recipient.mailbox);
    return mailboxes.length === 0 ? [] : [{ name, text: `${name}: ${formatRecipients(mailboxes, name.length + 2)}` }];
  });
}

/** Whom an answer goes to, by the entry ids of the list; names beside them stand in where these have none. */
function replyToOf(message: MapiMessage, book: AddressBook): ResolvedMailbox[] {
  const list = bytesOf(message, Pid.PidTagReplyRecipientEntries);
  if (!list) return [];
  const names = (book.strings.text(message, Pid.PidTagReplyRecipientNames) ?? '').split(';');
  return flatEntryList(list).flatMap((entryId, i) => {
    const found = entryIdAddress(entryId);
    return found ? [resolveEntry(found, names[i] ?? '', book)] : [];
  });
}

function replyToFields({ replyTo }: HeaderParts): Field[] {
  return replyTo.length === 0 ? [] : [{ name: 'Reply-To', text: `Reply-To: ${formatMailboxList(replyTo, 10)}` }];
}

function text(name: string, value: string | undefined): readonly Field[] {
  return value === undefined || value.trim() === '' ? NO_FIELDS : [{ name, text: unstructuredField(name, value) }];
}

function dateFields(message: MapiMessage): Field[] {
  const ms = mailTime(message, Pid.PidTagClientSubmitTime) ?? internalDate(message).ms;
  return [{ name: 'Date', text: `Date: ${formatDateTime(ms)}` }];
}

function threadFields(message: MapiMessage, strings: StringReader): Field[] {
  const index = bytesOf(message, Pid.PidTagConversationIndex);
  const encoded = index
    ? (
        Buffer.from(index)
          .toString('base64')
          .match(/.{1,64}/g) ?? []
      ).join('\r\n ')
    : '';
  return [
    ...text('In-Reply-To', strings.text(message, Pid.PidTagInReplyToId)),
    ...text('References', strings.text(message, Pid.PidTagInternetReferences)),
    ...text('Thread-Topic', strings.text(message, Pid.PidTagConversationTopic)),
    ...(encoded === '' ? [] : [{ name: 'Thread-Index', text: structuredField('Thread-Index', encoded) }]),
  ];
}

function importanceFields(message: MapiMessage): Field[] {
  const importance = numberOf(message, Pid.PidTagImportance);
  const sensitivity = SENSITIVITY[numberOf(message, Pid.PidTagSensitivity) ?? 0];
  const fields = sensitivity ? [{ name: 'Sensitivity', text: `Sensitivity: ${sensitivity}` }] : [];
  if (importance === 2) fields.push({ name: 'Importance', text: 'Importance: high' }, { name: 'X-Priority', text: 'X-Priority: 1' });
  if (importance === 0) fields.push({ name: 'Importance', text: 'Importance: low' }, { name: 'X-Priority', text: 'X-Priority: 5' });
  return fields;
}

function receiptFields(message: MapiMessage, parts: HeaderParts): Field[] {
  const fields: Field[] = [];
  if (isTrue(message, Pid.PidTagReadReceiptRequested) && parts.from && parts.from.address !== '') {
    fields.push(fromField('Disposition-Notification-To', parts.from));
  }
  if ((numberOf(message, Pid.PidTagMessageFlags) ?? 0) & MSGFLAG_UNSENT) fields.push({ name: 'X-Unsent', text: 'X-Unsent: 1' });
  return fields;
}

/** 0x1046 of older programs; in reports it is the id of the message that they are about. */
function returnPathFields(message: MapiMessage, strings: StringReader): Field[] {
  if (isClass(messageClass(message), 'report')) return [];
  const path = strings.text(message, Pid.PidTagOriginalMessageId)?.replace(/[<>]/g, '').trim();
  return path !== undefined && isAddress(path) ? [{ name: 'Return-Path', text: `Return-Path: <${path}>` }] : [];
}

/** Fields that a mail program put into PS_INTERNET_HEADERS, and the list commands. */
function otherFields(message: MapiMessage, strings: StringReader): Field[] {
  const fields = [
    ...text('List-Help', strings.text(message, Pid.PidTagListHelp)),
    ...text('List-Subscribe', strings.text(message, Pid.PidTagListSubscribe)),
    ...text('List-Unsubscribe', strings.text(message, Pid.PidTagListUnsubscribe)),
  ];
  for (const property of message.propertiesOf(PropertySet.PS_INTERNET_HEADERS)) {
    const { name } = property;
    const known = typeof name?.id === 'string' ? name.id : undefined;
    if (known === undefined || !/^[A-Za-z][A-Za-z0-9-]{1,70}$/.test(known) || OF_BODY.test(known)) continue;
    fields.push(...text(known, asString(property.value)));
  }
  return fields;
}

/** The first of each name: a property beats the copy of a field in PS_INTERNET_HEADERS. */
function onceEach(fields: Field[]): Field[] {
  if (fields.length < 2) return fields;
  const seen = new Set<string>();
  return fields.filter(({ name }) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
}

function synthesise(message: MapiMessage, parts: HeaderParts, book: AddressBook): Field[] {
  return onceEach([
    ...returnPathFields(message, book.strings),
    ...senderFields(message, parts, book),
    ...replyToFields(parts),
    ...recipientFields(parts.recipients),
    { name: 'Subject', text: unstructuredField('Subject', parts.subject) },
    ...dateFields(message),
    { name: 'Message-ID', text: `Message-ID: ${parts.messageId}` },
    ...threadFields(message, book.strings),
    ...importanceFields(message),
    ...receiptFields(message, parts),
    ...senderNotes(message),
    ...otherFields(message, book.strings),
  ]);
}

/** The fields among which lie all that whole transport headers may lack. */
function completion(message: MapiMessage, parts: HeaderParts, book: AddressBook, present: ReadonlySet<string>): Field[] {
  const isAddressed = RECIPIENTS.some((field) => present.has(field));
  // Resolving and formatting a long list costs more than all else, and most transport headers have theirs.
  const recipients = isAddressed ? parts.blind : parts.recipients;
  const identifying = identifyingFields(parts, present);
  return onceEach([...recipientFields(recipients), ...identifying, ...ownNotes(message), ...otherFields(message, book.strings)]);
}

function identifyingFields(parts: HeaderParts, present: ReadonlySet<string>): Field[] {
  const fields: Field[] = [];
  if (!present.has('subject')) fields.push({ name: 'Subject', text: unstructuredField('Subject', parts.subject) });
  if (!present.has('message-id')) fields.push({ name: 'Message-ID', text: `Message-ID: ${parts.messageId}` });
  return fields;
}

/** Fields that are added to whole transport headers when they are absent. */
const NEEDED = new Set(['subject', 'message-id', 'bcc', 'x-message-flag', 'reply-by', 'content-base']);
const RECIPIENTS = ['to', 'cc', 'bcc'];

function isMissing(name: string, present: ReadonlySet<string>, isWhole: boolean): boolean {
  if (present.has(name)) return false;
  if (!isWhole || NEEDED.has(name)) return true;
  return RECIPIENTS.includes(name) && !RECIPIENTS.some((field) => present.has(field));
}

/** Names of senders and recipients whose address could not be found, in a field that a person can read. */
function unresolvedFields(parts: HeaderParts, written: string): string[] {
  if (!written.includes(UNRESOLVED_DOMAIN)) return [];
  const all = [
    ...(parts.from ? [{ field: 'From', mailbox: parts.from }] : []),
    ...parts.replyTo.map((mailbox) => ({ field: 'Reply-To', mailbox })),
    ...parts.recipients,
  ];
  const lost = all.filter(({ mailbox }) => mailbox.unresolved && written.includes(mailbox.address));
  return [
    ...new Set(lost.map(({ field, mailbox }) => unstructuredField('X-Mailferry-Unresolved-Address', `${field} ${mailbox.unresolved}`))),
  ];
}

/** The fields of the message header without those of the body, each ready but for its final line end. */
export function headerFields(
  message: MapiMessage,
  transport: TransportHeaders | undefined,
  parts: HeaderParts,
  book: AddressBook,
): string[] {
  const kept = transport?.fields ?? [];
  const present = new Set<string>();
  for (const { name } of kept) present.add(name.toLowerCase());
  const isWhole = present.has('from') && present.has('date');
  if (transport?.isRepaired) book.conversion.issues.add('MAPI_HEADERS_REPAIRED');
  const all = isWhole ? completion(message, parts, book, present) : synthesise(message, parts, book);
  const lines: string[] = [];
  for (const { raw } of kept) lines.push(raw);
  let written = '';
  for (const { name, text: line } of all) {
    // An empty Subject says nothing that its absence does not.
    if (line === 'Subject: ' || !isMissing(name.toLowerCase(), present, isWhole)) continue;
    lines.push(line);
    written += `${line}\n`;
  }
  for (const field of unresolvedFields(parts, written)) {
    lines.push(field);
    book.conversion.issues.add('MAPI_ADDRESS_UNRESOLVED', field.slice(field.indexOf(':') + 2).replace(/\r\n/g, ''));
  }
  return lines;
}

/** The subject as a file name for a message inside a message. */
export function subjectFileName(subject: string): string {
  const clean = decodeWords(subject)
    .replace(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  return `${clean === '' ? 'message' : clean}.eml`;
}
