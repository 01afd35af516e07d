// X-Gmail-Labels of Google Takeout: comma-separated, quoted where a label has a comma, in RFC 2047 words where it is not ASCII, in the
// language of the account. System labels become a folder or a flag, own labels become the folder or keywords.
import type { Flag } from '../../model/flag.js';
import type { FolderPath } from '../../model/folder.js';
import { decodeRawWords } from '../mime/encoded-word.js';
import { type GmailSystemLabel, gmailSystemLabel } from './gmail-system-labels.js';
import { DRAFT, FLAGGED, SEEN } from './status-flags.js';

/** Where a message of a Takeout goes. */
export interface GmailPlacement {
  readonly folder: FolderPath;
  /** Every folder that a label names, for `--labels folders`; the first is `folder`. */
  readonly folders: readonly FolderPath[];
  /** See status-flags. */
  readonly bits: number;
  readonly keywords: readonly Flag[];
}

/** Reads the value of the header, folded or not. */
export function parseGmailLabels(value: string): string[] {
  const text = decodeRawWords(value);
  const labels: string[] = [];
  for (const match of text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)) {
    const label = (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim();
    if (label !== '') labels.push(label);
  }
  return labels;
}

const FOLDERS: readonly (readonly [GmailSystemLabel, FolderPath])[] = [
  ['trash', ['Trash']],
  ['spam', ['Spam']],
  ['drafts', ['Drafts']],
  ['sent', ['Sent']],
  ['inbox', ['INBOX']],
];
const ARCHIVE: FolderPath = ['Archive'];

/**
 * Where the labels put a message: one folder by precedence (Trash, Spam, Drafts, Sent, Inbox, the first own label, Archive), the other own labels as
 * keywords. Seen is the absence of Unread, where the labels say anything of it at all.
 */
export function gmailPlacement(value: string): GmailPlacement {
  const system = new Set<GmailSystemLabel>();
  const own: string[] = [];
  const keywords: Flag[] = [];
  for (const label of parseGmailLabels(value)) {
    const meaning = gmailSystemLabel(label);
    const keyword = clientKeyword(label);
    if (meaning !== undefined) system.add(meaning);
    else if (keyword !== undefined) keywords.push(keyword);
    else own.push(label);
  }
  const folders = FOLDERS.filter(([meaning]) => system.has(meaning)).map(([, path]) => path);
  const hasSystemFolder = folders.length > 0;
  for (const label of own) folders.push(labelPath(label));
  const folder = folders[0] ?? ARCHIVE;
  keywords.unshift(...(hasSystemFolder ? own : own.slice(1)).map(labelKeyword));
  if (system.has('important')) keywords.push('$Important');
  return { folder, folders: folders.length > 0 ? folders : [ARCHIVE], bits: bitsOf(system), keywords: [...new Set(keywords)] };
}

function bitsOf(system: ReadonlySet<GmailSystemLabel>): number {
  return (system.has('unread') ? 0 : SEEN) | (system.has('starred') ? FLAGGED : 0) | (system.has('drafts') ? DRAFT : 0);
}

/** Gmail nests labels by slashes. */
function labelPath(label: string): FolderPath {
  const path = label.split('/').filter((name) => name !== '');
  return path.length === 0 ? ARCHIVE : path;
}

/** Gmail keeps the keyword that an IMAP client set as a label of its own, `IMAP_$Forwarded`; nobody made it a folder. */
function clientKeyword(label: string): Flag | undefined {
  if (label === 'Read Receipt Sent') return '$MDNSent';
  return label.startsWith('IMAP_') && label.length > 5 ? atomText(label.slice(5)) : undefined;
}

/** A label as a keyword. */
function labelKeyword(label: string): Flag {
  return atomText(label).replace(/^\$+/, '');
}

/** An IMAP atom (RFC 9051 §9): blanks and specials as `_`, other letters as they are. */
function atomText(text: string): string {
  return text.replace(/[\s(){%*"\\\]]+/g, '_').replace(/^\\+/, '');
}
