// POP3 UIDLs (RFC 1939 §7) as the old server gave them, so that no client downloads its mail again. A format is Dovecot's pop3_uidl_format:
// %v UIDVALIDITY, %u UID, %f name of the Maildir file, %g GUID, %m MD5 of an mbox header. Of 2.3: `%[-][offset.][0][width][LUXMRT]…letter`, where a
// width cuts, and with a zero before it pads; UW's is `%08Xv%08Xu`, 4432abcd0000001a. Of 2.4: `%{uid | hex(8)}`, filters from left to right.
import { createHash } from 'node:crypto';
import { UsageError } from '../../errors.js';
import { headerMd5 } from './header-md5.js';

/** A format string, `uw`, `cyrus`, or `keep` for the X-UIDL header. */
export type Pop3UidlFormat = string;

/** What a UIDL is made of; what the source does not have is absent. */
export interface Pop3UidlFacts {
  readonly uidValidity: number | undefined;
  readonly uid: number | undefined;
  /** Name of the file in a Maildir, without its flags. */
  readonly name?: string;
  /** GUID of a message in a Maildir: that of its uidlist, else the name. In an mbox it is the MD5 of the header. */
  readonly guid?: string;
  /** The message's header, latin1, where the MD5 of it is asked for as of an mbox. */
  readonly header?: () => string;
  /** The value of X-UIDL, for `keep`. */
  readonly xUidl?: string | undefined;
}

/** A UIDL, or what it would have to be made of. */
export type MadeUidl = { readonly uidl: string } | { readonly lacks: string };

type Piece = string | { readonly fact: string; readonly write: (value: string) => string };

const NAMED: ReadonlyMap<string, string> = new Map([
  ['uw', '%08Xv%08Xu'],
  ['cyrus', '%v.%u'],
]);
const LETTERS: Readonly<Record<string, string>> = { v: 'uidvalidity', u: 'uid', f: 'filename', g: 'guid', m: 'md5' };
const VARIABLE =
  /%(?:(%)|(?:(-?\d+)\.)?(-?)(0?)(\d{0,3})([LUXxMRT]*)([vufgm])|\{ *([a-z]+) *((?:\| *[a-z0-9]+ *(?:\( *\d{0,3} *\))? *)*)\})/g;
const FILTER = /\| *([a-z0-9]+) *(?:\( *(\d*) *\))?/g;

const MODIFIERS: Readonly<Record<string, (value: string) => string>> = {
  L: (value) => value.toLowerCase(),
  U: (value) => value.toUpperCase(),
  X: hex,
  x: hex,
  M: (value) => createHash('md5').update(value, 'latin1').digest('hex'),
  R: (value) => [...value].reverse().join(''),
  T: (value) => value.trimEnd(),
};
/** The filters of Dovecot 2.4 by the modifiers that they were. */
const FILTERS: Readonly<Record<string, string>> = { lower: 'L', upper: 'U', hex: 'X', md5: 'M', reverse: 'R', rtrim: 'T' };

/**
 * Makes UIDLs in this format. One that a client could not take is none (RFC 1939: 1 to 70 octets, 0x21 to 0x7E).
 * @throws UsageError POP3_UIDL_FORMAT when it has an unknown variable or no variable at all
 */
export function pop3Uidls(format: Pop3UidlFormat): (facts: Pop3UidlFacts) => MadeUidl {
  if (format === 'keep') return ({ xUidl }) => asUidl(xUidl?.trim(), 'X-UIDL');
  const pieces = parse(NAMED.get(format) ?? format);
  return (facts) => {
    let uidl = '';
    for (const piece of pieces) {
      const value = typeof piece === 'string' ? piece : factOf(piece.fact, facts);
      if (value === undefined) return { lacks: typeof piece === 'string' ? piece : piece.fact };
      uidl += typeof piece === 'string' ? value : piece.write(value);
    }
    return asUidl(uidl, 'UIDL');
  };
}

function asUidl(uidl: string | undefined, name: string): MadeUidl {
  if (uidl === undefined) return { lacks: name };
  return /^[!-~]{1,70}$/.test(uidl) ? { uidl } : { lacks: `printable ${name} of 1 to 70 octets` };
}

function factOf(name: string, { uidValidity, uid, name: file, guid, header }: Pop3UidlFacts): string | undefined {
  if (name === 'uid') return uid?.toString();
  if (name === 'uidvalidity') return uidValidity?.toString();
  if (name === 'filename') return file;
  if (name === 'guid' && guid !== undefined) return guid;
  return header === undefined ? undefined : headerMd5(header());
}

function parse(format: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of format.matchAll(VARIABLE)) {
    pieces.push(textOf(format, end, match.index), pieceOf(match, format));
    end = match.index + match[0].length;
  }
  pieces.push(textOf(format, end, format.length));
  return pieces.some((piece) => typeof piece !== 'string') ? pieces : refuse(format);
}

function textOf(format: string, start: number, end: number): string {
  const text = format.slice(start, end);
  return text.includes('%') ? refuse(format) : text;
}

function pieceOf(match: RegExpExecArray, format: string): Piece {
  const [, percent, offset, , zero, width, modifiers = '', letter, name, filters = ''] = match;
  if (percent !== undefined) return '%';
  if (name !== undefined) return filtered(name, filters, format);
  const change = [...modifiers].map((modifier) => MODIFIERS[modifier] ?? refuse(format));
  const cut = cutter(Number(offset ?? 0), Number(width) * (offset !== undefined && match[3] === '-' ? -1 : 1), zero !== '');
  return { fact: LETTERS[letter ?? ''] ?? refuse(format), write: (value) => cut(change.reduce((text, step) => step(text), value)) };
}

function filtered(fact: string, filters: string, format: string): Piece {
  if (!Object.values(LETTERS).includes(fact)) refuse(format);
  const steps = [...filters.matchAll(FILTER)].map(([, filter = '', width = '']) => {
    const step = MODIFIERS[FILTERS[filter] ?? ''] ?? refuse(format);
    return (value: string) => step(value).padStart(Number(width), '0');
  });
  return { fact, write: (value) => steps.reduce((text, step) => step(text), value) };
}

/** A negative offset counts from the end, a negative width leaves out as many. */
function cutter(offset: number, width: number, pads: boolean): (value: string) => string {
  return (value) => {
    const rest = value.slice(offset);
    if (pads) return rest.padStart(width, '0');
    return width === 0 ? rest : rest.slice(0, width);
  };
}

/** Of a number; Dovecot makes 0 of what is none. */
function hex(value: string): string {
  return /^\d+$/.test(value) ? BigInt(value).toString(16) : '0';
}

function refuse(format: string): never {
  throw new UsageError('POP3_UIDL_FORMAT', `the POP3 UIDL format "${format}" has an unknown variable, or none`, {
    help: 'use uw, cyrus, keep, or a format of Dovecot with %v (UIDVALIDITY), %u (UID), %f (file name), %g (GUID), %m (MD5 of the header), such as %08Xu%08Xv',
  });
}
