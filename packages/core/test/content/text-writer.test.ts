import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextWriter } from '../../src/formats/content/text-writer.js';

describe('text as octets', () => {
  it('is what the strings would be', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[\x20-\x7e]{0,200}$/),
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.maxSafeInteger(),
      fc.integer(),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const writer = new TextWriter();
        for (const value of pieces) {
          if (typeof value === 'number') writer.number(value);
          else writer.text(value);
        }
        const whole = pieces.map(String).join('');
        expect(writer.size).toBe(Buffer.byteLength(whole));
        expect(writer.take().equals(Buffer.from(whole))).toBe(true);
        expect(writer.size).toBe(0);
      }),
    );
  });
  it('shows numbers at the borders of their ways', () => {
    const writer = new TextWriter();
    const numbers = [0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -1, -(2 ** 53) + 1, 0.5, 1e21, Number.NaN];
    for (const number of numbers) writer.number(number).text(' ');
    expect(writer.take().toString()).toBe(numbers.map((number) => `${number} `).join(''));
  });
});
