import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Forecast, forecast, maildirTarget, openMbox, transfer } from '../../src/index.js';

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forecast-'));
  home = join(folder, 'home');
  mkdirSync(home);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(home, name), mboxOf(1000));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mboxOf = (size: number): string => `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: x\n\n${'x'.repeat(size)}\n\n`.repeat(3);

async function convert(clock?: () => number): Promise<void> {
  await using store = await openMbox(home, { fromTz: 'UTC' });
  await using target = await maildirTarget(join(folder, 'Maildir'), { fsync: 'none', lanes: 0 });
  await transfer(store, target, { fingerprint: 'a', ...(clock === undefined ? {} : { now: clock }) });
}

it('reads again what gave items that are gone', async () => {
  await convert();
  await using store = await openMbox(home, { fromTz: 'UTC' });
  await using target = await maildirTarget(join(folder, 'Maildir'));
  const { unchanged } = await forecast(store, await target.ledger(), 'a', { holdsItems: () => false });
  expect(unchanged.files).toBe(0);
});

async function ask(fingerprint = 'a'): Promise<Forecast> {
  await using store = await openMbox(home, { fromTz: 'UTC' });
  await using target = await maildirTarget(join(folder, 'Maildir'));
  return await forecast(store, await target.ledger(), fingerprint);
}

it('tells unchanged, grown and other files, and leaves no trace', async () => {
  const size = mboxOf(1000).length;
  expect(await ask()).toEqual({
    unchanged: { files: 0, octets: 0 },
    grown: { files: 0, octets: 0 },
    added: 0,
    whole: { files: 3, octets: 3 * size },
  });
  expect(readdirSync(folder)).toEqual(['home']);
  let time = 1_000_000;
  await convert(() => {
    time += 500;
    return time;
  });
  appendFileSync(join(home, 'b'), mboxOf(10));
  writeFileSync(join(home, 'c'), mboxOf(900));
  const before = readFileSync(join(folder, 'Maildir/mailferry-ledger'));
  const found = await ask();
  expect(found).toMatchObject({
    unchanged: { files: 1, octets: size },
    grown: { files: 1, octets: size + mboxOf(10).length },
    added: mboxOf(10).length,
    whole: { files: 1, octets: mboxOf(900).length },
    last: { started: 1_000_500, octets: 3 * size, read: 9, written: 9, updated: 0 },
  });
  expect(found.last?.seconds).toBeGreaterThan(0.4);
  expect(found.seconds?.least).toBeLessThanOrEqual(found.seconds?.most ?? 0);
  expect((await ask('other')).whole.files).toBe(3);
  expect(readFileSync(join(folder, 'Maildir/mailferry-ledger'))).toEqual(before);
});

it('keeps the pace of the largest run when a small one follows', async () => {
  for (const name of ['a', 'b']) writeFileSync(join(home, name), mboxOf(4_000_000));
  await convert(ticking(4000));
  appendFileSync(join(home, 'a'), mboxOf(10));
  await convert(ticking(1));
  const { last, seconds } = await ask();
  expect(last).toMatchObject({ written: 3, octets: mboxOf(10).length });
  // 24 MB in some tens of seconds, so that all again takes as long; the small run was a few milliseconds.
  expect(seconds?.most).toBeGreaterThan(5);
});

/** A clock that goes on by `step` milliseconds whenever it is looked at. */
function ticking(step: number): () => number {
  let time = 0;
  return () => {
    time += step;
    return time;
  };
}
