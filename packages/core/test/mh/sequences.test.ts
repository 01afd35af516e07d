import { expect, test } from 'vitest';
import { flagsOfMhMessage, parseMhSequences } from '../../src/formats/mh/sequences.js';

const sequences = parseMhSequences('cur: 3\nunseen: 1 4-6\nflagged: 2\nreplied: 2\n\t5\nnot a sequence\nodd: 1-x 9-7 8\n');

test.each([
  [1, []],
  [2, ['\\Seen', '\\Flagged', '\\Answered']],
  [3, ['\\Seen']],
  [5, ['\\Answered']],
  [6, []],
  [7, ['\\Seen']],
])('message %d', (number, flags) => {
  expect([...flagsOfMhMessage(sequences, number)]).toEqual(flags);
});

test('a range that makes no sense is passed over, and one without a file says nothing', () => {
  expect(sequences.get('odd')).toEqual([
    [9, 7],
    [8, 8],
  ]);
  expect([...flagsOfMhMessage(undefined, 1)]).toEqual([]);
});
