// An appointment or a meeting as VEVENTs ([MS-OXCICAL]): the series first, then each changed occurrence with its RECURRENCE-ID. Times of a
// series are local times of its zone; without a zone they float. Single appointments keep their zone when it is known, else UTC.
import { joined } from '../../mime/builder.js';
import type { AddressBook } from '../address.js';
import { attachmentName, isCalendarException, mediaType } from '../attachments.js';
import type { HeaderParts } from '../headers.js';
import { appointmentUid, classProperties, description, namedText, occurrenceDay, stampProperties } from '../item-text.js';
import { type JComponent, type JProperty, jDate, jDateTime, jProperty } from '../jcal.js';
import type { MapiAttachment, MapiMessage, MapiObject } from '../object.js';
import { Pid, PropertySet } from '../properties.js';
import { asBytes, asNumber, asString, numberOf } from '../value.js';
import { attendees, people } from './attendees.js';
import { firstDate } from './first-date.js';
import { type AppointmentRecurrence, type RecurrenceException, readAppointmentRecurrence } from './recurrence-pattern.js';
import { recurrenceRule } from './recurrence-rule.js';
import { readTimeZoneDefinition, readTimeZoneStruct, type TimeZone, toLocal, toUtc, vtimezone } from './time-zone.js';

// LIDs of PSETID_Appointment ([MS-OXPROPS])
const SEQUENCE = 0x8201;
const BUSY_STATUS = 0x8205;
const LOCATION = 0x8208;
const START_WHOLE = 0x820d;
const END_WHOLE = 0x820e;
const SUB_TYPE = 0x8215;
const RECUR = 0x8216;
const STATE_FLAGS = 0x8217;
const INTENDED_BUSY_STATUS = 0x8224;
const EXCEPTION_REPLACE_TIME = 0x8228;
const TIME_ZONE_STRUCT = 0x8233;
const TIME_ZONE_DESCRIPTION = 0x8234;
const PROPOSED_START = 0x8250;
const PROPOSED_END = 0x8251;
const COUNTER_PROPOSAL = 0x8257;
const DEFINITION_START = 0x825e;
const DEFINITION_RECUR = 0x8260;
// LIDs of PSETID_Common
const REMINDER_DELTA = 0x8501;
const REMINDER_SET = 0x8503;
const COMMON_START = 0x8516;
const COMMON_END = 0x8517;
// LIDs of PSETID_Meeting
const START_RECURRENCE_TIME = 0x0e;
/** "None was set" in PidLidReminderDelta. */
const DEFAULT_REMINDER = 0x5ae980e1;

const MINUTE = 60_000;
const DAY = 86_400_000;
const BUSY = ['FREE', 'TENTATIVE', 'BUSY', 'OOF', 'WORKINGELSEWHERE'];
/** What leaves time for others ([MS-OXCICAL] 2.1.3.1.1.20.25). */
const TRANSPARENT: ReadonlySet<string> = new Set(['FREE', 'WORKINGELSEWHERE']);
/** asfCanceled */
const STATE_CANCELED = 0x4;
/** Octets of a file that goes into an iCalendar text. */
const MAX_ATTACHED: number = 1024 * 1024;

/** What a meeting message adds to the appointment. */
export interface MeetingRole {
  readonly method: 'PUBLISH' | 'REQUEST' | 'REPLY' | 'CANCEL' | 'COUNTER';
  /** The answer of the sender of a reply. */
  readonly partstat?: string;
}

/** When an appointment is: moments in UTC and how to write them. */
interface Times {
  readonly start: number;
  readonly end: number;
  readonly isAllDay: boolean;
  readonly zone: TimeZone | undefined;
  /** No start was stored: the moment of creation stands for it, since iCalendar demands one. */
  readonly isInvented: boolean;
}

function named(message: MapiObject, id: number): number | undefined {
  return asNumber(message.named(PropertySet.PSETID_Appointment, id));
}

function readZone(message: MapiMessage, isRecurring: boolean): TimeZone | undefined {
  for (const id of isRecurring ? [DEFINITION_RECUR, DEFINITION_START] : [DEFINITION_START]) {
    const octets = asBytes(message.named(PropertySet.PSETID_Appointment, id));
    const zone = octets ? readTimeZoneDefinition(octets) : undefined;
    if (zone) return zone;
  }
  const octets = asBytes(message.named(PropertySet.PSETID_Appointment, TIME_ZONE_STRUCT));
  return octets ? readTimeZoneStruct(octets, namedText(message, PropertySet.PSETID_Appointment, TIME_ZONE_DESCRIPTION)) : undefined;
}

function readTimes(message: MapiMessage, zone: TimeZone | undefined): Times {
  const common = (id: number) => asNumber(message.named(PropertySet.PSETID_Common, id));
  const stored = named(message, START_WHOLE) ?? common(COMMON_START) ?? numberOf(message, Pid.PidTagStartDate);
  const start = stored ?? numberOf(message, Pid.PidTagCreationTime) ?? 0;
  const end = named(message, END_WHOLE) ?? common(COMMON_END) ?? numberOf(message, Pid.PidTagEndDate) ?? start;
  const isAllDay = message.named(PropertySet.PSETID_Appointment, SUB_TYPE) === true;
  return { start, end: Math.max(start, end), isAllDay, zone, isInvented: stored === undefined };
}

/** True for an answer that proposes another time ([MS-OXOCAL] 2.2.8.1). */
export function isCounterProposal(message: MapiMessage): boolean {
  return message.named(PropertySet.PSETID_Appointment, COUNTER_PROPOSAL) === true && named(message, PROPOSED_START) !== undefined;
}

function proposedTimes(message: MapiMessage, stored: Times): Times {
  const proposed = named(message, PROPOSED_START);
  const start = proposed ?? stored.start;
  const end = named(message, PROPOSED_END) ?? start + (stored.end - stored.start);
  return { ...stored, start, end: Math.max(start, end), isInvented: stored.isInvented && proposed === undefined };
}

/** The earliest midnight of a day, before midnight of UTC: that of New Zealand in summer is 13 hours before, that of Hawaii 10 behind. */
const EARLIEST_MIDNIGHT = 13.5 * 60 * MINUTE;

/** The local date of the midnight that a moment is meant to be; Outlook 2003 and older wrote no zone. */
function midnight(ms: number, zone: TimeZone | undefined): string {
  if (!zone) return jDate(Math.floor((ms + EARLIEST_MIDNIGHT) / DAY) * DAY);
  return jDate(Math.round(toLocal(zone, ms) / DAY) * DAY);
}

/** A local time in the notation of the appointment: a date, a time in its zone, or a floating time. */
function localProperty(name: string, local: number, times: Times): JProperty {
  if (times.isAllDay) return [name, {}, 'date', jDate(Math.round(local / DAY) * DAY)];
  return [name, times.zone ? { tzid: times.zone.id } : {}, 'date-time', jDateTime(local, false)];
}

/** DTSTART and DTEND in local time; what takes no time has no end (RFC 5545 §3.8.2.2: DTEND is later than DTSTART). */
function spanOf(start: number, end: number, times: Times): JProperty[] {
  const first = localProperty('dtstart', start, times);
  return end <= start ? [first] : [first, localProperty('dtend', end, times)];
}

function singleTimes(times: Times): JProperty[] {
  const { start, end, isAllDay, zone } = times;
  if (isAllDay) {
    const last = midnight(end > start ? end : start + DAY, zone);
    return [
      ['dtstart', {}, 'date', midnight(start, zone)],
      ['dtend', {}, 'date', last],
    ];
  }
  if (zone) return spanOf(toLocal(zone, start), toLocal(zone, end), times);
  const first: JProperty = ['dtstart', {}, 'date-time', jDateTime(start, true)];
  return end === start ? [first] : [first, ['dtend', {}, 'date-time', jDateTime(end, true)]];
}

/**
 * RECURRENCE-ID of what is about one occurrence of a series: an invitation to it, its cancellation, an answer ([MS-OXCICAL] 2.1.3.1.1.20.20). Its UID
 * is that of the series; without this it would be about all of it. The local day is in the id of the meeting, the time beside it.
 */
function occurrenceId(message: MapiMessage, times: Times): JProperty[] {
  const replaced = named(message, EXCEPTION_REPLACE_TIME);
  const day = occurrenceDay(message);
  if (replaced === undefined && day === undefined) return [];
  const start = times.zone ? toLocal(times.zone, times.start) : times.start;
  const local = replaced === undefined ? (day ?? 0) + (occurrenceTime(message) ?? start % DAY) : toLocalIn(times.zone, replaced);
  if (times.isAllDay || times.zone) return [localProperty('recurrence-id', local, times)];
  return [['recurrence-id', {}, 'date-time', jDateTime(local, true)]];
}

function toLocalIn(zone: TimeZone | undefined, utc: number): number {
  return zone ? toLocal(zone, utc) : utc;
}

/** PidLidStartRecurrenceTime ([MS-OXOCAL] 2.2.6.15): hours, minutes and seconds in 5, 6 and 6 bits, in the zone of the meeting. */
function occurrenceTime(message: MapiMessage): number | undefined {
  const packed = asNumber(message.named(PropertySet.PSETID_Meeting, START_RECURRENCE_TIME));
  if (packed === undefined || packed < 0) return undefined;
  return ((packed >> 12) & 0x1f) * 60 * MINUTE + ((packed >> 6) & 0x3f) * MINUTE + (packed & 0x3f) * 1000;
}

/** DTSTART, DTEND, RRULE and EXDATE of a series. */
function seriesTimes(recurrence: AppointmentRecurrence, times: Times): JProperty[] | undefined {
  const { pattern, startOffset, endOffset, exceptions } = recurrence;
  const first = firstDate(pattern) + startOffset * MINUTE;
  const last = pattern.endDate + startOffset * MINUTE;
  const until = times.isAllDay ? jDate(pattern.endDate) : times.zone ? jDateTime(toUtc(times.zone, last), true) : jDateTime(last, false);
  const rule = recurrenceRule(pattern, until);
  if (!rule) return undefined;
  const end = Math.max(first + (endOffset - startOffset) * MINUTE, first);
  const properties: JProperty[] = [...spanOf(first, end, times), ['rrule', {}, 'recur', rule]];
  const moved = new Set(exceptions.map((exception) => Math.floor(exception.originalStart / DAY)));
  for (const date of pattern.deleted) {
    if (!moved.has(Math.floor(date / DAY))) properties.push(localProperty('exdate', date + startOffset * MINUTE, times));
  }
  return properties;
}

/** Where a meeting is held online: names of PS_PUBLIC_STRINGS that Teams and its forerunners set. */
const ONLINE = ['SkypeTeamsMeetingUrl', 'OnlineMeetingExternalLink'];

function onlinePlace(message: MapiMessage): JProperty[] {
  const links = ONLINE.map((name) => asString(message.named(PropertySet.PS_PUBLIC_STRINGS, name))?.trim());
  return jProperty(
    'url',
    'uri',
    links.find((link) => link !== undefined && /^https?:\/\/[\x21-\x7e]+$/i.test(link)),
  );
}

function busyProperties(status: number | undefined): JProperty[] {
  const name = status === undefined ? undefined : BUSY[status];
  if (name === undefined) return [];
  return [
    ['transp', {}, 'text', TRANSPARENT.has(name) ? 'TRANSPARENT' : 'OPAQUE'],
    ['x-microsoft-cdo-busystatus', {}, 'unknown', name],
  ];
}

/** What the organizer means the time of an invitation to be; until it is answered it is tentative ([MS-OXCICAL] 2.1.3.1.1.20.35 f.). */
function intendedStatus(message: MapiMessage, role: MeetingRole): JProperty[] {
  const name = role.method === 'REQUEST' ? BUSY[named(message, INTENDED_BUSY_STATUS) ?? -1] : undefined;
  return name === undefined ? [] : [['x-microsoft-cdo-intendedstatus', {}, 'unknown', name]];
}

/** VALARM of the reminder of an appointment, some minutes before it (RFC 5545 §3.6.6); a changed occurrence has that of the series, or its own. */
function alarms(message: MapiMessage, summary: string, changed: Partial<RecurrenceException> = {}): JComponent[] {
  const isSet = changed.hasReminder ?? message.named(PropertySet.PSETID_Common, REMINDER_SET) === true;
  if (!isSet) return [];
  const delta = changed.reminderDelta ?? asNumber(message.named(PropertySet.PSETID_Common, REMINDER_DELTA)) ?? 0;
  const minutes = delta === DEFAULT_REMINDER || delta < 0 ? 15 : delta;
  return [alarm(summary, ['trigger', {}, 'duration', minutes === 0 ? 'PT0S' : `-PT${minutes}M`])];
}

/** A VALARM that shows a text. */
export function alarm(summary: string, trigger: JProperty): JComponent {
  const shown = summary === '' ? 'Reminder' : summary;
  return ['valarm', [['action', {}, 'text', 'DISPLAY'], ['description', {}, 'text', shown], trigger], []];
}

function attached(attachment: MapiAttachment, book: AddressBook): JProperty[] {
  if (isCalendarException(attachment)) return [];
  const name = attachmentName(attachment, book.strings) ?? 'attachment';
  if (attachment.dataKind !== 'binary' || attachment.size > MAX_ATTACHED) {
    const place = book.strings.text(attachment, Pid.PidTagAttachLongPathname);
    if (attachment.dataKind === 'none' && place !== undefined && /^https?:\/\/[\x21-\x7e]+$/i.test(place))
      return [['attach', {}, 'uri', place]];
    book.conversion.issues.add('MAPI_ITEM_ATTACHMENT_LEFT', name);
    return [];
  }
  const data = Buffer.from(joined(attachment.data(), attachment.size)).toString('base64');
  return [
    [
      'attach',
      { encoding: 'BASE64', fmttype: mediaType(attachment, name), 'x-filename': name.replace(/["\p{Cc}]/gu, '_') },
      'binary',
      data,
    ],
  ];
}

/** ATTACH for the files of an item; links of the web as such. What is large or no file stays out, with an issue. */
export function attachmentProperties(message: MapiMessage, book: AddressBook): JProperty[] {
  return message.attachments.flatMap((attachment) => attached(attachment, book));
}

function isNear(a: number | undefined, b: number): boolean {
  return a !== undefined && Math.abs(a - b) < MINUTE;
}

/**
 * The message inside the attachment that holds a changed occurrence: found by the moment that it replaces, else by its start, which is a local time
 * of the computer that made it ([MS-OXOCAL] 2.2.10.1).
 */
function exceptionMessage(message: MapiMessage, exception: RecurrenceException, zone: TimeZone | undefined): MapiMessage | undefined {
  const held = message.attachments.filter((attachment) => attachment.dataKind === 'message');
  const replaced = zone ? toUtc(zone, exception.originalStart) : exception.originalStart;
  const found =
    held.find((attachment) => isNear(numberOf(attachment, Pid.PidTagExceptionReplaceTime), replaced)) ??
    held.find((attachment) => isNear(numberOf(attachment, Pid.PidTagExceptionStartTime), exception.start));
  return found?.embedded();
}

/** What the occurrences of a series have in common. */
interface SharedEvent {
  readonly shared: readonly JProperty[];
  readonly times: Times;
  readonly summary: string;
}

/** A changed occurrence: everything of the series but what is changed (RFC 5545 §3.8.4.4). */
function exceptionEvent(
  message: MapiMessage,
  exception: RecurrenceException,
  { shared, times, summary }: SharedEvent,
  book: AddressBook,
): JComponent {
  const inner = exceptionMessage(message, exception, times.zone);
  const text = inner && exception.hasBody ? description(inner, book.strings, book.conversion) : undefined;
  const changed: JProperty[] = [
    ...jProperty('summary', 'text', exception.subject),
    ...jProperty('location', 'text', exception.location),
    ...jProperty('description', 'text', text),
    ...busyProperties(exception.busyStatus),
    ...((exception.state ?? 0) & STATE_CANCELED ? jProperty('status', 'text', 'CANCELLED') : []),
    ...(inner ? attendees(inner, book) : []),
  ];
  const names = new Set(changed.map(([name]) => name));
  // A subject or a place that was taken away is not that of the series.
  if (exception.subject === '') names.add('summary');
  if (exception.location === '') names.add('location');
  // An occurrence of a series of whole days can be at an hour, and the other way round.
  const own = { ...times, isAllDay: exception.isAllDay ?? times.isAllDay };
  const properties = [
    ...shared.filter(([name]) => !names.has(name) && name !== 'attach'),
    ...changed,
    localProperty('recurrence-id', exception.originalStart, times),
    ...spanOf(exception.start, exception.end, own),
    ...(inner ? attachmentProperties(inner, book) : []),
  ];
  return ['vevent', properties, alarms(message, exception.subject ?? summary, exception)];
}

function readRecurrence(message: MapiMessage, book: AddressBook): AppointmentRecurrence | undefined {
  const blob = asBytes(message.named(PropertySet.PSETID_Appointment, RECUR));
  const recurrence = blob ? readAppointmentRecurrence(blob) : undefined;
  if (blob && !recurrence) book.conversion.issues.add('MAPI_RECURRENCE_UNREADABLE');
  return recurrence;
}

/** When it is and how it repeats; a counter proposal is about one time. */
function scheduleOf(
  message: MapiMessage,
  role: MeetingRole,
  book: AddressBook,
): { readonly recurrence: AppointmentRecurrence | undefined; readonly times: Times } {
  if (role.method === 'COUNTER')
    return { recurrence: undefined, times: proposedTimes(message, readTimes(message, readZone(message, false))) };
  const recurrence = readRecurrence(message, book);
  return { recurrence, times: readTimes(message, readZone(message, recurrence !== undefined)) };
}

/** The zone that is named: whole days have none, but one of them can be changed to be at an hour. */
function zonesOf(times: Times, recurrence: AppointmentRecurrence | undefined): JComponent[] {
  const isTimed = !times.isAllDay || recurrence?.exceptions.some(({ isAllDay }) => isAllDay === false) === true;
  return times.zone && isTimed ? [vtimezone(times.zone)] : [];
}

/** The components of an appointment or a meeting: a VTIMEZONE where one is needed, the VEVENT, and its changed occurrences. */
export function eventComponents(
  message: MapiMessage,
  parts: HeaderParts,
  role: MeetingRole,
  book: AddressBook,
): { uid: string; components: JComponent[] } {
  const { strings, conversion } = book;
  const { recurrence, times } = scheduleOf(message, role, book);
  const uid = appointmentUid(message, conversion);
  const state = named(message, STATE_FLAGS) ?? 0;
  const isCanceled = role.method === 'CANCEL' || (state & STATE_CANCELED) !== 0;
  const shared: JProperty[] = [
    ['uid', {}, 'text', uid],
    ...stampProperties(message),
    ['sequence', {}, 'integer', named(message, SEQUENCE) ?? 0],
    ...jProperty('summary', 'text', parts.subject),
    ...jProperty('location', 'text', namedText(message, PropertySet.PSETID_Appointment, LOCATION)),
    ...jProperty('description', 'text', description(message, strings, conversion)),
    ...onlinePlace(message),
    ...classProperties(message),
    ...(isCanceled ? jProperty('status', 'text', 'CANCELLED') : []),
    ...busyProperties(named(message, BUSY_STATUS)),
    ...intendedStatus(message, role),
    ...people(message, parts, role, book),
    ...(role.method === 'PUBLISH' ? attachmentProperties(message, book) : []),
  ];
  const series = recurrence ? seriesTimes(recurrence, times) : undefined;
  if (recurrence && !series) conversion.issues.add('MAPI_RECURRENCE_UNREADABLE', 'a calendar that clients cannot repeat');
  if (!series && times.isInvented) conversion.issues.add('MAPI_START_INVENTED');
  if (series && !times.zone && !times.isAllDay) conversion.issues.add('MAPI_TIME_ZONE_UNKNOWN');
  const when = series ?? [...occurrenceId(message, times), ...singleTimes(times)];
  const event: JComponent = ['vevent', [...shared, ...when], alarms(message, parts.subject)];
  const same = { shared, times, summary: parts.subject };
  const exceptions = series && recurrence ? recurrence.exceptions.map((exception) => exceptionEvent(message, exception, same, book)) : [];
  return { uid, components: [...zonesOf(times, recurrence), event, ...exceptions] };
}
