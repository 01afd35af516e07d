// A .vcf file (RFC 6350) or an .ics file (RFC 5545) and new items become one file.
// An item is all components of one UID: a series and its exceptions share it. New ones replace what the file had under their UID, unless that is newer; all others stay.
// Items are sorted by UID, so the file is the same in whatever order the runs came; within a UID the order of the source counts.
// A time zone that several items name stands in a calendar once; one with other rules under the same name gets another (zone-names).
// The properties of the calendar stay. What is no whole component is left out.

import { type Components, Versions } from './versions.js';
import { ZoneNames } from './zone-names.js';

/** The text of a merged file. */
export interface MergedItems {
  readonly text: string;
  /** For each new item whether the file had it to the letter. */
  readonly known: readonly boolean[];
  /** For each new item whether the file had something under its UID. */
  readonly had: readonly boolean[];
  /** UIDs of the file that no new item has. */
  readonly others: number;
}

const CALENDAR_HEAD = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//mailferry//EN\r\n';
const CALENDAR_FOOT = 'END:VCALENDAR\r\n';

interface Component {
  /** `VCARD`, `VEVENT` … */
  readonly kind: string;
  readonly start: number;
  /** With CRLF after its last line. */
  readonly text: string;
}

/**
 * Merges items into a file.
 *
 * @param before - the file, if there is one
 * @param items - vCards, or components of a calendar without its frame
 */
export function mergeItems(before: string | undefined, items: readonly string[], format: 'vcard' | 'icalendar'): MergedItems {
  const isCalendar = format === 'icalendar';
  const old = (before ?? '').replace(/^\uFEFF/, '').replace(/\r?\n/g, '\r\n');
  const parts = componentsOf(old, isCalendar ? 1 : 0);
  const zones = new ZoneNames();
  const kept = byUid(parts, zones);
  const versions = new Versions(kept);
  const uids = new Set(kept.keys());
  const offered = items.map((item) => [...byUid(renamedZones(componentsOf(item, 0), zones), zones)].map((own) => versions.offer(...own)));
  const had = offered.map((own) => own.some(({ uid }) => uids.has(uid)));
  for (const { uid } of offered.flat()) uids.delete(uid);
  const known = offered.map((own) => own.length > 0 && own.every((version) => versions.isKnown(version)));
  const settled = zones.settle();
  const body = [...versions.texts()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, texts]) => [...texts].map(settled))
    .join('');
  const facts = { known, had, others: uids.size };
  if (!isCalendar) return { text: body, ...facts };
  const head = parts[0] === undefined ? CALENDAR_HEAD : old.slice(0, parts[0].start);
  return { text: head + zones.texts().join('') + body + CALENDAR_FOOT, ...facts };
}

/** The components of a new item under the names that its time zones have in the file. */
function renamedZones(components: readonly Component[], zones: ZoneNames): readonly Component[] {
  const renames = components.filter(({ kind }) => kind === 'VTIMEZONE').map(({ text }) => zones.add(text));
  if (renames.length === 0) return components;
  const others = components.filter(({ kind }) => kind !== 'VTIMEZONE');
  return others.map((component) => ({ ...component, text: renames.reduce((text, rename) => rename(text), component.text) }));
}

/** Components by their UID; what has none goes by its text. Time zones go to `zones`. */
function byUid(components: readonly Component[], zones: ZoneNames): Components {
  const found: Components = new Map();
  for (const { kind, text } of components) {
    if (kind === 'VTIMEZONE') {
      zones.keep(text);
      continue;
    }
    add(found, uidOf(text) ?? text, text);
  }
  return found;
}

function add(components: Components, uid: string, text: string): void {
  const texts = components.get(uid);
  if (texts === undefined) components.set(uid, new Set([text]));
  else texts.add(text);
}

/** The first UID, unfolded: properties stand before components inside. */
function uidOf(text: string): string | undefined {
  const value = /\nUID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/i.exec(text)?.[1];
  return value?.replace(/\r\n[ \t]/g, '').trim();
}

// A folded line starts with a space, so no value can look like one of these. No `m`: there `^` would match after U+2028, too.
const FRAME = /(?:^|\n)(BEGIN|END):([^\r\n]*)/gi;

/** The whole components that lie so many levels deep, in their order. */
function componentsOf(text: string, level: number): Component[] {
  const found: Component[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(FRAME)) {
    const line = match.index + (match[0].startsWith('\n') ? 1 : 0);
    if (match[1]?.toUpperCase() === 'BEGIN') {
      if (depth === level) start = line;
      depth += 1;
      continue;
    }
    if (depth === 0) continue;
    depth -= 1;
    if (depth !== level) continue;
    const end = match.index + match[0].length;
    found.push({ kind: match[2]?.trim().toUpperCase() ?? '', start, text: `${text.slice(start, end)}\r\n` });
  }
  return found;
}
