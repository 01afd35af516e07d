// What stands beside a mail: flags, categories, dates.
import { canHold, chance, encode, pick, tag } from './words.mjs';

const CATEGORIES = [
  ['Red', 'Red'],
  ['Blue Category', 'Blue_Category'],
  ['Straße', 'Strasse'],
  ['a/b', 'a/b'],
  ['(x)', '_x_'],
  ['100%', '100_'],
  ['重要', 'U+91CDU+8981'],
  ['NonJunk', 'NonJunk'],
  ['a,b', 'a,b'],
  ['Work', 'Work'],
];
const DAY = 86_400_000;

function dateOf(random) {
  const kind = random.between(0, 20);
  if (kind === 0) return new Date(Date.UTC(1900 + random.between(0, 69), 1, 3, 4, 5, 6));
  if (kind === 1) return new Date(Date.UTC(2101 + random.between(0, 300), 7, 8, 9, 10, 11));
  if (kind === 2) return new Date(random.between(0, 3) * 1000);
  return new Date(
    Date.UTC(1995, 0, 1) +
      random.between(0, 12_000) * DAY +
      random.between(0, 86_400) * 1000 +
      (chance(random, 30) ? random.between(0, 1000) : 0),
  );
}

/** [property, value, flag] of what was done with a mail. */
const DONE = [
  [0x1081, 102, 'R'],
  [0x1081, 103, 'R'],
  [0x1081, 104, '$Forwarded'],
  [0x1090, 0, undefined],
  [0x1090, 1, '$FlagComplete'],
  [0x1090, 2, 'F'],
  [0x17, 0, '$LowImportance'],
  [0x17, 1, undefined],
  [0x17, 2, '$Important'],
];

/** {properties, flags, bits}: bits is PidTagMessageFlags. */
export function flagsOf(random) {
  const marks = [0x1081, 0x1090, 0x17]
    .filter(() => chance(random, 25))
    .map((id) =>
      pick(
        random,
        DONE.filter(([of]) => of === id),
      ),
    );
  const [isRead, isDraft] = [chance(random, 60), chance(random, 10)];
  const flags = [isRead ? 'S' : undefined, isDraft ? 'D' : undefined, ...marks.map(([, , flag]) => flag)].filter(
    (flag) => flag !== undefined,
  );
  const sensitivity = chance(random, 20) ? [tag(0x36, 3, random.between(0, 4))] : [];
  return {
    properties: [...marks.map(([id, value]) => tag(id, 3, value)), ...sensitivity],
    flags,
    bits: (isRead ? 1 : 0) | (isDraft ? 8 : 0),
  };
}

/** Categories that the strings can hold: {named, flags}. */
export function categoriesOf(random, strings, isAnsi) {
  const two = chance(random, 20) ? [...new Set([pick(random, CATEGORIES), pick(random, CATEGORIES)])] : [];
  const fit = two.filter(([name]) => !isAnsi || canHold(name, strings.page));
  const value = fit.map(([name]) => (isAnsi ? encode(name, strings.page) : name));
  return {
    named: fit.length === 0 ? [] : [{ set: 'PS_PUBLIC_STRINGS', name: 'Keywords', type: 0x101f, value }],
    flags: fit.map(([, flag]) => flag),
  };
}

/** When a mail was made, sent and delivered, as properties, and what INTERNALDATE and Date have to be. */
export function datesOf(random) {
  const date = dateOf(random);
  const submit = chance(random, 80) ? new Date(date.getTime() - random.between(0, 1000) * 1000) : undefined;
  const delivery = chance(random, 85) ? date : undefined;
  const all = [
    [0x3007, date],
    [0x3008, date],
    [0x0039, submit],
    [0x0e06, delivery],
  ];
  const properties = all.filter(([, each]) => each !== undefined).map(([id, each]) => tag(id, 0x40, each));
  return { properties, date: (delivery ?? submit ?? date).getTime(), headerDate: (submit ?? delivery ?? date).getTime() };
}
