import { describe, expect, it } from 'vitest';
import { YearCounts } from '../../src/model/year-counts.js';

describe('counting by year', () => {
  it('keeps neighbours, borders and dates that are none apart', () => {
    const years = new YearCounts();
    for (const iso of ['1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00Z', '2000-06-01T00:00:00Z', '1999-01-01T00:00:00Z']) {
      years.add(Date.parse(iso));
    }
    for (const ms of [Number.NaN, -1, Number.NaN, Number.POSITIVE_INFINITY]) years.add(ms);
    expect(years.counts()).toEqual({ 1969: 1, 1999: 2, 2000: 2, '?': 3 });
    years.add(0);
    expect(years.counts()).toEqual({ 1969: 1, 1970: 1, 1999: 2, 2000: 2, '?': 3 });
  });
});
