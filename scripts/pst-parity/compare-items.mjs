// What differs between items as they were made and as icalendar, recurring_ical_events and vobject read them, in words.
import { isDeepStrictEqual } from 'node:util';

const plain = (text) => (text ?? '').replace(/\r\n?/g, '\n').trim();

/** Differences of what calendars and address books show. */
export function itemDifferences(made, read, say) {
  for (const error of read.errors) say(error);
  for (const [kind, compare] of Object.entries({ event: eventDifferences, contact: contactDifferences, task: taskDifferences })) {
    const items = made.filter((item) => item.kind === kind);
    const found = read[`${kind}s`];
    if (Object.keys(found).length !== items.length)
      say(`${items.length} of ${kind} became ${Object.keys(found).length}: ${Object.keys(found)}`);
    for (const item of items.filter(({ key }) => found[key] === undefined)) say(`${kind} ${item.key} is missing (${item.what})`);
    for (const item of items.filter(({ key }) => found[key] !== undefined))
      compare(item, found[item.key], (words) => say(`${item.key}, ${item.what}: ${words}`));
  }
}

function eventDifferences(made, read, say) {
  const show = ({ start, end, summary, location }) =>
    `${new Date(start).toISOString()} to ${new Date(end).toISOString()} ${JSON.stringify(plain(summary))} ${JSON.stringify(plain(location))}`;
  const inRange = made.occurrences.filter(({ start }) => start >= made.from && start < made.to);
  const expected = new Set(inRange.map(show));
  const found = new Set(read.map(show));
  const lost = [...expected].filter((each) => !found.has(each));
  const more = [...found].filter((each) => !expected.has(each));
  if (lost.length > 0 || more.length > made.unclear)
    say(
      `${lost.length} of ${expected.size} lost, ${more.length} more (${made.unclear} unclear): ${lost.slice(0, 2)} | ${more.slice(0, 2)}`,
    );
  if (read.some(({ isDay }) => isDay !== made.isAllDay)) say('whole days are not that');
  if (read.some(({ floats }) => floats)) say('times float');
}

function contactDifferences(made, read, say) {
  for (const field of ['given', 'surname', 'company', 'title', 'street', 'city', 'note'])
    if (plain(made[field]) !== plain(String(read[field] ?? '')))
      say(`${field} ${JSON.stringify(made[field])} became ${JSON.stringify(read[field])}`);
  for (const field of ['phones', 'emails'])
    if (!isDeepStrictEqual(made[field], read[field])) say(`${field} ${made[field]} became ${read[field]}`);
}

function taskDifferences(made, read, say) {
  if (made.start !== read.start) say(`start ${new Date(made.start).toISOString()} became ${new Date(read.start).toISOString()}`);
  if (made.rule !== read.rule) say(`rule ${read.rule}`);
}
