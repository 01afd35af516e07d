import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../src/formats/mbox/boundaries.js';

const HEADERS = { kind: 'headers', known: 2, fields: 3, clean: true } as const;
const STRANGE = { kind: 'headers', known: 0, fields: 1, clean: false } as const;
const CLEAN = { kind: 'headers', known: 0, fields: 1, clean: true } as const;
const nothing = (kind: 'end' | 'text' | 'blank'): Evidence['following'] => ({ kind, known: 0, fields: 0, clean: true });
const evidence = (change: Partial<Evidence>): Evidence => ({
  ...{ grade: 'strict', following: HEADERS, blankBefore: true, headerless: false, bareDialect: false },
  ...change,
});

type Row = readonly [line: string, change: Partial<Evidence>, starts: boolean, isDoubtful: boolean];

const ROWS: readonly Row[] = [
  ['a From_ line with a header', {}, true, false],
  ['the same without a blank line before', { blankBefore: false }, true, false],
  ['one field and prose', { following: STRANGE }, true, false],
  ['one field and prose, no blank line before', { following: STRANGE, blankBefore: false }, false, true],
  ['one field and a blank line', { following: CLEAN, blankBefore: false }, true, false],
  ['the end of the file', { following: nothing('end') }, true, false],
  ['the end of the file, no blank line before', { following: nothing('end'), blankBefore: false }, false, true],
  ['text', { following: nothing('text') }, false, true],
  ['text, where messages have no headers', { following: nothing('text'), headerless: true }, false, true],
  ['a blank line', { following: nothing('blank') }, false, true],
  ['a blank line, where messages have no headers', { following: nothing('blank'), headerless: true }, true, false],
  ['a sentence before a header', { grade: 'prose' }, false, true],
  ['a sentence before a header, no blank line before', { grade: 'prose', blankBefore: false }, false, false],
  ['From and a word', { grade: 'bare' }, true, true],
  ['From and a word, where the file has such', { grade: 'bare', bareDialect: true }, true, false],
  ['From and a word, no blank line before', { grade: 'bare', blankBefore: false }, false, false],
  ['From and a word before text', { grade: 'bare', following: nothing('text') }, false, false],
  ['an odd date', { grade: 'dated' }, true, true],
  ['an odd date, no blank line before', { grade: 'dated', blankBefore: false }, true, true],
  ['an odd date and one field', { grade: 'dated', following: STRANGE }, false, true],
  ['an odd date before text', { grade: 'dated', following: nothing('text') }, false, true],
  ['an odd date before text, no blank line before', { grade: 'dated', following: nothing('text'), blankBefore: false }, false, false],
];

describe('judge', () => {
  it.each(ROWS)('%s', (_, change, starts, isDoubtful) => {
    const verdict = judge(evidence(change));
    expect([verdict.starts, verdict.doubt !== undefined]).toEqual([starts, isDoubtful]);
  });
});
