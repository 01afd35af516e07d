import { expect, test } from 'vitest';
import { Holdings, type Stored } from '../../src/pipeline/holdings.js';

const stored = (targetId: string, uid: number | undefined, folder = 'INBOX'): Stored => ({
  folder: [folder],
  targetId,
  sha256: 'same',
  flags: new Set(),
  internalDate: 0,
  uid,
  taken: false,
});

test('of equal messages each is claimed once: the wanted UID first, then one without a UID, then any', () => {
  const holdings = new Holdings();
  for (const one of [stored('a', 1), stored('b', 2), stored('c', undefined), stored('d', 4), stored('e', 5, 'Sent')]) holdings.add(one);
  const claim = (uid: number | undefined, mayDiffer?: boolean) => holdings.claim(['INBOX'], 'same', uid, mayDiffer)?.targetId;
  expect(claim(2, false)).toBe('b');
  expect(claim(2, false)).toBe('c');
  expect(claim(2, false)).toBeUndefined();
  expect(claim(undefined)).toBe('a');
  expect(holdings.claimElsewhere('same')?.targetId).toBe('d');
  expect(claim(undefined)).toBeUndefined();
  expect(holdings.claimElsewhere('same')?.targetId).toBe('e');
  expect(holdings.claimElsewhere('same')).toBeUndefined();
});

test('as many equal messages as a mailbox may have are claimed in order', () => {
  const holdings = new Holdings();
  const all = Array.from({ length: 50_000 }, (_, i) => stored(String(i), i + 1));
  for (const one of all) holdings.add(one);
  // From the end by UID, then the rest from the start: who looked through the equals each time would take minutes.
  for (let uid = 50_000; uid > 25_000; uid -= 1) expect(holdings.claim(['INBOX'], 'same', uid)?.targetId).toBe(all[uid - 1]?.targetId);
  for (let i = 0; i < 25_000; i += 1) expect(holdings.claim(['INBOX'], 'same', 99_999)?.targetId).toBe(all[i]?.targetId);
  expect(holdings.claim(['INBOX'], 'same', undefined)).toBeUndefined();
});

test('what cannot be read is claimed by its UID, or any of the folder', () => {
  const holdings = new Holdings();
  for (const uid of [7, 8, undefined])
    holdings.addUnreadable({ folder: ['INBOX'], targetId: String(uid), uid, note: 'not there', taken: false });
  expect(holdings.claimUnreadable(['INBOX'], 8)?.targetId).toBe('8');
  expect(holdings.claimUnreadable(['INBOX'], 8)).toBeUndefined();
  expect(holdings.claimUnreadable(['INBOX'], undefined)?.targetId).toBe('7');
  expect(holdings.claimUnreadable(['INBOX'], 7)).toBeUndefined();
  expect(holdings.claimUnreadable(['INBOX'], undefined)?.targetId).toBe('undefined');
});

test('a content counts as sought in the folder where a source message was looked for, whoever got it', () => {
  const holdings = new Holdings();
  for (const one of [stored('a', 1), stored('b', 2), stored('e', 5, 'Sent')]) holdings.add(one);
  holdings.claim(['INBOX'], 'same', 2);
  expect(holdings.all.map((one) => [one.targetId, one.taken, holdings.wasSought(one)])).toEqual([
    ['a', false, true],
    ['b', true, true],
    ['e', false, false],
  ]);
});
