// Tasks as VTODO and journal entries as VJOURNAL (RFC 5545 §3.6.2, §3.6.3; [MS-OXOTASK], [MS-OXOJRNL]). The dates of a task are days of no time
// zone, which MAPI stores as midnights of UTC.
import type { AddressBook } from '../address.js';
import type { HeaderParts } from '../headers.js';
import { classProperties, description, inventedUid, namedText, stampProperties } from '../item-text.js';
import { type JComponent, type JProperty, jDate, jDateTime, jProperty } from '../jcal.js';
import type { MapiMessage } from '../object.js';
import { PropertySet } from '../properties.js';
import { asBytes, asNumber, asStrings, asTime } from '../value.js';
import { alarm, attachmentProperties } from './event.js';
import { NO_END, type RecurrencePattern, readTaskRecurrence } from './recurrence-pattern.js';
import { recurrenceRule } from './recurrence-rule.js';

// LIDs of PSETID_Task
const STATUS = 0x8101;
const PERCENT = 0x8102;
const START = 0x8104;
const DUE = 0x8105;
const COMPLETED = 0x810f;
const RECURRENCE = 0x8116;
const COMPLETE = 0x811c;
const IS_RECURRING = 0x8126;
const DEAD_OCCURRENCE = 0x8109;
// LIDs of PSETID_Common
const REMINDER_TIME = 0x8502;
const REMINDER_SET = 0x8503;
// LIDs of PSETID_Log
const LOG_TYPE = 0x8700;
const LOG_START = 0x8706;
const LOG_DURATION = 0x8707;
const LOG_END = 0x8708;

/** By PidLidTaskStatus ([MS-OXOTASK] 2.2.2.2.2); what waits for someone or was put off is still to be done. */
const STATUSES = ['NEEDS-ACTION', 'IN-PROCESS', 'COMPLETED', 'NEEDS-ACTION', 'NEEDS-ACTION'];

function dateProperty(name: string, ms: number | undefined): JProperty[] {
  return ms === undefined ? [] : [[name, {}, 'date', jDate(ms)]];
}

/**
 * How a task repeats. When one of a series is done, Outlook moves the task on to its next days and leaves a copy of the one that is done, which keeps the
 * pattern and is marked as dead ([MS-OXOTASK] 2.2.2.2.8), as the last one is: these repeat no more.
 */
function taskPattern(message: MapiMessage, book: AddressBook): RecurrencePattern | undefined {
  const named = (id: number) => message.named(PropertySet.PSETID_Task, id);
  const blob = asBytes(named(RECURRENCE));
  if (!blob || named(DEAD_OCCURRENCE) === true || named(IS_RECURRING) === false) return undefined;
  const pattern = readTaskRecurrence(blob);
  if (!pattern || pattern.kind === 'foreign') book.conversion.issues.add('MAPI_RECURRENCE_UNREADABLE');
  return pattern;
}

/** The rule from a day on; a task that has moved on since its first day has fewer left than its pattern counts, and ends where that does. */
function ruleProperty(pattern: RecurrencePattern | undefined, start: number | undefined): JProperty[] {
  if (!pattern) return [];
  const isMovedOn = start !== undefined && start > pattern.startDate && pattern.endDate >= start && pattern.endDate < NO_END;
  const left = isMovedOn && pattern.end === 'count' ? { ...pattern, end: 'date' as const } : pattern;
  const rule = recurrenceRule(left, jDate(pattern.endDate));
  return rule ? [['rrule', {}, 'recur', rule]] : [];
}

/** STATUS, PERCENT-COMPLETE and COMPLETED. */
function progressProperties(message: MapiMessage): JProperty[] {
  const number = (id: number) => asNumber(message.named(PropertySet.PSETID_Task, id));
  const isComplete = message.named(PropertySet.PSETID_Task, COMPLETE) === true || number(STATUS) === 2;
  const percent = isComplete ? 100 : Math.min(100, Math.round((number(PERCENT) ?? 0) * 100));
  const completed = asTime(message.named(PropertySet.PSETID_Task, COMPLETED));
  return [
    ...jProperty('status', 'text', isComplete ? 'COMPLETED' : STATUSES[number(STATUS) ?? 0]),
    ...jProperty('percent-complete', 'integer', percent > 0 ? percent : undefined),
    ...(isComplete && completed !== undefined ? jProperty('completed', 'date-time', jDateTime(completed, true)) : []),
  ];
}

/** DTSTART, DUE and RRULE; a rule repeats from DTSTART (RFC 5545 §3.8.5.3). */
function taskDates(message: MapiMessage, book: AddressBook): JProperty[] {
  const time = (id: number) => asTime(message.named(PropertySet.PSETID_Task, id));
  const due = time(DUE);
  const pattern = taskPattern(message, book);
  const stored = time(START);
  // DUE may not be before DTSTART; when a task is due counts more than when it was to begin. What repeats has a DTSTART.
  const start = stored !== undefined && stored <= (due ?? stored) ? stored : pattern && (due ?? pattern.startDate);
  return [...dateProperty('dtstart', start), ...dateProperty('due', due), ...ruleProperty(pattern, start)];
}

/** The reminder of a task is a moment, whatever its days are ([MS-OXORMDR] 2.2.1.4). */
function taskAlarms(message: MapiMessage, summary: string): JComponent[] {
  const time = asTime(message.named(PropertySet.PSETID_Common, REMINDER_TIME));
  if (message.named(PropertySet.PSETID_Common, REMINDER_SET) !== true || time === undefined) return [];
  return [alarm(summary, ['trigger', {}, 'date-time', jDateTime(time, true)])];
}

/** The VTODO of a task. */
export function taskComponent(message: MapiMessage, parts: HeaderParts, book: AddressBook): { uid: string; components: JComponent[] } {
  const uid = inventedUid(message, book.conversion);
  const dates = taskDates(message, book);
  const properties: JProperty[] = [
    ['uid', {}, 'text', uid],
    ...stampProperties(message),
    ...jProperty('summary', 'text', parts.subject),
    ...jProperty('description', 'text', description(message, book.strings, book.conversion)),
    ...dates,
    ...progressProperties(message),
    ...classProperties(message),
    ...attachmentProperties(message, book),
  ];
  return { uid, components: [['vtodo', properties, taskAlarms(message, parts.subject)]] };
}

/** The VJOURNAL of a journal entry; its kind becomes a category, its duration a line of the text. */
export function journalComponent(message: MapiMessage, parts: HeaderParts, book: AddressBook): { uid: string; components: JComponent[] } {
  const number = (id: number) => asNumber(message.named(PropertySet.PSETID_Log, id));
  const uid = inventedUid(message, book.conversion);
  const type = namedText(message, PropertySet.PSETID_Log, LOG_TYPE);
  const start = number(LOG_START);
  const end = number(LOG_END);
  const minutes = number(LOG_DURATION) ?? (start !== undefined && end !== undefined ? Math.round((end - start) / 60_000) : 0);
  const text = description(message, book.strings, book.conversion);
  const lines = [...(minutes > 0 ? [`Duration: ${minutes} min`] : []), ...(text === undefined ? [] : [text])];
  const stamps = stampProperties(message);
  const categories = asStrings(message.named(PropertySet.PS_PUBLIC_STRINGS, 'Keywords'));
  const properties: JProperty[] = [
    ['uid', {}, 'text', uid],
    ...stamps.filter(([name]) => name !== 'categories'),
    ...(start === undefined ? [] : jProperty('dtstart', 'date-time', jDateTime(start, true))),
    ...jProperty('summary', 'text', parts.subject),
    ...jProperty('description', 'text', lines.join('\n')),
    ...classProperties(message),
    ...attachmentProperties(message, book),
  ];
  const all = [...(type === undefined ? [] : [type]), ...categories];
  if (all.length > 0) properties.push(['categories', {}, 'text', ...all]);
  return { uid, components: [['vjournal', properties, []]] };
}
