// The line of a message in the ledger (line.ts, docs/formats/ledger.md), by far the most frequent one:
//   ["m",f,identity,uid,date,dateSource,flags,t,n,size,crlfSize,span,{more}]
// What can be derived is left out: the base name is made of date, t, n, identity and sizes; ranges are gap and length by turns.

import type { Flag } from '../../model/flag.js';
import { isSystemFlag } from '../../model/flag.js';
import type { DateSource, SourceSpan } from '../../model/message.js';
import { TextWriter } from '../content/text-writer.js';
import { formatBaseName, nameKey, SYSTEM_FLAG_LETTERS } from '../maildir/filename.js';

/** A message of the target. */
export interface LedgerMessage {
  /** Number of its {@link LedgerFolder}. */
  readonly folder: number;
  readonly identity: string;
  /** 0 when it is not known. */
  readonly uid: number;
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  readonly dateSource: DateSource;
  /** As the source had them. */
  readonly flags: readonly Flag[];
  /** Seconds and counter of the file name; undefined when the name is not known. */
  readonly name: { readonly seconds: number; readonly counter: number } | undefined;
  readonly size: number;
  readonly crlfSize: number;
  /** With `file` as the number of its {@link LedgerSource}. */
  readonly span: SourceSpan | undefined;
  readonly sourceId: string;
  /** SHA-256 of the CRLF form as stored, when it differs from the identity's. */
  readonly storedHash: string | undefined;
  /** True when its source has it no more. */
  readonly isGone?: boolean;
  /** Number of its {@link LedgerSource}, for a message without a span. */
  readonly source?: number | undefined;
}

const DATE_LETTERS: Readonly<Record<DateSource, string>> = {
  fromLine: 'f',
  internalDate: 'i',
  received: 'r',
  date: 'd',
  property: 'p',
  file: 'm',
  none: 'n',
};
const DATE_SOURCES: ReadonlyMap<unknown, DateSource> = new Map(
  Object.entries(DATE_LETTERS).map(([name, letter]) => [letter, name as DateSource]),
);
const FLAG_OF_LETTER: ReadonlyMap<string, Flag> = new Map([...SYSTEM_FLAG_LETTERS].map(([flag, letter]) => [letter, flag]));

/** What a line is made of; flags may be any collection of them. */
export type MessageFacts = Omit<LedgerMessage, 'flags'> & { readonly flags: Iterable<Flag> };

/** Writes a message line with its LF; at most 250 octets for an mbox message with three ranges and a few short keywords. */
export function writeLedgerMessage(to: TextWriter, m: MessageFacts): void {
  to.text('["m",').number(m.folder).text(',"').text(m.identity).text('",').number(m.uid).text(',');
  to.number(m.internalDate / 1000)
    .text(',"')
    .text(DATE_LETTERS[m.dateSource])
    .text('",');
  to.text(flagsJson(m.flags)).text(',');
  if (m.name === undefined) to.text('0,-1,');
  else
    to.number(m.name.seconds - Math.floor(m.internalDate / 1000))
      .text(',')
      .number(m.name.counter)
      .text(',');
  to.number(m.size).text(',').number(m.crlfSize).text(',');
  writeSpan(to, m.span);
  writeMore(to, m);
  to.text(']\n');
}

/** The line of {@link writeLedgerMessage} as a string. */
export function formatLedgerMessage(m: MessageFacts): string {
  const writer = new TextWriter();
  writeLedgerMessage(writer, m);
  return writer.take().toString('utf8');
}

/** Messages share their sets of flags. */
const flagsTexts = new WeakMap<Iterable<Flag>, string>();

function flagsJson(flags: Iterable<Flag>): string {
  let text = flagsTexts.get(flags);
  if (text === undefined) {
    text = makeFlagsJson(flags);
    flagsTexts.set(flags, text);
  }
  return text;
}

function makeFlagsJson(flags: Iterable<Flag>): string {
  let letters = '';
  let keywords = '';
  for (const flag of flags) {
    const letter = SYSTEM_FLAG_LETTERS.get(flag);
    if (letter !== undefined) {
      letters += letter;
    } else if (!isSystemFlag(flag)) {
      keywords += `,${JSON.stringify(flag)}`;
    }
  }
  return keywords === '' ? `"${letters}"` : `["${letters}"${keywords}]`;
}

function writeSpan(to: TextWriter, span: SourceSpan | undefined): void {
  if (span === undefined) {
    to.text('0');
    return;
  }
  const { ranges } = span;
  let at = span.offset;
  to.text('[').number(span.file).text(',').number(at).text(',').number(span.length);
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const offset = ranges[i] ?? 0;
    const length = ranges[i + 1] ?? 0;
    to.text(',')
      .number(offset - at)
      .text(',')
      .number(length);
    at = offset + length;
  }
  to.text(']');
}

/** What few lines of an mbox and all of a PST have. */
function writeMore(
  to: TextWriter,
  { sourceId, span, storedHash, isGone, source }: Pick<LedgerMessage, 'sourceId' | 'span' | 'storedHash' | 'isGone' | 'source'>,
): void {
  let lead = ',{';
  const member = (name: string, value: string): void => {
    to.text(lead).text(name).text(value);
    lead = ',';
  };
  if (sourceId !== derivedSourceId(span)) member('"id":', quoted(sourceId));
  if (storedHash !== undefined) member('"hash":', quoted(storedHash));
  if (isGone === true) member('"gone":', '1');
  if (span === undefined && source !== undefined) member('"src":', String(source));
  if (lead === ',') to.text('}');
}

/** A text as JSON has it; most are of letters and digits. */
function quoted(text: string): string {
  return /^[\w:.-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function derivedSourceId(span: SourceSpan | undefined): string {
  return span === undefined ? '' : `offset:${span.offset}`;
}

/** The key of a message line (folder number, name key) without reading the rest; undefined for another kind of line. */
export function messageKeyOf(lineStart: string): { readonly folder: number; readonly key: string } | undefined {
  const m = /^\["m",(\d+),"([0-9a-f]{64}-\d+)"/.exec(lineStart);
  return m === null ? undefined : { folder: Number(m[1]), key: nameKey(m[2] ?? '') };
}

/** Base name of a message line; undefined when the line does not know it. */
export function ledgerBaseName(m: LedgerMessage): string | undefined {
  return m.name === undefined ? undefined : formatBaseName({ ...m.name, key: nameKey(m.identity), size: m.size, crlfSize: m.crlfSize });
}

/** The message of a line's fields; undefined when they are not those of one. Total. */
export function parseLedgerMessage(fields: readonly unknown[]): LedgerMessage | undefined {
  const dateSource = DATE_SOURCES.get(fields[5]);
  const flags = parseFlags(fields[6]);
  const span = parseSpan(fields[11]);
  const areNumbers = [1, 3, 4, 7, 8, 9, 10].every((i) => typeof fields[i] === 'number');
  if (!areNumbers || typeof fields[2] !== 'string' || !dateSource || !flags || span === false) {
    return undefined;
  }
  const number = (at: number): number => Number(fields[at]);
  const more = (typeof fields[12] === 'object' && fields[12] !== null ? fields[12] : {}) as Readonly<Record<string, unknown>>;
  return {
    folder: number(1),
    identity: fields[2],
    uid: number(3),
    internalDate: Math.round(number(4) * 1000),
    dateSource,
    flags,
    name: number(8) < 0 ? undefined : { seconds: Math.floor(number(4)) + number(7), counter: number(8) },
    size: number(9),
    crlfSize: number(10),
    span,
    sourceId: typeof more['id'] === 'string' ? more['id'] : derivedSourceId(span),
    storedHash: typeof more['hash'] === 'string' ? more['hash'] : undefined,
    ...(more['gone'] === 1 ? { isGone: true } : {}),
    ...(typeof more['src'] === 'number' ? { source: more['src'] } : {}),
  };
}

function parseFlags(value: unknown): Flag[] | undefined {
  const [letters, ...keywords] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (typeof letters !== 'string' || !keywords.every((keyword) => typeof keyword === 'string')) {
    return undefined;
  }
  const flags = [...letters].map((letter) => FLAG_OF_LETTER.get(letter));
  return [...flags.filter((flag) => flag !== undefined), ...(keywords as string[])];
}

/** False when it is damaged, undefined when there is none. */
function parseSpan(value: unknown): SourceSpan | undefined | false {
  if (value === 0) {
    return undefined;
  }
  if (!Array.isArray(value) || value.length < 3 || value.length % 2 === 0 || !value.every((n) => typeof n === 'number')) {
    return false;
  }
  const [file, offset, length, ...deltas] = value as number[];
  const ranges: number[] = [];
  let at = offset ?? 0;
  for (let i = 0; i + 1 < deltas.length; i += 2) {
    at += deltas[i] ?? 0;
    ranges.push(at, deltas[i + 1] ?? 0);
    at += deltas[i + 1] ?? 0;
  }
  return { file: file ?? 0, offset: offset ?? 0, length: length ?? 0, ranges };
}
