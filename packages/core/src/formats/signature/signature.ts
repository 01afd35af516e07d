// What a file is, by its first octets. Only signatures that a text cannot have by chance; what is mail has its own recognisers.
import type { MailErrorDetails } from '../../errors.js';
import { isPstHeader } from '../pst/ndb/magic.js';

/** A compression that a file can have as a whole. */
export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** A mail format that is known by its signature and not read here. */
export interface UnsupportedFormat {
  /** What it is, as it stands in a sentence. */
  readonly title: string;
  /** What to do. */
  readonly help: NonNullable<MailErrorDetails['help']>;
}

interface Signature {
  /** Octets as characters of Latin-1. */
  readonly magic: string;
  readonly offset?: number;
}

interface KnownFormat extends Signature, UnsupportedFormat {}

const COMPRESSIONS: readonly (Signature & { readonly compression: Compression })[] = [
  { magic: '\x1f\x8b\x08', compression: 'gzip' },
  { magic: '\x28\xb5\x2f\xfd', compression: 'zstd' },
  { magic: '\xfd7zXZ\0', compression: 'xz' },
  { magic: 'BZh', compression: 'bzip2' },
];

const MAILUTIL =
  'copy it with the UW tools first: mailutil copy FILE "#driver.unix/NEW", or open it with a UW-IMAP server or Alpine and save all to a new mbox';

const UNSUPPORTED: readonly KnownFormat[] = [
  { magic: '*mbx*\r\n', title: 'a UW-IMAP mbx folder', help: MAILUTIL },
  { magic: 'BABYL OPTIONS:', title: 'a Babyl file of Emacs Rmail', help: 'convert it in Emacs: M-x unrmail writes it as an mbox' },
  {
    magic: '\xcf\xad\x12\xfe',
    title: 'an Outlook Express dbx folder',
    help: 'convert it to mbox first: readdbx or undbx write an mbox or .eml files',
  },
  {
    magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    title: 'an OLE compound file, as Outlook .msg messages are',
    help: 'save the messages as .eml, or import the .msg files into Outlook and export a PST',
  },
  { magic: 'PK\x03\x04', title: 'a ZIP archive', help: 'unpack it and name the directory' },
  { magic: 'ustar', offset: 257, title: 'a tar archive', help: 'unpack it and name the directory' },
  { magic: "7z\xbc\xaf'\x1c", title: 'a 7-Zip archive', help: 'unpack it and name the directory' },
];

/** Lines that end with CR and no LF: a From_ line, and a header field. */
const MAC_MBOX = /^(?:\xef\xbb\xbf)?\r*From [^\r\n]*\r[!-9;-~]{1,76}:[^\r\n]*\r(?!\n)/;
const MAC: UnsupportedFormat = {
  title: 'an mbox with the line ends of the old Mac OS (CR)',
  help: "give a copy the usual ones first: tr '\\r' '\\n' < FILE > NEW",
};

/** Mail formats whose files begin with lines. */
const BY_LINES: readonly (UnsupportedFormat & { readonly start: RegExp })[] = [
  { ...MAC, start: MAC_MBOX },
  {
    start: /^(?:\xff\xfeF\0r\0o\0m\0 \0|\xfe\xff\0F\0r\0o\0m\0 )/,
    title: 'an mbox in UTF-16',
    help: 'give a copy the usual octets first: iconv -f UTF-16 -t UTF-8 < FILE > NEW',
  },
  {
    start: /^2 M[0-9a-f]{1,4} C[0-9a-f]{8}\n/,
    title: "a file of Dovecot's dbox",
    help: 'let Dovecot write a Maildir first: doveadm -o mail_location=sdbox:DIRECTORY (or mdbox:) backup maildir:NEW',
  },
];

/** How a list of what was left names a PST: it is mail, and a source of its own. */
const A_PST = 'a PST or OST, to be named by itself';

/** Signatures of files that lie among mail and are none. */
const OTHER: readonly (Signature & { readonly what: string })[] = [
  { magic: '!BDN', what: 'an address book of Outlook (PAB)' },
  { magic: '// <!-- <mdb:mork:z', what: 'a folder index of Thunderbird' },
  { magic: 'SQLite format 3\0', what: 'a database' },
  { magic: '%PDF-', what: 'a PDF document' },
  { magic: 'GIF8', what: 'a picture' },
  { magic: '\x89PNG', what: 'a picture' },
  { magic: '\xff\xd8\xff', what: 'a picture' },
  { magic: '\x7fELF', what: 'a program' },
  { magic: '#!', what: 'a script' },
  { magic: '<?xml', what: 'an XML document' },
  { magic: '<!DOCTYPE', what: 'an HTML or XML document' },
  { magic: '{\\rtf', what: 'a document' },
];

/** Titles of what may hold anything. */
const NOT_MAIL_ALONE = /archive$|^an OLE /;
const MAIL_TITLES: ReadonlySet<string> = new Set(
  [A_PST, ...[...UNSUPPORTED, ...BY_LINES].map(({ title }) => title)].filter((title) => !NOT_MAIL_ALONE.test(title)),
);

/** What a file of several messages is, where each file should be one. */
export const AN_MBOX = 'an mbox';

/** True when a file that was left for this reason is mail for certain. */
export function isMailFormat(reason: string): boolean {
  return reason === AN_MBOX || MAIL_TITLES.has(reason);
}

function has(text: string, signature: Signature): boolean {
  return text.startsWith(signature.magic, signature.offset ?? 0);
}

function start(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString('latin1');
}

/** The compression of a file, by its magic number (RFC 1952 §2.3.1, RFC 8878 §3.1.1, the .xz and bzip2 formats). */
export function recogniseCompression(head: Uint8Array): Compression | undefined {
  const text = start(head);
  return COMPRESSIONS.find((known) => has(text, known))?.compression;
}

/** A mail format or archive that is known and not read, with advice. */
export function recogniseUnsupported(head: Uint8Array): UnsupportedFormat | undefined {
  const text = start(head);
  return UNSUPPORTED.find((known) => has(text, known)) ?? BY_LINES.find(({ start }) => start.test(text));
}

/** What a file that is no mail seems to be, for the report. */
export function describeFile(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file';
  if (isPstHeader(head)) return A_PST;
  const text = start(head);
  const known = OTHER.find((signature) => has(text, signature))?.what ?? recogniseUnsupported(head)?.title;
  if (known !== undefined) return known;
  return text.includes('\0') ? 'binary data' : 'text that is not mail';
}
