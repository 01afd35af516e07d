// Calendars, contacts and tasks at random, and what a client that imports the files has to see.
import { DAY, MINUTE, recurrenceOf } from './recurrence.mjs';
import { chance, encode, phrase, pick, scriptOf } from './words.mjs';
import { isUnclear, toUtc, ZONES, zoneDefinition, zoneStruct } from './zones.mjs';

const appointment = (name, type, value) => ({ set: 'PSETID_Appointment', name, type, value });
const ODD = ['plain', 'a, b; c\\d', 'two\r\nlines', '"quoted" (x)', 'x'.repeat(300), ' blanks ', 'semi;colon:colon', '=?utf-8?q?x?='];

/** A text of an item: {text, property(id)}. */
function textOf(random, isAnsi) {
  const text = chance(random, 50)
    ? pick(random, ODD)
    : phrase(random, scriptOf(random, isAnsi ? [1252] : undefined), random.between(1, 12));
  return isAnsi && /[^\x20-\x7e\s]/.test(text)
    ? { text, type: 0x1e, value: encode(text, 1252) }
    : { text, type: isAnsi ? 0x1e : 0x1f, value: text };
}

/** The zone of an appointment as newer programs write it, or as older ones do. */
function zoneProperties(random, zone, isRecurring, isAnsi) {
  if (chance(random, 60)) return (isRecurring ? [0x825e, 0x8260] : [0x825e]).map((id) => appointment(id, 0x102, zoneDefinition(zone)));
  const name = isAnsi ? appointment(0x8234, 0x1e, encode(zone.name, 1252)) : appointment(0x8234, 0x1f, zone.name);
  return [appointment(0x8233, 0x102, zoneStruct(zone)), name];
}

/** Occurrences as others have to see them. Where a clock changes within one, its length is a matter of taste, and so is an hour that is twice or never there. */
function seenOf(occurrences, zone, isAllDay, key, place) {
  const isClear = ({ start, end }) =>
    isAllDay || !(isUnclear(zone, start) || isUnclear(zone, end) || toUtc(zone, end) - toUtc(zone, start) !== end - start);
  const moment = (local) => (isAllDay ? local : toUtc(zone, local));
  return occurrences.filter(isClear).map(({ start, end, subject, location }) => ({
    start: moment(start),
    end: moment(end),
    summary: subject ?? key,
    location: location ?? place,
  }));
}

/** Its first minute of the day, and how many it takes. */
function lengthOf(random, isAllDay) {
  return isAllDay ? [0, 1440 * pick(random, [1, 1, 3])] : [random.between(0, 48) * 30, pick(random, [0, 15, 60, 60, 30 * 60])];
}

function onceAt(random, start, length) {
  const first = Date.UTC(2015 + random.between(0, 10), random.between(0, 12), random.between(1, 29)) + start * MINUTE;
  return { first, occurrences: [{ start: first, end: first + length * MINUTE }], horizon: first + 400 * DAY, what: 'once' };
}

function eventOf(random, number, isAnsi) {
  const isAllDay = chance(random, 25);
  const zone = pick(random, ZONES);
  const [start, length] = lengthOf(random, isAllDay);
  const { blob, first, occurrences, horizon, what } = chance(random, 70)
    ? recurrenceOf(random, start, length, isAllDay)
    : onceAt(random, start, length);
  const key = `e${number}`;
  const [place, body] = [textOf(random, isAnsi), textOf(random, isAnsi)];
  const named = [
    appointment(0x820d, 0x40, new Date(toUtc(zone, first))),
    appointment(0x820e, 0x40, new Date(toUtc(zone, first + length * MINUTE))),
    appointment(0x8215, 0xb, isAllDay),
    appointment(0x8208, place.type, place.value),
    appointment(0x8223, 0xb, blob !== undefined),
    ...(blob ? [appointment(0x8216, 0x102, blob)] : []),
    ...zoneProperties(random, zone, blob !== undefined, isAnsi),
  ];
  const seen = seenOf(occurrences, zone, isAllDay, key, place.text);
  const told = `${what} in ${zone.name}${isAllDay ? ', whole days' : ''}, ${length} minutes`;
  // Two days before, since what is after the horizon in local time may be before it in UTC.
  const range = { from: first - 400 * DAY, to: horizon - 2 * DAY };
  const properties = [
    [isAnsi ? 0x0037001e : 0x0037001f, key],
    [body.type + 0x10000000, body.value],
  ];
  const truth = { kind: 'event', key, isAllDay, occurrences: seen, unclear: occurrences.length - seen.length, ...range, what: told };
  return { spec: { class: 'IPM.Appointment', properties, named }, truth };
}

const PHONES = [
  [0x3a08, '+49 30 123'],
  [0x3a09, '(555) 1-2'],
  [0x3a1c, 'mobil; 0171,22'],
  [0x3a1b, '2nd'],
  [0x3a2f, 'home2'],
];

function contactOf(random, number, isAnsi) {
  const key = `c${number}`;
  const fields = Object.fromEntries(
    ['given', 'surname', 'company', 'title', 'street', 'city', 'note']
      .filter(() => chance(random, 60))
      .map((field) => [field, textOf(random, isAnsi)]),
  );
  const ids = { given: 0x3a06, surname: 0x3a11, company: 0x3a16, title: 0x3a17, street: 0x3a5d, city: 0x3a59, note: 0x1000 };
  const phones = PHONES.filter(() => chance(random, 40));
  const emails = [0x8083, 0x8093, 0x80a3].filter(() => chance(random, 40)).map((id, i) => [id, `${key}.${i}@example.org`]);
  const wide = isAnsi ? 0x1e : 0x1f;
  const spec = {
    class: 'IPM.Contact',
    properties: [
      [0x00370000 + wide, key],
      [0x30010000 + wide, key],
      ...Object.entries(fields).map(([field, { type, value }]) => [ids[field] * 65536 + type, value]),
      ...phones.map(([id, value]) => [id * 65536 + wide, value]),
    ],
    named: emails.map(([name, value]) => ({ set: 'PSETID_Address', name, type: wide, value })),
  };
  const texts = Object.fromEntries(Object.entries(fields).map(([field, { text }]) => [field, text]));
  return {
    spec,
    truth: { kind: 'contact', key, ...texts, phones: phones.map(([, phone]) => phone).sort(), emails: emails.map(([, email]) => email) },
  };
}

function taskOf(random, number, isAnsi) {
  const key = `t${number}`;
  const due = Date.UTC(2015, random.between(0, 12), random.between(1, 29));
  const recurrence = chance(random, 60) ? recurrenceOf(random, 0, 1440, true, 0) : undefined;
  const task = (name, type, value) => ({ set: 'PSETID_Task', name, type, value });
  const start = recurrence?.first ?? due;
  const spec = {
    class: 'IPM.Task',
    properties: [[isAnsi ? 0x0037001e : 0x0037001f, key]],
    named: [
      task(0x8104, 0x40, new Date(start)),
      task(0x8105, 0x40, new Date(start)),
      ...(recurrence ? [task(0x8126, 0xb, true), task(0x8116, 0x102, recurrence.patternBlob)] : []),
    ],
  };
  return { spec, truth: { kind: 'task', key, start, what: recurrence?.what ?? 'once', rule: recurrence !== undefined } };
}

/** Folders of items. */
export function itemsOf(random, isAnsi) {
  const make = (maker, most) => Array.from({ length: random.between(0, most) }, (_, i) => maker(random, i, isAnsi));
  const [events, contacts, tasks] = [make(eventOf, 12), make(contactOf, 8), make(taskOf, 4)];
  const folder = (name, specialUse, containerClass, list) => ({ name, specialUse, containerClass, messages: list.map(({ spec }) => spec) });
  return {
    folders: [
      folder('Kalender/Größe', 'calendar', 'IPF.Appointment', events),
      folder('Contacts', 'contacts', 'IPF.Contact', contacts),
      folder('Tasks', 'tasks', 'IPF.Task', tasks),
    ],
    truth: [...events, ...contacts, ...tasks].map(({ truth }) => truth),
  };
}
