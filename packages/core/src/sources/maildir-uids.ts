import { parseUidlistEntry, parseUidlistHeader } from '../formats/maildir/uidlist-file.js';
import { joinRaw, type RawPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { readSmallFile } from './subscriptions.js';

/** What a folder's list says of a message. */
export interface KnownUid {
  readonly uid: number;
  readonly pop3Uidl?: string;
  readonly guid?: string;
}

/** The UIDs of a Maildir folder. */
export interface MaildirUids {
  readonly uidValidity: number;
  readonly uidNext: number;
  /** By the name of the file without its flags. */
  readonly known: ReadonlyMap<string, KnownUid>;
  /** Lines that are none. */
  readonly broken: number;
}

/** A list of a million messages has some 120 MB. */
const MAX_LIST = 512 * 1024 * 1024;
/** Dovecot's list, and Courier's, which has the form of Dovecot's version 1. */
const LISTS = ['dovecot-uidlist', 'courierimapuiddb'];

/** The UIDs of a folder; undefined without a list, `'broken'` when its first line makes no sense. */
export function readMaildirUids(directory: RawPath, options: OpenFileOptions): MaildirUids | 'broken' | undefined {
  for (const name of LISTS) {
    const text = readSmallFile(joinRaw(directory, name), options, MAX_LIST);
    if (text !== undefined) return parse(text);
  }
  return undefined;
}

function parse(text: string): MaildirUids | 'broken' {
  const firstEnd = text.indexOf('\n');
  const header = parseUidlistHeader(firstEnd < 0 ? text : text.slice(0, firstEnd));
  if (header === undefined) return 'broken';
  const known = new Map<string, KnownUid>();
  let broken = 0;
  let last = 0;
  for (let start = firstEnd + 1; firstEnd >= 0 && start < text.length; ) {
    const end = text.indexOf('\n', start);
    const entry = parseUidlistEntry(text.slice(start, end < 0 ? text.length : end), header.version);
    start = end < 0 ? text.length : end + 1;
    if (entry === undefined || entry.uid <= last) {
      broken += 1;
      continue;
    }
    last = entry.uid;
    const pop3Uidl = entry.fields.find((field) => field.startsWith('P'))?.slice(1);
    const guid = entry.fields.find((field) => field.startsWith('G'))?.slice(1);
    const place = guid === undefined ? { uid: entry.uid } : { uid: entry.uid, guid };
    known.set(entry.base, pop3Uidl === undefined ? place : { ...place, pop3Uidl });
  }
  return { uidValidity: header.uidValidity, uidNext: Math.max(header.uidNext, last + 1), known, broken };
}
