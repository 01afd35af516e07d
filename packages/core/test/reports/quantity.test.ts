import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatDay,
  formatDuration,
  formatPlace,
  printable,
  printablePath,
  textTable,
  widthOf,
} from '../../src/index.js';

describe('quantities', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [48_201, '48,201'],
    [1_234_567_890, '1,234,567,890'],
  ])('count %i as %s', (count, text) => expect(formatCount(count)).toBe(text));

  it('name what is counted', () => {
    expect([0, 1, 1234].map((count) => formatCountOf(count, 'message'))).toEqual(['0 messages', '1 message', '1,234 messages']);
    expect([1, 2].map((count) => formatCountOf(count, 'directory', 'directories'))).toEqual(['1 directory', '2 directories']);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_048_575, '1.0 MiB'],
    [4_724_464_026, '4.4 GiB'],
    [150 * 1024, '150 KiB'],
  ])('%i octets are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [400, '0.4 s'],
    [59_000, '59 s'],
    [2_280_000, '38 min'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('has a day for every moment that has one', () => {
    expect([formatDay(0), formatDay(Number.NaN), formatDay(8.64e15 + 1)]).toEqual(['1970-01-01', '-', '-']);
  });
});

describe('what comes from a mailbox', () => {
  it('cannot move the cursor, reorder the line or hide', () => {
    expect(printable('a\u001b[2J\u0007\u009b\u202e\u2028b\ud800')).toBe('a<1B>[2J<07><9B><202E><2028>b<D800>');
    expect(printable('Работа 日本 😀 می‌خواهم')).toBe('Работа 日本 😀 می‌خواهم');
    expect(printablePath(['a/b', 'c\n'])).toBe('a//b/c<0A>');
  });

  it('has a place in the manner of its format', () => {
    expect(formatPlace({ path: '/var/mail/ann', offset: 1_048_731 })).toBe('/var/mail/ann @ 1,048,731');
    expect(formatPlace({ path: '/srv/ann.pst', offset: 0x1f3a400 })).toBe('/srv/ann.pst @ 0x1f3a400');
    expect(formatPlace({ path: '/srv/ann.pst' }, 'nid:0x200024')).toBe('/srv/ann.pst nid:0x200024');
    expect([formatPlace(undefined), formatPlace(undefined, 'offset:3')]).toEqual(['', 'offset:3']);
  });
});

describe('a table in text', () => {
  it('lines up also where characters are wide', () => {
    expect([widthOf('日本'), widthOf('é'), widthOf('e\u0301')]).toEqual([4, 1, 1]);
    const lines = textTable(
      [{ head: 'name' }, { head: 'n', isNumber: true }],
      [
        ['日本', '1'],
        ['INBOX', '10'],
      ],
    );
    expect(lines).toEqual(['  name    n', '  日本    1', '  INBOX  10']);
  });
});
