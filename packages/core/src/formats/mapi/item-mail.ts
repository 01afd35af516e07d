// Items as mail: the text that a person reads, and the item itself as a file that every client imports. Meetings carry their calendar as
// the last alternative of the body, which is how mail programs know them.
import { type Entity, octetsOf, textEntity } from '../mime/builder.js';
import type { AddressBook } from './address.js';
import { disposition } from './attachments.js';
import type { MessageBody } from './body.js';
import { calendarText } from './calendar/calendar-file.js';
import { meetingRole, meetingText } from './calendar/meeting.js';
import { IssueList } from './context.js';
import { type HeaderParts, subjectFileName } from './headers.js';
import { itemKind } from './item-kind.js';
import { componentText } from './jcal.js';
import type { MapiMessage } from './object.js';
import { itemComponents } from './to-icalendar.js';
import { toVcard } from './to-vcard.js';

/** What a class needs beside body and attachments. */
export interface ItemParts {
  /** A last alternative of the body: the calendar of a meeting request. */
  readonly alternatives: readonly Entity[];
  /** Attachments that are made: the vCard of a contact. */
  readonly attachments: readonly Entity[];
  /** The body, with a text that tells what is in the item where it had none. */
  readonly body: MessageBody;
}

const LABELS: Readonly<Record<string, string>> = {
  FN: 'Name',
  ORG: 'Company',
  TITLE: 'Title',
  EMAIL: 'E-mail',
  TEL: 'Telephone',
  ADR: 'Address',
  BDAY: 'Birthday',
  URL: 'Web',
  MEMBER: 'Member',
  SUMMARY: 'Subject',
  LOCATION: 'Where',
  DTSTART: 'Start',
  DTEND: 'End',
  DUE: 'Due',
  RRULE: 'Repeats',
  ORGANIZER: 'Organizer',
  STATUS: 'Status',
};
const MAX_LINES = 100;

// 19310310, 20240102T030405, 20240102T030405Z
const TIME = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z)?)?$/;
const DAY_MS = 86_400_000;

/** A date or time as a person reads it; the end of whole days is the last of them, not the day after (RFC 5545 §3.6.1). */
function readableTime(name: string, value: string): string {
  const [, year, month, day, hour, minute, zone] = TIME.exec(value) ?? [];
  if (year === undefined) return value;
  if (hour !== undefined) return `${year}-${month}-${day} ${hour}:${minute}${zone === undefined ? '' : ' UTC'}`;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day)) - (name === 'DTEND' ? DAY_MS : 0);
  return new Date(ms).toISOString().slice(0, 10);
}

/** The lines of a vCard or a component that a person can read. */
function itemSummary(text: string): string {
  const own = text.replace(/BEGIN:VTIMEZONE[\s\S]*?END:VTIMEZONE\r\n/g, '').replace(/\r\n /g, '');
  const lines: string[] = [];
  for (const line of own.split('\r\n')) {
    const [, name = '', value = ''] = /^([A-Z-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)$/.exec(line) ?? [];
    const label = LABELS[name];
    const shown = readableTime(name, value)
      .replace(/^mailto:/i, '')
      .replace(/\\n/gi, ', ')
      .replace(/\\(.)/g, '$1')
      .replace(/^;+|;+$/g, '')
      .replace(/;+/g, ', ');
    if (label !== undefined && shown !== '' && lines.length < MAX_LINES) lines.push(`${label}: ${shown}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function withSummary(body: MessageBody, text: string): MessageBody {
  return body.text === undefined && body.html === undefined ? { ...body, text: itemSummary(text) } : body;
}

function filePart(type: string, name: string, text: string): Entity {
  return textEntity(`${type}; charset=utf-8`, octetsOf(text), [disposition('attachment', name)]);
}

/** The components of an item whose attachments are parts of the mail: none of them is left out. */
function componentsBesideFiles(message: MapiMessage, parts: HeaderParts, book: AddressBook): ReturnType<typeof itemComponents> {
  const issues = new IssueList();
  const made = itemComponents(message, parts, { ...book, conversion: { ...book.conversion, issues } });
  for (const { code, note } of issues.list) if (code !== 'MAPI_ITEM_ATTACHMENT_LEFT') book.conversion.issues.add(code, note);
  return made;
}

/** What the class of a message adds to its mail. */
export function itemParts(message: MapiMessage, messageClass: string, body: MessageBody, parts: HeaderParts, book: AddressBook): ItemParts {
  const role = meetingRole(message, messageClass);
  if (role) {
    const text = meetingText(message, parts, role, book);
    const calendar = textEntity(`text/calendar; charset=utf-8; method=${role.method}`, octetsOf(text));
    return { alternatives: [calendar], attachments: [], body: withSummary(body, text) };
  }
  const kind = itemKind(message);
  const fileName = (extension: string): string => subjectFileName(parts.subject).replace(/\.eml$/, extension);
  if (kind === 'contact' || kind === 'distributionList') {
    const { text } = toVcard(message, book.conversion.context, 4);
    return { alternatives: [], attachments: [filePart('text/vcard', fileName('.vcf'), text)], body: withSummary(body, text) };
  }
  if (kind === 'appointment' || kind === 'task' || kind === 'journal') {
    const { components } = componentsBesideFiles(message, parts, book);
    const text = components.map(componentText).join('');
    const file = filePart('text/calendar', fileName('.ics'), calendarText([text], 'PUBLISH'));
    return { alternatives: [], attachments: [file], body: withSummary(body, text) };
  }
  return { alternatives: [], attachments: [], body };
}
