// What a folder's list of UIDs said is gone: no UID that clients know may be given to another message under the same UIDVALIDITY.
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Books,
  type Difference,
  digestExactly,
  maildirTarget,
  mapFolders,
  openMaildir,
  openMbox,
  readLedger,
  transfer,
  verify,
} from '../../src/index.js';
import { textOf, uidlist } from './read-maildir.js';

let home: string;
let source: string;
let root: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lost-uidlist-'));
  source = join(home, 'mbox');
  root = join(home, 'Maildir');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const SOURCE_VALIDITY = 1_234_567;
const message = (n: number, more = ''): string =>
  `From ann@example.org Thu Jan  ${n} 12:00:00 2004\nSubject: ${n}\n${more}\nBerth ${n}\n\n`;

async function convert(): Promise<string[]> {
  await using store = await openMbox(source, { fromTz: 'UTC' });
  await using target = await maildirTarget(root, { fsync: 'none', lanes: 0 });
  const { issues } = await transfer(store, target, { fingerprint: 'a' });
  return issues.map(({ code }) => code).sort();
}

const listPath = (): string => join(root, 'dovecot-uidlist');
const validity = (): number => Number(/^3 V(\d+) /.exec(textOf(listPath()))?.[1]);
/** UIDs and the days of the messages that they name. */
const order = (): [number, number][] =>
  uidlist(root).map(({ uid, base }) => [uid, new Date(Number.parseInt(base, 10) * 1000).getUTCDate()]);

async function differences(): Promise<Pick<Difference, 'kind' | 'note'>[]> {
  const found: Difference[] = [];
  await using store = await openMbox(source, { fromTz: 'UTC' });
  await using target = await openMaildir(root, { namesAbsent: true });
  const ledger = readLedger(root);
  await verify(store, target, { digest: digestExactly, ledger: ledger.view, observe: (difference) => found.push(difference) });
  ledger.close();
  return found.map(({ kind, note }) => ({ kind, ...(note === undefined ? {} : { note }) }));
}

describe('a uidlist that is gone', () => {
  beforeEach(async () => {
    writeFileSync(source, message(1, `X-IMAPbase: ${SOURCE_VALIDITY} 12\nX-UID: 11\n`) + message(2, 'X-UID: 12\n'));
    await convert();
    expect([validity(), order()]).toEqual([
      SOURCE_VALIDITY,
      [
        [11, 1],
        [12, 2],
      ],
    ]);
  });

  it.each([
    ['absent', () => unlinkSync(listPath()), ['UIDLIST_LOST', 'UIDVALIDITY_REPLACED']],
    ['rubbish', () => writeFileSync(listPath(), 'rubbish\n'), ['UIDLIST_BROKEN', 'UIDLIST_LOST', 'UIDVALIDITY_REPLACED']],
  ])('is written anew, all files in the order of their names, with another UIDVALIDITY: %s', async (_, lose, codes) => {
    lose();
    appendFileSync(source, message(3));
    expect(await convert()).toEqual(codes);
    expect(validity()).toBeGreaterThan(SOURCE_VALIDITY);
    expect(order()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await differences()).toEqual([]);
    expect(await convert()).toEqual([]);
  });

  it('is written anew without a ledger as well', async () => {
    for (const name of ['dovecot-uidlist', 'mailferry-ledger']) unlinkSync(join(root, name));
    expect(await convert()).toEqual(['UIDLIST_LOST', 'UIDVALIDITY_REPLACED']);
    expect(validity()).toBeGreaterThan(SOURCE_VALIDITY);
    expect(order().map(([uid]) => uid)).toEqual([1, 2]);
  });

  it('a folder that the user removed, and that is made again, has another UIDVALIDITY', async () => {
    rmSync(root, { recursive: true });
    await convertBelow();
    const directory = join(root, '.Boat');
    expect(textOf(join(directory, 'dovecot-uidlist'))).toMatch(/^3 V1234567 N13 /);
    rmSync(directory, { recursive: true });
    appendFileSync(source, message(3));
    await convertBelow();
    expect(readdirSync(join(directory, 'cur'))).toHaveLength(1);
    expect(textOf(join(directory, 'dovecot-uidlist'))).not.toContain('V1234567');
    appendFileSync(source, message(4));
    await convertBelow();
    expect(uidlist(directory).map(({ uid }) => uid)).toEqual([1, 2]);
  });

  it('a folder that the user removed stays away until new mail comes for it, also where the source is read again', async () => {
    rmSync(root, { recursive: true });
    await convertBelow();
    const directory = join(root, '.Boat');
    rmSync(directory, { recursive: true });
    expect(await convertBelow()).toMatchObject({ alreadyPresent: 2, written: 0 });
    writeFileSync(source, textOf(source).replace('Subject: 1', 'Status: RO\nSubject: 1'));
    expect(await convertBelow()).toMatchObject({ filteredBy: { removedByUser: 2 }, written: 0 });
    expect(await convertBelow()).toMatchObject({ filteredBy: { removedByUser: 2 }, written: 0 });
    expect(existsSync(directory)).toBe(false);
    writeFileSync(source, message(3) + textOf(source));
    expect(await convertBelow()).toMatchObject({ filteredBy: { removedByUser: 2 }, written: 1 });
    expect(readdirSync(join(directory, 'cur'))).toHaveLength(1);
  });

  it('verify names a folder that another program numbered anew, once; the next run knows it', async () => {
    const list = textOf(listPath());
    writeFileSync(listPath(), list.replace('V1234567', 'V1999999999'));
    const note = 'expected UIDVALIDITY 1234567, found 1999999999; all UIDs are new';
    expect(await differences()).toEqual([{ kind: 'uid', note }]);
    // As Dovecot does it that lost the list: other numbers, too.
    writeFileSync(listPath(), list.replace('V1234567', 'V1999999999').replace('\n11 ', '\n1 '));
    expect(await differences()).toEqual([{ kind: 'uid', note }]);
    appendFileSync(source, message(3));
    expect(await convert()).toEqual(['UIDVALIDITY_REPLACED']);
    expect(await differences()).toEqual([]);
  });
});

describe('a folder that was empty in the first run', () => {
  beforeEach(async () => {
    writeFileSync(source, '');
    expect(await convert()).toEqual([]);
    expect(validity()).toBeGreaterThan(SOURCE_VALIDITY);
  });
  const later = 4_000_000_000;
  const fill = (): void => writeFileSync(source, message(1, `X-IMAPbase: ${later} 12\nX-UID: 11\n`) + message(2, 'X-UID: 12\n'));

  it('takes the UIDVALIDITY and the UIDs that the source has now', async () => {
    fill();
    expect(await convert()).toEqual([]);
    expect([validity(), order()]).toEqual([
      later,
      [
        [11, 1],
        [12, 2],
      ],
    ]);
    appendFileSync(source, message(3, 'X-UID: 13\n'));
    await convert();
    expect([validity(), uidlist(root).map(({ uid }) => uid)]).toEqual([later, [11, 12, 13]]);
    expect(await differences()).toEqual([]);
  });

  it('keeps its own where a Dovecot has shown it, and where it is the greater one', async () => {
    const own = validity();
    writeFileSync(join(root, 'dovecot.index.log'), '');
    fill();
    expect(await convert()).toContain('UIDVALIDITY_REPLACED');
    expect(validity()).toBe(own);
    rmSync(root, { recursive: true });
    writeFileSync(source, '');
    await convert();
    writeFileSync(source, message(1, `X-IMAPbase: ${SOURCE_VALIDITY} 12\nX-UID: 11\n`));
    expect(await convert()).toContain('UIDVALIDITY_REPLACED');
    expect(validity()).toBeGreaterThan(SOURCE_VALIDITY);
  });
});

async function convertBelow(): Promise<Books> {
  await using store = await openMbox(source, { fromTz: 'UTC' });
  await using target = await maildirTarget(root, { fsync: 'none', lanes: 0 });
  return (await transfer(mapFolders(store, { into: ['Boat'] }), target, { fingerprint: 'a' })).totals;
}
