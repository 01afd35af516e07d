import { UsageError } from '@mailferry/core';
import type { Flag } from './flag.js';

/** The value of a flag once read. */
export type FlagValue = boolean | number | string | readonly string[];

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};
const TRUE = new Set(['1', 'true', 'yes', 'on']);
const FALSE = new Set(['', '0', 'false', 'no', 'off']);

/**
 * Reads what was typed for a flag.
 *
 * @param origin - where it was typed, for the error: `--max-size`, `MAILFERRY_MAX_SIZE`
 * @throws {@link UsageError} USAGE when the value does not fit the kind of the flag.
 */
export function readFlagValue(flag: Flag, raw: readonly string[], origin: string): FlagValue {
  const last = raw.at(-1) ?? '';
  switch (flag.kind) {
    case 'switch':
      return readSwitch(last, origin);
    case 'count':
      return readCount(raw, origin);
    case 'list':
      return raw.map((text) => (flag.choices === undefined ? readText(flag, text, origin) : readChoice(flag, text, origin)));
    case 'text':
      return readText(flag, last, origin);
    case 'number':
      return readNumber(last, origin, flag.least);
    case 'size':
      return readSize(last, origin);
    case 'day':
      return readDay(last, origin);
    case 'choice':
      return readChoice(flag, last, origin);
  }
}

/** "$DIR" with a slip in its name is empty, and would mean the current directory, or nothing at all. */
function readText(flag: Flag, text: string, origin: string): string {
  if (text !== '') return text;
  const guess = origin.startsWith('--') ? '; perhaps a variable of the shell has no value' : '';
  throw bad(origin, text, `${flag.value ?? 'a value'}${guess}`);
}

function readSwitch(text: string, origin: string): boolean {
  const lower = text.toLowerCase();
  if (TRUE.has(lower)) return true;
  if (FALSE.has(lower)) return false;
  throw bad(origin, text, 'yes or no');
}

function readCount(raw: readonly string[], origin: string): number {
  return raw.reduce((sum, text) => sum + (TRUE.has(text) ? 1 : FALSE.has(text) ? 0 : readNumber(text, origin)), 0);
}

function readNumber(text: string, origin: string, least = 0): number {
  if (!/^\d{1,15}$/.test(text) || Number(text) < least)
    throw bad(origin, text, least === 0 ? 'a number such as 10' : `a number from ${least} on`);
  return Number(text);
}

/** Octets: `4096`, `10M` and `10MiB` (powers of 1024), `450MB` (powers of 1000). */
function readSize(text: string, origin: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt]?)(i?b)?$/i.exec(text);
  if (match === null) throw bad(origin, text, 'a size such as 25M, 450MB or 1048576');
  const [, digits = '', letter = '', suffix = ''] = match;
  const unit = UNITS[(letter + (suffix.toLowerCase() === 'b' && letter !== '' ? 'b' : '')).toLowerCase()] ?? 1;
  return Math.floor(Number(digits) * unit);
}

/** Milliseconds since the epoch: `2019-01-31` is its first moment in UTC; a time may follow. */
function readDay(text: string, origin: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  const isBare = text.length > 10 && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const time = match === null ? Number.NaN : Date.parse(isBare ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T'));
  const isReal =
    match !== null && new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))).getUTCDate() === Number(match[3]);
  if (Number.isNaN(time) || !isReal) throw bad(origin, text, 'a day such as 2019-01-31');
  return time;
}

function readChoice(flag: Flag, text: string, origin: string): string {
  const choices = flag.choices ?? [];
  if (!choices.includes(text)) throw bad(origin, text, `one of ${choices.join(', ')}`);
  return text;
}

function bad(origin: string, text: string, wanted: string): UsageError {
  return new UsageError('USAGE', `${origin} cannot be "${text}"`, { help: `give ${wanted}` });
}
