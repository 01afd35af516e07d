import { expect, test } from 'vitest';
import { archivePeriod } from '../../src/sources/mailman.js';

test('every name of Pipermail has its place in time', () => {
  const names = [
    '2001.txt',
    '2001-January.txt.gz',
    '2001q2.txt',
    '20010516.txt',
    'Week-of-Mon-20010521.txt.gz',
    '2001-december.txt',
    '2002q1.txt',
  ];
  const periods = names.map(archivePeriod);
  expect(periods).not.toContain(undefined);
  expect(periods).toEqual([...periods].sort((a, b) => (a ?? 0) - (b ?? 0)));
});

test.each(['2001-Foo.txt', 'inbox', '2001q5.txt', 'notes.txt', '2001-July.mbox'])('%s is no archive', (name) => {
  expect(archivePeriod(name)).toBeUndefined();
});
