import { expect, it } from 'vitest';
import { joinSources, splitSources } from '../src/source-list.js';

it('sources in a cell are parted by |, and one in a path is \\|', () => {
  expect(splitSources('mbox:/home/ann/mail | /srv/pst/ann.pst')).toEqual(['mbox:/home/ann/mail', '/srv/pst/ann.pst']);
  expect(splitSources(String.raw`/home/ann/a\|b|/home/ann/c`)).toEqual(['/home/ann/a|b', '/home/ann/c']);
  for (const sources of [['/a'], ['/a|b', '/c|'], [String.raw`/a\b`, '/|'], ['|']])
    expect(splitSources(joinSources(sources) ?? '')).toEqual(sources);
  // What would be read as something else is not written.
  expect(joinSources(['/a\\', '/b'])).toBeUndefined();
  expect(joinSources([String.raw`/a\|b`])).toBeUndefined();
});
