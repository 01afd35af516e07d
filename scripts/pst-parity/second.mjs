// Second opinions in JavaScript: postal-mime of mails, ical.js of calendars.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { oneLine } from './words.mjs';

// A dependency of the core, not of the workspace.
const required = createRequire(join(import.meta.dirname, '../../packages/core/package.json'))('ical.js');
const ICAL = required.default ?? required;
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');
const ascii = (text) => (text ?? '').replace(/[^\x21-\x7e]/g, '');

/** What postal-mime reads in another way than Python's email did. */
export async function mailDifferences(read, say) {
  const mail = await PostalMime.parse(readFileSync(read.file), { forceRfc822Attachments: true });
  if (oneLine(mail.subject ?? '') !== oneLine(read.subject ?? '')) say(`postal-mime: subject ${mail.subject}`);
  if ((mail.from?.address ?? '') !== (read.from[0]?.[1] ?? '')) say(`postal-mime: from ${mail.from?.address}, not ${read.from[0]?.[1]}`);
  const bodies = read.leaves.filter(({ name, disposition }) => !name && disposition !== 'attachment');
  const html = bodies.filter(({ type }) => type === 'text/html');
  // Node 20 reads windows-1252 as ISO 8859-1, and postal-mime adds texts that are shown in the mail.
  if (html.length === 1 && !ascii(mail.html).startsWith(ascii(html[0].text)))
    say(`postal-mime: html ${JSON.stringify(mail.html?.slice(0, 200))}`);
  const known = new Set(mail.attachments.map(({ content }) => sha256(Buffer.from(content))));
  const isShown = ({ type, disposition }) => disposition === 'inline' && type === 'text/plain';
  for (const leaf of read.leaves)
    if (leaf.name && leaf.sha256 && !isShown(leaf) && !known.has(leaf.sha256)) say(`postal-mime: no file ${leaf.name}`);
}

/** Starts of an event and its changed occurrences in a range, in ms. */
function startsOf(components, from, to) {
  const event = new ICAL.Event(components.find((each) => !each.hasProperty('recurrence-id')));
  for (const each of components) if (each.hasProperty('recurrence-id')) event.relateException(each);
  const at = (time) => (time.isDate ? Date.UTC(time.year, time.month - 1, time.day) : time.toUnixTime() * 1000);
  if (!event.isRecurring()) return [at(event.startDate)];
  const [iterator, starts] = [event.iterator(), []];
  for (let next = iterator.next(); next && at(next) < to && starts.length < 3000; next = iterator.next())
    starts.push(at(event.getOccurrenceDetails(next).startDate));
  return starts.filter((start) => start >= from && start < to);
}

/** What ical.js expands in another way than the maker of the events did. */
export function calendarDifferences(directory, items, say) {
  const events = new Map(items.filter(({ kind }) => kind === 'event').map((item) => [item.key, item]));
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.ics'))) {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(join(directory, name), 'utf8')));
    for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
    const series = grouped(calendar);
    for (const components of series.values()) {
      const made = events.get(components.find((each) => !each.hasProperty('recurrence-id'))?.getFirstPropertyValue('summary'));
      if (made) compare(made, startsOf(components, made.from, made.to), say);
    }
    ICAL.TimezoneService.reset();
  }
}

/** The components of each UID. */
function grouped(calendar) {
  const groups = new Map();
  for (const each of calendar.getAllSubcomponents('vevent')) {
    const uid = each.getFirstPropertyValue('uid');
    groups.set(uid, [...(groups.get(uid) ?? []), each]);
  }
  return groups;
}

function compare(made, starts, say) {
  const inRange = made.occurrences.map(({ start }) => start).filter((start) => start >= made.from && start < made.to);
  const found = new Set(starts);
  const expected = new Set(inRange);
  const [lost, more] = [inRange.filter((start) => !found.has(start)), starts.filter((start) => !expected.has(start))];
  if (lost.length > 0 || more.length > made.unclear)
    say(
      `ical.js: ${made.key}, ${made.what}: ${lost.length} lost, ${more.length} more, ${[...lost, ...more].slice(0, 2).map((ms) => new Date(ms).toISOString())}`,
    );
}
