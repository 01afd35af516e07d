// The way back for homes with many mboxes: every file that was read comes back, whatever lies between them and whatever was filtered.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maildirTarget, mergeStores, openStore, restore, select, transfer } from '../../src/index.js';

let scratch: string;
let count = 0;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'restore-trees-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const fresh = (): string => {
  count += 1;
  return join(scratch, String(count));
};

/** Sources → Maildir → sources: what the ledger calls each file, and what came back. */
async function roundTrip(sources: readonly string[], selection: Parameters<typeof select>[1] = {}): Promise<ReadonlyMap<string, Buffer>> {
  const [maildir, back] = [fresh(), fresh()];
  {
    await using store = mergeStores(await Promise.all(sources.map((source) => openStore(source, { fromTz: 'UTC' }))));
    await using target = await maildirTarget(maildir, { fsync: 'none', lanes: 0 });
    await transfer(select(store, selection), target);
  }
  const { restored, refused } = restore(maildir, back);
  expect(refused, sources.join()).toEqual([]);
  const octets = new Map(restored.map(({ source, path }) => [source, readFileSync(path)]));
  for (const one of [maildir, back]) rmSync(one, { recursive: true, force: true });
  return octets;
}

/** Each file that came back is what it was. */
function expectSame(restored: ReadonlyMap<string, Buffer>): void {
  for (const [source, octets] of restored) {
    const original = readFileSync(source);
    expect(octets.equals(source.endsWith('.gz') ? gunzipSync(original) : original), source).toBe(true);
  }
}

const PSEUDO = `From MAILER-DAEMON Thu Jan  1 00:00:00 2004
Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA
X-IMAP: 1072915200 0000000009
Status: RO

This text is part of the internal format of your mail folder, and is not
a real message.

`;

const message = (n: number, more = ''): string =>
  `From ann@example.org Thu Jan  ${1 + (n % 9)} 12:00:00 2004\nSubject: ${n}\nStatus: RO\n${more}\nBerth ${n}\n\n`;
const messages = (from: number, to: number, more?: (n: number) => string): string =>
  Array.from({ length: to - from }, (_, i) => message(from + i, more?.(from + i))).join('');
const withUids = (from: number, to: number): string =>
  messages(from, to, (n) => `${n === from ? `X-IMAPbase: 1072915200 ${to}\n` : ''}X-UID: ${n + 1}\n`);
const mozilla = (from: number, to: number): string =>
  messages(from, to, (n) => `X-Mozilla-Status: ${n % 2 === 0 ? '0009' : '0001'}\nX-Mozilla-Status2: 00000000\n`);

/** What a file of a generated tree may hold. */
const KINDS: readonly ((from: number) => Buffer)[] = [
  (from) => Buffer.from(messages(from, from + 1 + (from % 5))),
  (from) => Buffer.from(withUids(from, from + 1 + (from % 90))),
  (from) => Buffer.from(mozilla(from, from + 4)),
  (from) => Buffer.from(`${PSEUDO}${messages(from, from + 2)}`),
  () => Buffer.from(PSEUDO),
  () => Buffer.alloc(0),
  (from) => Buffer.from(messages(from, from + 2).replaceAll('\n', '\r\n')),
  (from) => Buffer.from(`${messages(from, from + 2)}Berth without an end`),
];

function write(root: string, name: string, octets: Uint8Array): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, octets);
  return path;
}

describe('restore of many mboxes', () => {
  it('brings back the demo home', async () => {
    const restored = await roundTrip(['test-fixtures/home/ann']);
    expect(restored.size).toBe(8);
    expectSame(restored);
  });

  it.each(['thunderbird', 'mailman', 'takeout', 'apple-mail'])('brings back the tree of %s', async (tree) => {
    const restored = await roundTrip([join('test-fixtures/trees', tree)]);
    expect(restored.size).toBeGreaterThan(0);
    expectSame(restored);
  });

  it('brings back files around empty ones, and those of which no message was wanted', async () => {
    const home = fresh();
    const files = [
      write(home, 'a', Buffer.from(withUids(0, 80))),
      write(home, 'b', Buffer.alloc(0)),
      write(home, 'c', Buffer.from(PSEUDO)),
      write(home, 'd', Buffer.from(PSEUDO)),
      write(home, 'e', Buffer.from(messages(0, 3))),
    ];
    for (const selection of [{}, { before: 0 }, { since: Date.UTC(2004, 0, 4) }]) {
      const restored = await roundTrip([home], selection);
      expect([...restored.keys()].sort()).toEqual(files);
      expectSame(restored);
    }
  });

  it('leaves out folders that were not read, and brings back the others', async () => {
    const home = fresh();
    const read = [write(home, 'a', Buffer.from(messages(0, 3))), write(home, 'lists/c', Buffer.from(withUids(5, 9)))];
    write(home, 'b', Buffer.from(messages(3, 5)));
    const restored = await roundTrip([home], { excludeFolders: ['b'] });
    expect([...restored.keys()].sort()).toEqual(read);
    expectSame(restored);
  });

  it('puts what was unpacked beside the file that has its name', async () => {
    const home = fresh();
    const files = [write(home, 'old', Buffer.from(messages(0, 2))), write(home, 'old.gz', gzipSync(messages(2, 5)))];
    const restored = await roundTrip([home]);
    expect([...restored.keys()].sort()).toEqual(files);
    expectSame(restored);
  });

  it('brings back generated trees, alone and two together', { timeout: 300_000 }, async () => {
    const pick = picker(Number(process.env['SEED'] ?? 7));
    const rounds = Number(process.env['TREES'] ?? 12);
    for (let round = 0; round < rounds; round += 1) {
      const homes = [fresh(), fresh()].slice(0, 1 + pick(2));
      const files = homes.flatMap((home) => generateTree(home, pick));
      const selection = [{}, { since: Date.UTC(2004, 0, 5) }, { before: Date.UTC(2004, 0, 4) }][pick(3)] ?? {};
      const restored = await roundTrip(homes, selection);
      expect([...restored.keys()].sort(), `round ${round}`).toEqual(files.sort());
      expectSame(restored);
      for (const home of homes) rmSync(home, { recursive: true });
    }
  });
});

function picker(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Files of all kinds in a tree; their paths. */
function generateTree(home: string, pick: (below: number) => number): string[] {
  const files = [write(home, 'first', Buffer.from(messages(pick(50), 60)))];
  for (let n = pick(9); n >= 0; n -= 1) {
    const octets = KINDS[pick(KINDS.length)]?.(pick(40)) ?? Buffer.alloc(0);
    const isPacked = octets.length > 0 && pick(4) === 0;
    const name = `${['', 'lists/', 'lists/old/'][pick(3)]}${n}`;
    files.push(isPacked ? write(home, `${name}.gz`, gzipSync(octets)) : write(home, name, octets));
  }
  return files;
}
