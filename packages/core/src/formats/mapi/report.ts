// Delivery and read reports (RFC 3462, 3464, 8098; [MS-OXCMAIL] 2.1.3.5) from REPORT.* messages: words for a person, fields for a program,
// and the message they are about. Where the machine-readable part lies there as an attachment, it is taken as it is.
import { type Entity, joined, messageEntity, multipartEntity, octetsOf } from '../mime/builder.js';
import { formatDateTime } from '../mime/date-time.js';
import { ADDRESS_IDS, type AddressBook, resolveMailbox } from './address.js';
import { attachmentName, attachmentPart, type EmbeddedConverter, HtmlReferences, mediaType } from './attachments.js';
import { boundary } from './boundary.js';
import { type Conversion, MAX_DEPTH } from './context.js';
import type { HeaderParts } from './headers.js';
import type { MapiAttachment, MapiMessage, MapiObject } from './object.js';
import { Pid } from './properties.js';
import { numberOf } from './value.js';

/** Action of RFC 3464 §2.3.3 by the end of the message class. */
const ACTIONS: Readonly<Record<string, string>> = {
  ndr: 'failed',
  dr: 'delivered',
  delayed: 'delayed',
  relayed: 'relayed',
  expanded: 'expanded',
};
const DISPOSITIONS: Readonly<Record<string, string>> = { ipnrn: 'displayed', ipnnrn: 'deleted' };
const STATUS: Readonly<Record<string, string>> = {
  failed: '5.0.0',
  delivered: '2.0.0',
  delayed: '4.0.0',
  relayed: '2.0.0',
  expanded: '2.0.0',
};
const MAX_REPORT: number = 256 * 1024;

function ascii(text: string): string {
  return text
    .replace(/[\r\n\0]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}

/** `<mx.example.org #5.1.1 smtp;550 5.1.1 no such user>` as Exchange stores it, or words of any kind. */
function diagnosticCode(reason: string): string {
  const code = /#[\d.]+ smtp;\s*([^>]*)/i.exec(reason)?.[1] ?? (/^\d{3}[ -]/.test(reason) ? reason : undefined);
  return code === undefined ? `Diagnostic-Code: x-exchange; ${ascii(reason)}` : `Diagnostic-Code: smtp; ${ascii(code)}`;
}

function recipientBlock(row: MapiObject, action: string, book: AddressBook): string {
  const mailbox = resolveMailbox(row, ADDRESS_IDS.recipient, book);
  const status = numberOf(row, Pid.PidTagNonDeliveryReportStatusCode);
  const digits = status === undefined ? undefined : /^([245])(\d)(\d+)$/.exec(String(status));
  const reason = book.strings.text(row, Pid.PidTagSupplementaryInfo);
  const remote = book.strings.text(row, Pid.PidTagRemoteMessageTransferAgent);
  const lines = [
    `Final-Recipient: rfc822; ${ascii(mailbox?.address || 'unknown')}`,
    `Action: ${action}`,
    `Status: ${digits ? `${digits[1]}.${digits[2]}.${digits[3]}` : (STATUS[action] ?? '4.0.0')}`,
  ];
  if (reason !== undefined) lines.push(diagnosticCode(reason));
  if (remote !== undefined) lines.push(`Remote-MTA: dns; ${ascii(remote)}`);
  return lines.join('\r\n');
}

function deliveryStatus(message: MapiMessage, action: string, parts: HeaderParts, book: AddressBook): string {
  const time = numberOf(message, Pid.PidTagReportTime);
  const host = parts.from?.address.split('@')[1] ?? 'unresolved.invalid';
  const head = [`Reporting-MTA: dns; ${ascii(host)}`, ...(time === undefined ? [] : [`Arrival-Date: ${formatDateTime(time)}`])].join(
    '\r\n',
  );
  const blocks = message.recipients.map((row) => recipientBlock(row, action, book));
  return `${[head, ...blocks].join('\r\n\r\n')}\r\n`;
}

function dispositionNotification(disposition: string, parts: HeaderParts, originalId: string | undefined): string {
  const lines = [`Final-Recipient: rfc822; ${ascii(parts.from?.address ?? 'unknown')}`];
  if (originalId !== undefined) lines.push(`Original-Message-ID: ${ascii(originalId)}`);
  lines.push(`Disposition: manual-action/MDN-sent-${disposition === 'displayed' ? 'manually' : 'automatically'}; ${disposition}`);
  return `${lines.join('\r\n')}\r\n`;
}

function machinePart(type: string, text: Uint8Array): Entity {
  return { fields: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: 7bit'], body: [text], encoding: '7bit' };
}

/** The attachment that is the status part as it came. */
function statusAttachment(message: MapiMessage, type: string): MapiAttachment | undefined {
  return message.attachments.find(
    (attachment) => attachment.dataKind === 'binary' && mediaType(attachment, '') === type && attachment.size <= MAX_REPORT,
  );
}

function statusOctets(attachment: MapiAttachment): Uint8Array {
  const text = joined(attachment.data(), attachment.size);
  const normal = Buffer.from(text)
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/[^\t\r\n\x20-\x7e]/g, '?');
  return Buffer.from(normal, 'latin1');
}

/** What a report without a body says to a person: PidTagReportText, else one sentence. */
function humanText(message: MapiMessage, action: string, book: AddressBook): string {
  return book.strings.text(message, Pid.PidTagReportText) ?? `This is a report about a message: ${action}.\r\n`;
}

/** What the readable part of a report is made of. */
export interface ReadableReport {
  /** What it says where the message has no body. */
  readonly text: string;
  /** Attachments that are neither the status nor the message that the report is about: pictures of the text, files. */
  readonly attachments: readonly MapiAttachment[];
}

/** The entity of a report; undefined for a class that is none. */
export function reportEntity(
  message: MapiMessage,
  messageClass: string,
  parts: HeaderParts,
  readable: (report: ReadableReport) => Entity,
  book: AddressBook,
  convert: EmbeddedConverter,
): Entity | undefined {
  const kind = /^report\..*\.(\w+)$/.exec(messageClass)?.[1] ?? '';
  const action = ACTIONS[kind];
  const disposition = DISPOSITIONS[kind];
  if (action === undefined && disposition === undefined) return undefined;
  const type = action === undefined ? 'message/disposition-notification' : 'message/delivery-status';
  const what = action ?? disposition ?? '';
  const stored = statusAttachment(message, type);
  const found = originals(message, book, convert);
  const attachments = message.attachments.filter((attachment) => attachment !== stored && !found.has(attachment));
  const made = action === undefined ? notificationOf : deliveryStatus;
  const status = stored ? statusOctets(stored) : octetsOf(made(message, what, parts, book));
  const first = readable({ text: humanText(message, what, book), attachments });
  const subtype = type.slice('message/'.length);
  const entities = [first, machinePart(type, status), ...found.values()];
  return multipartEntity(`multipart/report; report-type=${subtype}`, boundary(book.conversion, 'report'), entities);
}

/** The id of the message that a notification is about: 0x1046 is its PidTagOriginalMessageId ([MS-OXOMSG] 2.2.2.27). */
function notificationOf(message: MapiMessage, disposition: string, parts: HeaderParts, book: AddressBook): string {
  const { strings } = book;
  return dispositionNotification(
    disposition,
    parts,
    strings.text(message, Pid.PidTagOriginalMessageId) ?? strings.text(message, Pid.PidTagInReplyToId),
  );
}

const ORIGINAL_TYPE = /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)$/;
const NO_REFERENCES: HtmlReferences = new HtmlReferences('');

/** The messages that a report is about, as far as they came with it: inside it, or as files. */
function originals(message: MapiMessage, book: AddressBook, convert: EmbeddedConverter): Map<MapiAttachment, Entity> {
  const found = new Map<MapiAttachment, Entity>();
  for (const [i, attachment] of message.attachments.entries()) {
    const entity = originalOf(attachment, i, book, convert);
    if (entity) found.set(attachment, entity);
  }
  return found;
}

function originalOf(attachment: MapiAttachment, index: number, book: AddressBook, convert: EmbeddedConverter): Entity | undefined {
  const { conversion, strings } = book;
  if (attachment.dataKind === 'message') {
    const inner = conversion.depth < MAX_DEPTH ? attachment.embedded() : undefined;
    const deeper: Conversion = { ...conversion, depth: conversion.depth + 1, path: `${conversion.path}/${index}` };
    return inner ? messageEntity(convert(inner, deeper).entity) : undefined;
  }
  if (attachment.dataKind !== 'binary' || !ORIGINAL_TYPE.test(mediaType(attachment, attachmentName(attachment, strings) ?? ''))) {
    return undefined;
  }
  return attachmentPart(attachment, index, NO_REFERENCES, strings, conversion, convert)?.entity;
}
