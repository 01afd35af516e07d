// Delivery and read reports (RFC 3462, 3464, 8098; [MS-OXCMAIL] 2.1.3.5) from REPORT.* messages: words for a person, fields for a program,
// and the message they are about. Where the machine-readable part lies there as an attachment, it is taken as it is.
import { type Entity, joined, messageEntity, multipartEntity, octetsOf, textEntity } from '../mime/builder.js';
import { formatDateTime } from '../mime/date-time.js';
import { ADDRESS_IDS, type AddressBook, resolveMailbox } from './address.js';
import { type EmbeddedConverter, mediaType } from './attachments.js';
import { boundary } from './body.js';
import { type Conversion, MAX_DEPTH } from './context.js';
import type { HeaderParts } from './headers.js';
import type { MapiMessage, MapiObject } from './object.js';
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

/** The status part as it came, when it lies there as an attachment. */
function storedStatus(message: MapiMessage, type: string): Uint8Array | undefined {
  const found = message.attachments.find((attachment) => attachment.dataKind === 'binary' && mediaType(attachment, '') === type);
  if (!found || found.size > MAX_REPORT) return undefined;
  const text = joined(found.data(), found.size);
  const normal = Buffer.from(text)
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/[^\t\r\n\x20-\x7e]/g, '?');
  return Buffer.from(normal, 'latin1');
}

/** What a report says to a person: its body, else PidTagReportText, else one sentence. */
function humanText(message: MapiMessage, body: string | undefined, action: string, book: AddressBook): string {
  const said = body ?? book.strings.text(message, Pid.PidTagReportText);
  return said ?? `This is a report about a message: ${action}.\r\n`;
}

/** The entity of a report; undefined for a class that is none. */
export function reportEntity(
  message: MapiMessage,
  messageClass: string,
  parts: HeaderParts,
  body: { readonly text: string | undefined; readonly readable: Entity | undefined },
  book: AddressBook,
  convert: EmbeddedConverter,
): Entity | undefined {
  const kind = /^report\..*\.(\w+)$/.exec(messageClass)?.[1] ?? '';
  const action = ACTIONS[kind];
  const disposition = DISPOSITIONS[kind];
  if (action === undefined && disposition === undefined) return undefined;
  const conversion: Conversion = book.conversion;
  const type = action === undefined ? 'message/disposition-notification' : 'message/delivery-status';
  const what = action ?? disposition ?? '';
  const readable = body.readable ?? textEntity('text/plain; charset=utf-8', octetsOf(humanText(message, body.text, what, book)));
  const status =
    storedStatus(message, type) ??
    octetsOf(action === undefined ? notificationOf(message, what, parts, book) : deliveryStatus(message, action, parts, book));
  const reportType = type.slice('message/'.length);
  const entities = [readable, machinePart(type, status), ...originals(message, conversion, convert)];
  return multipartEntity(`multipart/report; report-type=${reportType}`, boundary(conversion, 'report'), entities);
}

function notificationOf(message: MapiMessage, disposition: string, parts: HeaderParts, book: AddressBook): string {
  return dispositionNotification(disposition, parts, book.strings.text(message, Pid.PidTagInReplyToId));
}

/** The messages that a report is about, as far as they came with it. */
function originals(message: MapiMessage, conversion: Conversion, convert: EmbeddedConverter): Entity[] {
  return [...message.attachments.entries()].flatMap(([i, attachment]) => {
    const inner = attachment.dataKind === 'message' && conversion.depth < MAX_DEPTH ? attachment.embedded() : undefined;
    const deeper = { ...conversion, depth: conversion.depth + 1, path: `${conversion.path}/${i}` };
    return inner ? [messageEntity(convert(inner, deeper).entity)] : [];
  });
}
