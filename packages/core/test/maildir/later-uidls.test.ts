// A run that is asked for POP3 UIDLs where an earlier one was not.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { maildirTarget, openMbox, transfer } from '../../src/index.js';
import { textOf } from './read-maildir.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'later-uidls-'));
  copyFileSync('test-fixtures/mbox/dovecot/input.mbox', join(home, 'mbox'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** The list without names, and how many messages the run says to have got other UIDLs. */
async function convert(pop3Uidl?: string): Promise<[string[], string | undefined]> {
  await using store = await openMbox(join(home, 'mbox'), { fromTz: 'UTC', ...(pop3Uidl === undefined ? {} : { pop3Uidl }) });
  await using target = await maildirTarget(join(home, 'Maildir'), { fsync: 'none', lanes: 0 });
  const { issues } = await transfer(store, target, { fingerprint: pop3Uidl ?? '' });
  const lines = textOf(join(home, 'Maildir', 'dovecot-uidlist'))
    .split('\n')
    .slice(0, -1);
  return [lines.map((line) => line.replace(/ (?:G|:).*/, '')), issues.find(({ code }) => code === 'UIDL_CHANGED')?.first[0]?.note];
}

it('messages that are there get the UIDLs, keep their UIDs, and it is told', async () => {
  const head = '3 V1067890123 N21';
  expect(await convert()).toEqual([[head, '3', '7', '8', '20'], undefined]);
  const cyrus = [head, ...[3, 7, 8, 20].map((uid) => `${uid} P1067890123.${uid}`)];
  expect(await convert('cyrus')).toEqual([cyrus, 'messages: 4']);
  expect(await convert('cyrus')).toEqual([cyrus, undefined]);
  expect(await convert('u%u')).toEqual([[head, ...[3, 7, 8, 20].map((uid) => `${uid} Pu${uid}`)], 'messages: 4']);
  expect((await convert())[0]).toEqual([head, ...[3, 7, 8, 20].map((uid) => `${uid} Pu${uid}`)]);
});
