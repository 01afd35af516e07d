// A MAPI message as a MIME message ([MS-OXCMAIL]): header, then the body in the order that clients expect:
// mixed( related( alternative( text, html, calendar ), inline images ), attachments ). Layers with one member are left out.
import type { Issue } from '../../model/issue.js';
import { type ComposedContent, dataEntity, type Entity, entityContent, multipartEntity, textEntity } from '../mime/builder.js';
import type { AddressBook } from './address.js';
import { attachmentPart, disposition, HtmlReferences } from './attachments.js';
import { type MessageBody, messageBody, textOctets } from './body.js';
import { boundary } from './boundary.js';
import { type Conversion, type ConversionContext, IssueList } from './context.js';
import { addressBook, type HeaderParts, headerFields, headerParts, subjectFileName } from './headers.js';
import { isClass, messageClass } from './item-kind.js';
import { type ItemParts, itemParts } from './item-mail.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { type ReadableReport, reportEntity } from './report.js';
import type { BodyPicture } from './rtf-insertions.js';
import { protectedEntity } from './signed.js';
import { readTransportHeaders } from './transport-headers.js';
import { StringReader } from './value.js';
import { withoutWinmail } from './winmail.js';

/** A message as MIME, with what had to be guessed. */
export interface MimeMessage {
  readonly content: ComposedContent;
  readonly issues: readonly Issue[];
}

const EMPTY_TEXT: Uint8Array = new Uint8Array();

/** Converts a message of any class; what is no mail becomes a mail that shows it. */
export function messageToMime(message: MapiMessage, context: ConversionContext): MimeMessage {
  const issues = new IssueList();
  const { entity } = convertMessage(message, { context, issues, depth: 0, path: message.sourceId });
  return { content: entityContent(entity), issues: issues.list };
}

/** One message, at any depth, as an entity whose fields are its whole header. */
function convertMessage(message: MapiMessage, conversion: Conversion): { entity: Entity; name: string } {
  const strings = new StringReader(message, conversion.context);
  const transport = readTransportHeaders(message);
  const book = addressBook(transport, strings, conversion);
  const parts = headerParts(message, book);
  const body = bodyEntity(message, transport?.contentType, parts, book);
  const fields = [...headerFields(message, transport, parts, book), 'MIME-Version: 1.0', ...body.fields];
  if (strings.isGuessing) conversion.issues.add('MAPI_CODE_PAGE_GUESSED');
  return {
    entity: { fields, body: body.body, encoding: body.encoding },
    name: conversion.depth === 0 ? '' : subjectFileName(parts.subject),
  };
}

function bodyEntity(message: MapiMessage, transportType: string | undefined, parts: HeaderParts, book: AddressBook): Entity {
  const { conversion, strings } = book;
  const name = messageClass(message);
  const whole = protectedEntity(message, name, transportType, strings, conversion);
  if (whole) return whole;
  const body = messageBody(message, strings, conversion);
  if (isClass(name, 'report')) {
    const readable = ({ text, attachments }: ReadableReport): Entity =>
      composed(attachments, { alternatives: [], attachments: [], body: body.html ? body : { ...body, text: body.text ?? text } }, book);
    const report = reportEntity(message, name, parts, readable, book, convertMessage);
    if (report) return report;
  }
  const plain = withoutWinmail(message, body, book);
  return composed(plain.attachments, itemParts(message, name, plain.body, parts, book), book);
}

function htmlEntity(body: MessageBody): Entity[] {
  return body.html ? [textEntity(`text/html; charset=${body.html.charset}`, body.html.octets)] : [];
}

function plainEntity(text: string): Entity {
  const { octets, charset } = textOctets(text);
  return textEntity(`text/plain; charset=${charset}`, octets);
}

/** The bodies from the poorest to the richest (RFC 2046 §5.1.4). */
function alternative(body: MessageBody, more: readonly Entity[], conversion: Conversion): Entity {
  const all = [...(body.text === undefined ? [] : [plainEntity(body.text)]), ...htmlEntity(body), ...more];
  const [only] = all;
  if (only === undefined) return textEntity('text/plain; charset=us-ascii', EMPTY_TEXT);
  return all.length === 1 ? only : multipartEntity('multipart/alternative', boundary(conversion, 'alternative'), all);
}

function composed(attachments: readonly MapiAttachment[], item: ItemParts, book: AddressBook): Entity {
  const { conversion, strings } = book;
  const { insertions } = item.body;
  const references = new HtmlReferences(attachments.length === 0 ? '' : (item.body.html?.text ?? ''), insertions?.ids);
  const inline: Entity[] = (insertions?.pictures ?? []).map(pictureEntity);
  const attached: Entity[] = [];
  for (const [i, attachment] of attachments.entries()) {
    const part = attachmentPart(attachment, i, references, strings, conversion, convertMessage);
    if (part) (part.isInline ? inline : attached).push(part.entity);
  }
  if (item.body.rtf) attached.push(rtfEntity(item.body.rtf));
  attached.push(...item.attachments);
  let entity = alternative(item.body, item.alternatives, conversion);
  if (inline.length > 0) {
    const type = /^Content-Type: ([^;\r]+)/.exec(entity.fields[0] ?? '')?.[1] ?? 'text/html';
    entity = multipartEntity(`multipart/related; type="${type}"`, boundary(conversion, 'related'), [entity, ...inline]);
  }
  return attached.length === 0 ? entity : multipartEntity('multipart/mixed', boundary(conversion, 'mixed'), [entity, ...attached]);
}

function pictureEntity({ type, name, octets, fields }: BodyPicture): Entity {
  return dataEntity(`${type}; name=${name}`, { size: octets.length, data: () => [octets] }, fields);
}

function rtfEntity(rtf: Uint8Array): Entity {
  const source = { size: rtf.length, data: () => [rtf] };
  return dataEntity('application/rtf; name=body.rtf', source, [disposition('attachment', 'body.rtf', rtf.length)]);
}
