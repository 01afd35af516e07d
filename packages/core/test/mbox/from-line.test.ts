import { describe, expect, it } from 'vitest';
import { parseFromLine } from '../../src/formats/mbox/from-line.js';
import { fromClock } from '../../src/formats/mbox/time-zone.js';

const utc = fromClock('UTC');

/** Line → grade, sender, date in UTC. */
const LINES: readonly (readonly [string, string, string, string])[] = [
  ['From ann@example.com Fri Nov  9 22:33:52 2001', 'strict', 'ann@example.com', '2001-11-09T22:33:52Z'],
  ['From ann@example.com  Fri Nov  9 22:33 2001', 'strict', 'ann@example.com', '2001-11-09T22:33:00Z'],
  ['From ann Fri Nov 9 22:33:52 2001', 'strict', 'ann', '2001-11-09T22:33:52Z'],
  ['From ann Fri Nov  9 22:33:52 2001 +0530', 'strict', 'ann', '2001-11-09T17:03:52Z'],
  ['From 1@xxx Tue Mar 19 09:13:51 +0000 2019', 'strict', '1@xxx', '2019-03-19T09:13:51Z'],
  ['From ann Fri Nov  9 22:33:52 EST 2001', 'strict', 'ann', '2001-11-10T03:33:52Z'],
  ['From ann Fri Nov  9 22:33:52 2001 CEST', 'strict', 'ann', '2001-11-09T20:33:52Z'],
  ['From ann at example.com  Fri Nov  9 22:33:52 2001', 'strict', 'ann at example.com', '2001-11-09T22:33:52Z'],
  ['From "ann b"@example.com Fri Nov  9 22:33:52 2001', 'strict', '"ann b"@example.com', '2001-11-09T22:33:52Z'],
  ['From ann Thu, 29 Nov 2001 22:33:52 +0100', 'strict', 'ann', '2001-11-29T21:33:52Z'],
  ['From big!ann Fri Nov  9 22:33:52 2001 remote from big', 'strict', 'big!ann', '2001-11-09T22:33:52Z'],
  ['From Fri Nov  9 22:33:52 2001', 'strict', '', '2001-11-09T22:33:52Z'],
  ['From - Sat Jan 26 08:43:42 2008', 'strict', '-', '2008-01-26T08:43:42Z'],
  ['From ann Fri Nov  9 22:33:52 98', 'dated', 'ann', '1998-11-09T22:33:52Z'],
  ['From ann Fri Nov  9 2:33:52 2001', 'dated', 'ann', '2001-11-09T02:33:52Z'],
  ['From ann 2001-11-09T22:33:52Z', 'dated', 'ann', '2001-11-09T22:33:52Z'],
  ['From ann\tFri Nov  9 22:33:52 2001', 'dated', 'ann', '2001-11-09T22:33:52Z'],
  ['From ann Fri Nov  9 22:33:52 2001 was the day', 'dated', 'ann', '2001-11-09T22:33:52Z'],
  ['From ann Mon Jul  9 22:33:52 MET DST 2001', 'dated', 'ann', '2001-07-09T20:33:52Z'],
  ['From ann Mon Jul  9 22:33:52 PST DST 2001', 'dated', 'ann', '2001-07-10T05:33:52Z'],
  ['From ann Mon Jul  9 22:33:52 -0500 (EST) 2001', 'dated', 'ann', '2001-07-10T03:33:52Z'],
  ['From ann Mon Jul  9 22:33:52 W. Europe Standard Time 2001', 'dated', 'ann', '2001-07-09T22:33:52Z'],
  ['From ann Mon Jul  9 22:33:52 EST5EDT 2001', 'dated', 'ann', '2001-07-09T22:33:52Z'],
  [`From ${'x'.repeat(2000)}@example.com Fri Nov  9 22:33:52 2001`, 'strict', `${'x'.repeat(2000)}@example.com`, '2001-11-09T22:33:52Z'],
  ['From Mon Jan  9 we were on holiday until the 3rd of 2001', 'prose', 'Mon', ''],
  ['From -', 'bare', '-', ''],
  ['From ', 'bare', '', ''],
  ['From 1844347792267117879@xxx', 'bare', '1844347792267117879@xxx', ''],
  ['From here on nothing is a separator', 'prose', 'here', ''],
  ['From ann Fri Foo  9 22:33:52 2001', 'prose', 'ann', ''],
  ['From ann Fri Nov 39 22:33:52 2001', 'dated', 'ann', ''],
  ['From ann Fri Nov  9 22:33:75 2001', 'dated', 'ann', ''],
  ['From ann Fri Nov  9 at 22:33:75 in 2001', 'prose', 'ann', ''],
];

describe('parseFromLine', () => {
  it.each(LINES)('%s', (line, grade, sender, date) => {
    const from = parseFromLine(line);
    expect([
      from.grade,
      from.envelopeSender,
      from.date === undefined ? '' : new Date(utc(from.date)).toISOString().replace('.000', ''),
    ]).toEqual([grade, sender, date]);
  });
});

describe('fromClock', () => {
  const at = (zone: string, line: string): string =>
    new Date(fromClock(zone)(parseFromLine(line).date ?? expect.fail('no date'))).toISOString();

  it('takes the given zone where the line names none', () => {
    expect(at('Europe/Berlin', 'From a Fri Nov  9 22:33:52 2001')).toBe('2001-11-09T21:33:52.000Z');
    expect(at('Europe/Berlin', 'From a Mon Jul  9 22:33:52 2001')).toBe('2001-07-09T20:33:52.000Z');
  });

  it('is right on the day the clock changes', () => {
    expect(at('Europe/Berlin', 'From a Sun Mar 25 01:59:59 2001')).toBe('2001-03-25T00:59:59.000Z');
    expect(at('Europe/Berlin', 'From a Sun Mar 25 03:00:00 2001')).toBe('2001-03-25T01:00:00.000Z');
    expect(at('America/New_York', 'From a Sun Oct 28 03:00:00 2001')).toBe('2001-10-28T08:00:00.000Z');
  });

  it('refuses a zone that is none', () => {
    expect(() => fromClock('Nowhere/City')).toThrow(RangeError);
  });
});
