// What the source subscribes after the first run, and what the user does meanwhile.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { maildirTarget, openMbox, transfer } from '../../src/index.js';
import { textOf } from './read-maildir.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'later-subscriptions-'));
  mkdirSync(join(home, 'mail'));
  for (const name of ['INBOX', 'boat', 'berth'])
    writeFileSync(join(home, 'mail', name), `From a@b Thu Jan  1 12:00:00 2004\nSubject: ${name}\n\nx\n`);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const listed = (...names: string[]): void => writeFileSync(join(home, 'mail', '.subscriptions'), names.map((name) => `${name}\n`).join(''));
const subscriptions = (): string => join(home, 'Maildir', 'subscriptions');

/** Subscribed in the Maildir after a run that has something to read. */
async function convert(): Promise<string[]> {
  appendFileSync(join(home, 'mail', 'INBOX'), 'From a@b Thu Jan  1 12:00:00 2004\nSubject: more\n\nx\n');
  await using store = await openMbox(join(home, 'mail'), { fromTz: 'UTC' });
  await using target = await maildirTarget(join(home, 'Maildir'), { fsync: 'none', lanes: 0 });
  await transfer(store, target, { fingerprint: 'a' });
  return textOf(subscriptions()).split('\n').slice(2, -1).sort();
}

it('a folder that the source subscribes later is subscribed; what the user unsubscribed, or subscribed, stays so', async () => {
  listed('INBOX', 'boat');
  expect(await convert()).toEqual(['INBOX', 'boat']);
  writeFileSync(subscriptions(), 'V\t2\n\nINBOX\n');
  expect(await convert()).toEqual(['INBOX']);
  listed('INBOX', 'boat', 'berth');
  expect(await convert()).toEqual(['INBOX', 'berth']);
  writeFileSync(subscriptions(), 'V\t2\n\nINBOX\n');
  listed('INBOX');
  expect(await convert()).toEqual(['INBOX']);
  // The user had his say.
  listed('INBOX', 'berth');
  expect(await convert()).toEqual(['INBOX']);
});

it('a ledger that does not say what was subscribed brings nothing back', async () => {
  listed('INBOX', 'boat');
  await convert();
  const ledger = join(home, 'Maildir', 'mailferry-ledger');
  writeFileSync(ledger, textOf(ledger).replace(/^(\["f",.*),[01]\]$/gm, '$1]'));
  writeFileSync(subscriptions(), 'V\t2\n\nINBOX\n');
  expect(await convert()).toEqual(['INBOX']);
  listed('INBOX', 'boat', 'berth');
  expect(await convert()).toEqual(['INBOX', 'berth']);
});
