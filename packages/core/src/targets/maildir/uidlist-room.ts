import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { TargetError } from '../../errors.js';
import { parseBaseName } from '../../formats/maildir/filename.js';
import {
  formatUidlistHeader,
  parseUidlistEntry,
  parseUidlistHeader,
  type UidlistEntry,
  type UidlistHeader,
} from '../../formats/maildir/uidlist-file.js';
import { lookAt, openControlFile, replaceControlFile, writeAll } from './control-file.js';
import { onDisk } from './disk-error.js';

/** Octets read at a time. */
const CHUNK = 1024 * 1024;
/** More than any line: a base name has at most 255 octets. */
const TAIL = 64 * 1024;

/** A dovecot-uidlist on disk, without its lines in memory. */
export interface UidlistOnDisk {
  readonly path: string;
  readonly header: UidlistHeader;
  /** Octets of the header line with its LF. */
  readonly bodyAt: number;
  readonly size: number;
  readonly last: UidlistEntry | undefined;
  /** False when lines have to be left out or put into version 3 for the next writer. */
  readonly isClean: boolean;
  /** Changes whenever another program replaces or extends the file. */
  readonly stamp: string;
}

/** The next UID that nobody can have seen. */
export function nextUid(list: UidlistOnDisk): number {
  return Math.max(list.header.uidNext, (list.last?.uid ?? 0) + 1);
}

/** The base names of lines that wait to be written. */
export function basesOf(lines: Iterable<Uint8Array>): ReadonlySet<string> {
  const text = Buffer.concat([...lines].map((piece) => Buffer.from(piece))).toString('utf8');
  return new Set(text.split('\n').flatMap((line) => parseUidlistEntry(line, 3)?.base ?? []));
}

/** What tells one state of a file from the next; `''` when there is none. */
export function stampOf(path: string): string {
  const stats = lookAt(path);
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}

/** The largest UID that is given: Dovecot throws a list away whose next UID has more than 32 bits. */
const MAX_UID = 2 ** 32 - 2;

/**
 * Makes sure that a UID can be given.
 * @throws {@link TargetError} TARGET_UIDS_EXHAUSTED
 */
export function requireUid(uid: number, path: string): number {
  if (uid <= MAX_UID) return uid;
  throw new TargetError('TARGET_UIDS_EXHAUSTED', 'the folder has no UIDs left to give', {
    where: { path },
    notes: [`the next one would be ${uid}, and UIDs have 32 bits`],
    help: 'convert into a Maildir that does not have this folder yet; or stop Dovecot, remove the dovecot-uidlist and dovecot.index* of the folder, which gives all its messages new UIDs, and run the same command again',
  });
}

/** Reads head and tail, and the whole when the order is to be checked; undefined when there is no uidlist, `'broken'` when its header is none. */
export function openUidlist(path: string, checksOrder = false): UidlistOnDisk | 'broken' | undefined {
  const fd = openControlFile(path);
  if (fd === undefined) {
    return undefined;
  }
  try {
    const size = fstatSync(fd).size;
    const stamp = stampOf(path);
    const buffer = Buffer.allocUnsafe(TAIL);
    const head = buffer.toString('latin1', 0, readSync(fd, buffer, 0, TAIL, 0));
    const end = head.indexOf('\n');
    const header = parseUidlistHeader(end < 0 ? head : head.slice(0, end));
    if (header === undefined || end < 0) {
      return 'broken';
    }
    const bodyAt = end + 1;
    const from = Math.max(bodyAt, size - TAIL);
    const tail = buffer.toString('utf8', 0, readSync(fd, buffer, 0, size - from, from));
    if (size === bodyAt) {
      return { path, header, bodyAt, size, last: undefined, isClean: header.version === 3, stamp };
    }
    const last = tail.endsWith('\n')
      ? parseUidlistEntry(tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1, -1), header.version)
      : undefined;
    if (last !== undefined && header.version === 3 && (!checksOrder || isRising(fd, bodyAt))) {
      return { path, header, bodyAt, size, last, isClean: true, stamp };
    }
    let best: UidlistEntry | undefined;
    for (const { entry } of scan(fd, bodyAt, header.version)) {
      best = entry !== undefined && entry.uid > (best?.uid ?? 0) ? entry : best;
    }
    return { path, header, bodyAt, size, last: best, isClean: false, stamp };
  } finally {
    closeSync(fd);
  }
}

/** True when each line begins with a greater number than the one before. */
function isRising(fd: number, from: number): boolean {
  let last = 0;
  for (const line of linesOf(fd, from)) {
    const uid = Number.parseInt(line, 10);
    if (!(uid > last)) return false;
    last = uid;
  }
  return true;
}

/** Every line of the list; broken ones without an entry. */
export function* readUidlistLines(path: string): Generator<{ line: string; entry: UidlistEntry | undefined }> {
  const list = openUidlist(path);
  const fd = list === undefined || list === 'broken' ? undefined : openControlFile(path);
  if (fd === undefined || list === undefined || list === 'broken') {
    return;
  }
  try {
    yield* scan(fd, list.bodyAt, list.header.version);
  } finally {
    closeSync(fd);
  }
}

/** What a uidlist says of a file that this program named. */
export interface ListedName {
  readonly uid: number;
  readonly seconds: number;
  readonly counter: number;
}

/** Our files by the key of their name. */
export function placesOf(path: string): ReadonlyMap<string, ListedName> {
  const places = new Map<string, ListedName>();
  onDisk(path, () => {
    for (const { uid, base } of entriesOf(path)) {
      const name = parseBaseName(base);
      if (name !== undefined) places.set(name.key, { uid, seconds: name.seconds, counter: name.counter });
    }
  });
  return places;
}

function* scan(fd: number, from: number, version: 1 | 3): Generator<{ line: string; entry: UidlistEntry | undefined }> {
  for (const line of linesOf(fd, from)) {
    const text = Buffer.from(line, 'latin1').toString('utf8');
    yield { line: text, entry: parseUidlistEntry(text, version) };
  }
}

/** Whole lines, an octet a character. */
function* linesOf(fd: number, from: number): Generator<string> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let rest = '';
  for (let at = from; ; ) {
    const n = readSync(fd, buffer, 0, CHUNK, at);
    if (n === 0) {
      break;
    }
    at += n;
    const lines = (rest + buffer.toString('latin1', 0, n)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** A header for a folder that has none. */
export function newUidlistHeader(uidValidity: number, uidNext: number): UidlistHeader {
  return { version: 3, uidValidity, uidNext, guid: randomBytes(16).toString('hex'), others: [] };
}

/**
 * Writes the list anew: header, the lines that are there, then `added` (lines with their LF). The lock must be held.
 * @throws {@link TargetError} TARGET_UIDS_EXHAUSTED
 */
export function rewriteUidlist(
  path: string,
  old: UidlistOnDisk | undefined,
  header: UidlistHeader,
  added: Iterable<Uint8Array>,
  sync: boolean,
): void {
  requireUid(header.uidNext - 1, path);
  replaceControlFile(path, sync, (fd) => {
    writeAll(fd, Buffer.from(formatUidlistHeader(header)));
    if (old !== undefined && old.size > old.bodyAt) {
      copyLines(old, fd);
    }
    for (const octets of added) {
      writeAll(fd, octets);
    }
  });
}

/** A predicate for lines of a uidlist. */
export type EntryTest = (entry: UidlistEntry) => boolean;

/** Gives the lines that `moves` picks the next free UIDs, at the end of the list. The lock must be held. Old UID → new UID. */
export function renumberLines(path: string, moves: EntryTest, sync: boolean): Map<number, number> {
  const moved = new Map<number, number>();
  const list = openUidlist(path);
  if (list === undefined || list === 'broken') return moved;
  let uidNext = nextUid(list);
  let later = '';
  for (const entry of entriesOf(path)) {
    if (!moves(entry)) continue;
    moved.set(entry.uid, uidNext);
    later += lineOf({ ...entry, uid: uidNext });
    uidNext += 1;
  }
  if (moved.size === 0) return moved;
  requireUid(uidNext - 1, path);
  replaceControlFile(path, sync, (fd) => {
    writeAll(fd, Buffer.from(formatUidlistHeader({ ...list.header, uidNext })));
    writeEntries(fd, entriesOf(path), (entry) => (moves(entry) ? undefined : entry));
    writeAll(fd, Buffer.from(later));
  });
  return moved;
}

/** Gives lines of our messages the POP3 UIDLs that `wanted` has by their keys. The lock must be held. How many had another, or none. */
export function changeUidls(path: string, wanted: ReadonlyMap<string, string>, sync: boolean): number {
  const list = openUidlist(path);
  if (list === undefined || list === 'broken') return 0;
  const uidlOf = ({ base, fields }: UidlistEntry): string | undefined => {
    const uidl = wanted.get(parseBaseName(base)?.key ?? '');
    return uidl === undefined || fields.includes(`P${uidl}`) ? undefined : uidl;
  };
  let changed = 0;
  for (const entry of entriesOf(path)) if (uidlOf(entry) !== undefined) changed += 1;
  if (changed === 0) return 0;
  replaceControlFile(path, sync, (fd) => {
    writeAll(fd, Buffer.from(formatUidlistHeader({ ...list.header, uidNext: nextUid(list) })));
    writeEntries(fd, entriesOf(path), (entry) => {
      const uidl = uidlOf(entry);
      return uidl === undefined ? entry : { ...entry, fields: [`P${uidl}`, ...entry.fields.filter((field) => !field.startsWith('P'))] };
    });
  });
  return changed;
}

/** The lines that can be read. */
function* entriesOf(path: string): Generator<UidlistEntry> {
  for (const { entry } of readUidlistLines(path)) if (entry !== undefined) yield entry;
}

function lineOf({ uid, fields, base }: UidlistEntry): string {
  return `${[uid, ...fields].join(' ')} :${base}\n`;
}

/** Writes what `change` makes of each entry, and none where it gives undefined; a list of a million lines is never in memory. */
function writeEntries(fd: number, entries: Iterable<UidlistEntry>, change: (entry: UidlistEntry) => UidlistEntry | undefined): void {
  let text = '';
  for (const entry of entries) {
    const changed = change(entry);
    if (changed !== undefined) text += lineOf(changed);
    if (text.length < TAIL) continue;
    writeAll(fd, Buffer.from(text));
    text = '';
  }
  writeAll(fd, Buffer.from(text));
}

function copyLines(old: UidlistOnDisk, to: number): void {
  const { path } = old;
  if (!old.isClean) {
    let last = 0;
    writeEntries(to, entriesOf(path), (entry) => {
      if (entry.uid <= last) return undefined;
      last = entry.uid;
      return entry;
    });
    return;
  }
  const fd = openControlFile(path);
  if (fd === undefined) {
    return;
  }
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = old.bodyAt; at < old.size; ) {
      const n = readSync(fd, buffer, 0, Math.min(CHUNK, old.size - at), at);
      if (n === 0) {
        break;
      }
      writeAll(to, buffer.subarray(0, n));
      at += n;
    }
  } finally {
    closeSync(fd);
  }
}
