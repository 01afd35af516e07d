import { describe, expect, it } from 'vitest';
import { DoneItems } from '../../src/upload/done-items.js';
import type { SentItem, StoredFacts } from '../../src/upload/sent-item.js';

const HASH = 'ab'.repeat(32);
const facts: StoredFacts = { uid: 7, run: 'r1', uidNext: 5, isFound: false };

function item(n: number, more: Partial<SentItem> = {}): SentItem {
  return {
    identity: `${HASH}-${n}`,
    sourceId: `offset:${n}`,
    size: 5_000_000_000 + n,
    key: '0123456789abcdef01234567',
    sha256: HASH,
    flags: ['\\Seen', 'work'],
    internalDate: 1_300_000_000_000 + n,
    dateSource: 'date',
    ...more,
  };
}

describe('what is done, in columns', () => {
  it('gives back what was put in, through every growth', () => {
    const items = new DoneItems();
    for (let n = 0; n < 3000; n++) items.set(item(n), { ...facts, uid: n % 5 === 0 ? undefined : n });
    expect(items.size).toBe(3000);
    for (const n of [0, 255, 256, 1999, 2999]) {
      expect(items.get(`${HASH}-${n}`)).toEqual({ ...item(n), ...facts, uid: n % 5 === 0 ? undefined : n });
    }
    expect([...items.values()].map(({ sourceId }) => sourceId).at(-1)).toBe('offset:2999');
    expect([...items.uids()]).toHaveLength(2400);
  });

  it('keeps what does not follow from the identity', () => {
    const items = new DoneItems();
    const odd = item(1, { identity: 'a1b2:0x200024-1', key: '', flags: [], sha256: 'cd'.repeat(32) });
    items.set(odd, { ...facts, isFound: true });
    expect(items.get(odd.identity)).toEqual({ ...odd, ...facts, isFound: true });
  });

  it('takes another word for the same message, and forgets what is undone', () => {
    const items = new DoneItems();
    items.set(item(1, { sha256: 'cd'.repeat(32) }), facts);
    items.set(item(1, { flags: ['\\Flagged'] }), facts);
    expect(items.get(`${HASH}-1`)).toMatchObject({ flags: ['\\Flagged'], sha256: HASH });
    items.delete(`${HASH}-1`);
    expect(items.has(`${HASH}-1`)).toBe(false);
    expect([...items.values()]).toEqual([]);
  });
});
