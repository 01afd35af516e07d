// Run again: what only grew is read from where it grew, and the outcome is what reading all again would give.
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestExactly,
  maildirTarget,
  mapFolders,
  openMaildir,
  openMbox,
  readLedger,
  restore,
  select,
  type TransferOptions,
  type TransferReport,
  transfer,
  verify,
} from '../../src/index.js';

let scratch: string;
let count = 0;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'delta-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const fresh = (): string => {
  count += 1;
  return join(scratch, String(count));
};

async function convert(source: string, target: string, options: TransferOptions = {}): Promise<TransferReport> {
  await using store = await openMbox(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
  return await transfer(store, maildir, { fingerprint: 'a', ...options });
}

const message = (n: number, more = ''): string =>
  `From ann@example.org Thu Jan  ${1 + (n % 9)} 12:00:00 2004\nSubject: ${n}\n${more}\nBerth ${n}\n\n`;
const mboxOf = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => message(from + i)).join('');
const books = ({ totals }: TransferReport): number[] => [totals.read, totals.written, totals.alreadyPresent, totals.filtered];

/** UID, key and flags of every message of the INBOX. */
function listing(maildir: string): string[] {
  const flags = new Map(
    ['cur', 'new'].flatMap((part) =>
      readdirSync(join(maildir, part)).map((name) => [name.split(':')[0] ?? '', name.split(':2,')[1] ?? '']),
    ),
  );
  const uidlist = readFileSync(join(maildir, 'dovecot-uidlist'), 'utf8').trimEnd().split('\n').slice(1);
  return uidlist.map((line) => {
    const [uid = '', name = ''] = line.split(' :');
    return `${uid} ${name.split('.')[2]?.split(',')[0]} ${flags.get(name) ?? 'absent'}`;
  });
}

describe('a file that grew', () => {
  it('is read from where it grew', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 9));
    await convert(source, maildir);
    const before = listing(maildir);
    const uidlist = readFileSync(join(maildir, 'dovecot-uidlist'), 'utf8').split('\n')[0];
    appendFileSync(source, mboxOf(9, 12));
    const grown = await convert(source, maildir);
    expect(books(grown)).toEqual([12, 3, 9, 0]);
    expect(grown.totals.bytesRead).toBe(mboxOf(9, 12).length);
    expect(listing(maildir).slice(0, 9)).toEqual(before);
    expect(readFileSync(join(maildir, 'dovecot-uidlist'), 'utf8').split(' ').slice(0, 2)).toEqual(uidlist?.split(' ').slice(0, 2));
    expect(restore(maildir, back).refused).toEqual([]);
    expect(readFileSync(join(back, source.slice(scratch.length + 1)), 'utf8')).toBe(mboxOf(0, 12));
    appendFileSync(source, mboxOf(12, 13));
    expect(books(await convert(source, maildir))).toEqual([13, 1, 12, 0]);
    expect((await convert(source, maildir)).totals.bytesRead).toBe(0);
  });

  it('is read whole when its start changed, when its last message went on, and when it is to be read thoroughly', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 5));
    await convert(source, maildir);
    writeFileSync(source, mboxOf(0, 6).replace('Subject: 2\n', 'Subject: 2\nStatus: RO\n'));
    const changed = await convert(source, maildir);
    expect([books(changed), changed.totals.updated]).toEqual([[6, 1, 5, 0], 1]);
    appendFileSync(source, 'P.S.\n\n');
    const longer = await convert(source, maildir);
    expect([books(longer), longer.totals.bytesRead]).toEqual([[6, 1, 5, 0], readFileSync(source).length]);
    appendFileSync(source, mboxOf(6, 7));
    const thorough = await convert(source, maildir, { thorough: true });
    expect([books(thorough), thorough.totals.bytesRead]).toEqual([[7, 1, 6, 0], readFileSync(source).length]);
  });

  it('numbers equal messages on, whether the start or a run that was stopped brought the others', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, message(1).repeat(3));
    await convert(source, maildir);
    appendFileSync(source, message(1).repeat(2) + message(2));
    expect(books(await convert(source, maildir))).toEqual([6, 3, 3, 0]);
    appendFileSync(source, message(1).repeat(2) + message(2));
    const ledger = join(maildir, 'mailferry-ledger');
    await convert(source, maildir);
    // As if the run had been killed before it could say that the file was read: all is committed but the last lines.
    const text = readFileSync(ledger, 'utf8');
    const last = text.lastIndexOf('["d"');
    truncateSync(ledger, last);
    appendFileSync(ledger, '["c",9,1,1,1]\n');
    expect(books(await convert(source, maildir))).toEqual([9, 0, 9, 0]);
    expect(listing(maildir)).toHaveLength(9);
  });

  it('keeps UIDs, keywords and the quiet of the pseudo message', async () => {
    const [source, maildir] = [fresh(), fresh()];
    const head = 'X-IMAPbase: 1072915200 0000000030 boat\n';
    const text = `${message(0, `${head}X-UID: 4\n`)}${message(1, 'X-UID: 9\nX-Keywords: boat\n')}`;
    writeFileSync(source, text);
    await convert(source, maildir);
    expect(listing(maildir).map((line) => line.split(' ')[0])).toEqual(['4', '9']);
    appendFileSync(source, `${message(2, 'X-Keywords: boat\n')}${message(3)}`);
    const grown = await convert(source, maildir);
    expect(grown.totals.bytesRead).toBe(readFileSync(source).length - text.length);
    const after = listing(maildir).map((line) => line.split(' '));
    expect(after.map(([uid]) => uid)).toEqual(['4', '9', '31', '32']);
    expect(after.map(([, , flags]) => flags)).toEqual(['', 'a', 'a', '']);
  });

  it('that was only touched needs no message', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 5));
    await convert(source, maildir);
    utimesSync(source, 1, 1);
    const touched = await convert(source, maildir);
    expect([books(touched), touched.totals.bytesRead]).toEqual([[5, 0, 5, 0], 0]);
  });

  it('comes out as if all were read again, wherever the first run ended', { timeout: 300_000 }, async () => {
    const pick = picker(Number(process.env['SEED'] ?? 3));
    const rounds = Number(process.env['DELTAS'] ?? 20);
    for (let round = 0; round < rounds; round += 1) {
      const text = generate(pick);
      const at = pick(3) === 0 ? pick(text.length) : text.lastIndexOf('From ', pick(text.length));
      await compare(text, Math.max(at, 0), `round ${round}`);
    }
  });
});

/** Both ways over a file that first ended at an offset. */
async function compare(text: string, at: number, round: string): Promise<void> {
  const [source, whole, resumed] = [fresh(), fresh(), fresh()];
  writeFileSync(source, text.slice(0, at), 'latin1');
  for (const maildir of [whole, resumed]) await convert(source, maildir);
  writeFileSync(source, text, 'latin1');
  await convert(source, whole, { thorough: true });
  await convert(source, resumed);
  expect(listing(resumed), round).toEqual(listing(whole));
  for (const maildir of [whole, resumed]) {
    const report = restore(maildir, fresh());
    expect(report.refused, round).toEqual([]);
    expect(readFileSync(report.restored[0]?.path ?? '', 'latin1'), round).toBe(text);
    rmSync(maildir, { recursive: true });
  }
}

describe('a message that vanished from the source', () => {
  const gone = ({ issues }: TransferReport): number => issues.find(({ code }) => code === 'SOURCE_MESSAGE_GONE')?.count ?? 0;
  const file = (maildir: string, subject: number): string =>
    readdirSync(join(maildir, 'cur')).find((name) =>
      readFileSync(join(maildir, 'cur', name), 'utf8').startsWith(`Subject: ${subject}\n`),
    ) ?? '';

  it('is told once, and stays as it is', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 6));
    expect(gone(await convert(source, maildir))).toBe(0);
    writeFileSync(source, message(0) + message(2) + mboxOf(4, 8));
    const before = listing(maildir);
    const report = await convert(source, maildir);
    expect([books(report), gone(report)]).toEqual([[6, 2, 4, 0], 2]);
    expect(report.issues.find(({ code }) => code === 'SOURCE_MESSAGE_GONE')?.first[0]).toMatchObject({
      where: { path: source },
      note: 'INBOX, UID 2',
    });
    expect(listing(maildir).slice(0, 6)).toEqual(before);
    writeFileSync(source, message(0) + mboxOf(4, 8));
    expect(gone(await convert(source, maildir))).toBe(1);
    expect(gone(await convert(source, maildir, { thorough: true }))).toBe(0);
  });

  it('is flagged on demand, but not where the user moved or deleted it or took the flag back', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 6));
    await convert(source, maildir);
    rmSync(join(maildir, 'cur', file(maildir, 1)));
    renameSync(join(maildir, 'cur', file(maildir, 2)), join(maildir, 'cur', `${file(maildir, 2)}F`));
    writeFileSync(source, mboxOf(3, 6));
    expect(gone(await convert(source, maildir))).toBe(3);
    const flagged = await convert(source, maildir, { propagateDeletes: true });
    expect(gone(flagged)).toBe(3);
    const suffixes = (): string[] => [0, 1, 2, 3].map((n) => file(maildir, n).split(':2,')[1] ?? 'absent');
    expect(suffixes()).toEqual(['T', 'absent', 'FT', '']);
    renameSync(join(maildir, 'cur', file(maildir, 0)), join(maildir, 'cur', file(maildir, 0).replace(':2,T', ':2,')));
    expect(gone(await convert(source, maildir, { propagateDeletes: true, thorough: true }))).toBe(0);
    expect(suffixes()).toEqual(['', 'absent', 'FT', '']);
    writeFileSync(source, mboxOf(0, 6));
    expect(books(await convert(source, maildir, { propagateDeletes: true }))).toEqual([6, 0, 5, 1]);
    expect(suffixes()).toEqual(['', 'absent', 'F', '']);
    writeFileSync(source, mboxOf(1, 6));
    expect(gone(await convert(source, maildir))).toBe(1);
  });

  it('is noticed when its file is gone, and not when the options were others', async () => {
    const [home, maildir] = [fresh(), fresh()];
    mkdirSync(home);
    for (const [name, from] of [
      ['a', 0],
      ['b', 3],
    ] as const)
      writeFileSync(join(home, name), mboxOf(from, from + 3));
    await convert(home, maildir);
    rmSync(join(home, 'b'));
    writeFileSync(join(home, 'a'), mboxOf(1, 3));
    expect(gone(await convert(home, maildir, { fingerprint: 'other' }))).toBe(0);
    const other = fresh();
    for (const [name, from] of [
      ['a', 0],
      ['b', 3],
    ] as const)
      writeFileSync(join(home, name), mboxOf(from, from + 3));
    await convert(home, other);
    rmSync(join(home, 'b'));
    const report = await convert(home, other);
    expect([gone(report), report.totals.read]).toEqual([3, 3]);
    expect(gone(await convert(home, other, { thorough: true }))).toBe(0);
    rmSync(join(other, '.a'), { recursive: true });
    for (const name of ['c', 'd']) writeFileSync(join(home, name), mboxOf(0, 3));
    await convert(home, other);
    rmSync(join(home, 'c'));
    // Those of b as well, of which an earlier run only told.
    expect(gone(await convert(home, other, { propagateDeletes: true }))).toBe(6);
    for (const folder of ['.b', '.c'])
      expect(readdirSync(join(other, folder, 'cur')).filter((name) => name.endsWith(':2,T'))).toHaveLength(3);
    expect(gone(await convert(home, other, { propagateDeletes: true }))).toBe(0);
  });
});

describe('a message that only seems to have vanished', () => {
  const gone = ({ issues }: TransferReport): number => issues.find(({ code }) => code === 'SOURCE_MESSAGE_GONE')?.count ?? 0;
  const flagged = (maildir: string): number => readdirSync(join(maildir, 'cur')).filter((name) => name.endsWith('T')).length;
  const since = async (source: string, target: string, options: TransferOptions): Promise<TransferReport> => {
    await using store = await openMbox(source, { fromTz: 'UTC' });
    await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
    return await transfer(select(store, { since: Date.UTC(2004, 0, 4) }), maildir, { fingerprint: 'since', ...options });
  };

  it('since the flags of this run leave it out is not told, nor flagged', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 6));
    await convert(source, maildir);
    const first = await since(source, maildir, { propagateDeletes: true });
    expect([books(first), gone(first)]).toEqual([[6, 0, 3, 3], 0]);
    writeFileSync(source, mboxOf(0, 5));
    const second = await since(source, maildir, { propagateDeletes: true });
    expect([books(second), gone(second), flagged(maildir)]).toEqual([[5, 0, 2, 3], 1, 1]);
  });

  it('since an earlier run took it to another folder is not told, nor flagged', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 3));
    await using store = await openMbox(source, { fromTz: 'UTC' });
    {
      await using target = await maildirTarget(maildir, { fsync: 'none', lanes: 0 });
      await transfer(mapFolders(store, { into: ['Old'] }), target, { fingerprint: 'into' });
    }
    for (const to of [3, 4]) {
      writeFileSync(source, mboxOf(1, to));
      expect(gone(await convert(source, maildir, { propagateDeletes: true }))).toBe(0);
    }
    expect(flagged(join(maildir, '.Old'))).toBe(0);
  });

  it('and is back is written again, when it was a run of ours that flagged what is expunged now', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 4));
    await convert(source, maildir);
    writeFileSync(source, mboxOf(2, 4));
    expect(gone(await convert(source, maildir, { propagateDeletes: true }))).toBe(2);
    for (const name of readdirSync(join(maildir, 'cur'))) if (name.endsWith('T')) rmSync(join(maildir, 'cur', name));
    writeFileSync(source, mboxOf(0, 4));
    expect(books(await convert(source, maildir, { propagateDeletes: true }))).toEqual([4, 2, 2, 0]);
    expect(books(await convert(source, maildir, { thorough: true }))).toEqual([4, 0, 4, 0]);
    expect([readdirSync(join(maildir, 'cur')).length, flagged(maildir)]).toEqual([4, 0]);
  });

  it('with its file is told when a directory has taken the place of the file, or a file that of its directory', async () => {
    const [home, maildir] = [fresh(), fresh()];
    mkdirSync(join(home, 'b'), { recursive: true });
    writeFileSync(join(home, 'a'), mboxOf(0, 2));
    writeFileSync(join(home, 'b/c'), mboxOf(2, 5));
    await convert(home, maildir);
    rmSync(join(home, 'a'));
    rmSync(join(home, 'b'), { recursive: true });
    mkdirSync(join(home, 'a'));
    writeFileSync(join(home, 'a/d'), mboxOf(0, 2));
    writeFileSync(join(home, 'b'), mboxOf(2, 5));
    const report = await convert(home, maildir);
    expect([report.totals.written, gone(report)]).toEqual([5, 5]);
  });

  it('leaves the other folders alone, although the line of one is damaged', async () => {
    const [home, maildir] = [fresh(), fresh()];
    mkdirSync(home);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(home, name), mboxOf(0, 3));
    await convert(home, maildir);
    const ledger = join(maildir, 'mailferry-ledger');
    const text = readFileSync(ledger, 'utf8');
    writeFileSync(ledger, text.replace(/^\["f",1,/m, '["x",1,'));
    rmSync(join(maildir, '.c/cur'), { recursive: true });
    expect(books(await convert(home, maildir, { thorough: true }))).toEqual([9, 0, 6, 3]);
    expect(books(await convert(home, maildir, { thorough: true }))).toEqual([9, 0, 6, 3]);
  });
});

describe('a run that was stopped', () => {
  it('has not read a file of which it left messages without a UID to the next, although it came to its end', async () => {
    const [home, maildir] = [fresh(), fresh()];
    mkdirSync(home);
    const base = 'X-IMAPbase: 1072915200 0000000009\n';
    writeFileSync(
      join(home, 'a'),
      message(0, `${base}X-UID: 1\n`) + message(1, 'X-UID: 9\nStatus: RO\n') + message(2, 'Status: O\n') + message(3, 'X-UID: 4\n'),
    );
    writeFileSync(join(home, 'b'), mboxOf(4, 8));
    const stop = new AbortController();
    const stopped = await convert(home, maildir, {
      signal: stop.signal,
      observe: (event) => {
        if (event.type === 'delivery' && event.delivery.message.folder[0] === 'a') stop.abort();
      },
    });
    expect(stopped.interrupted).toBe(true);
    const report = await convert(home, maildir);
    expect([report.totals.read, report.totals.filtered, report.totals.written + stopped.totals.written]).toEqual([8, 0, 8]);
    expect(['a', 'b'].map((name) => readdirSync(join(maildir, `.${name}/cur`)).length)).toEqual([4, 4]);
  });
});

describe('verify, when somebody worked in the folder', () => {
  async function compare(source: string, root: string): Promise<Record<string, number | undefined>> {
    await using store = await openMbox(source, { fromTz: 'UTC' });
    await using target = await openMaildir(root, { namesAbsent: true });
    const ledger = readLedger(root);
    const { equal, counts, failures } = await verify(store, target, { digest: digestExactly, ledger: ledger.view, uids: true });
    ledger.close();
    return { equal, ...counts, failures };
  }
  const converted = async (): Promise<[string, string]> => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 4));
    await convert(source, maildir);
    return [source, maildir];
  };

  it('does not blame the writer for a message that the user moved away and back', async () => {
    const [source, maildir] = await converted();
    const [name = ''] = readdirSync(join(maildir, 'cur')).sort();
    renameSync(join(maildir, 'cur', name), join(maildir, 'cur/1072958409.M1P2.host,S=1:2,F'));
    const uidlist = join(maildir, 'dovecot-uidlist');
    const [header = '', , ...rest] = readFileSync(uidlist, 'utf8').split('\n');
    writeFileSync(uidlist, [header.replace(' N5', ' N10'), ...rest.slice(0, -1), '9 :1072958409.M1P2.host,S=1', ''].join('\n'));
    expect(await compare(source, maildir)).toEqual({ equal: 3, movedByUser: 1, failures: 0 });
  });

  it('tells equal messages apart: one that the user removed, one that the source has no more', async () => {
    const [source, maildir] = [fresh(), fresh()];
    const twins = (n: number): string => message(1).repeat(n);
    writeFileSync(source, twins(3));
    await convert(source, maildir);
    rmSync(join(maildir, 'cur', readdirSync(join(maildir, 'cur')).sort()[1] ?? ''));
    const uidlist = join(maildir, 'dovecot-uidlist');
    writeFileSync(uidlist, readFileSync(uidlist, 'utf8').replace(/^2 .*\n/m, ''));
    expect(await compare(source, maildir)).toEqual({ equal: 2, removedByUser: 1, failures: 0 });
    const other = fresh();
    await convert(source, other);
    writeFileSync(source, twins(2));
    await convert(source, other);
    expect(await compare(source, other)).toEqual({ equal: 2, additional: 1, failures: 0 });
  });

  it('and restore read a message whose file was compressed', async () => {
    const [source, maildir] = await converted();
    const [name = ''] = readdirSync(join(maildir, 'cur'));
    const path = join(maildir, 'cur', name);
    const { atime, mtime } = statSync(path);
    writeFileSync(path, gzipSync(readFileSync(path)));
    utimesSync(path, atime, mtime);
    expect(await compare(source, maildir)).toEqual({ equal: 4, failures: 0 });
    const { restored, refused } = restore(maildir, fresh());
    expect(refused).toEqual([]);
    expect(readFileSync(restored[0]?.path ?? '')).toEqual(readFileSync(source));
  });

  it('misses the UIDs of a folder whose uidlist is gone, and the messages of one whose cur is', async () => {
    const [source, maildir] = await converted();
    rmSync(join(maildir, 'dovecot-uidlist'));
    expect(await compare(source, maildir)).toEqual({ equal: 0, uid: 4, failures: 4 });
    const [other, second] = await converted();
    rmSync(join(second, 'cur'), { recursive: true });
    expect(await compare(other, second)).toEqual({ equal: 0, missing: 4, failures: 4 });
  });
});

describe('flags and keywords of both sides', () => {
  const file = (maildir: string): string => readdirSync(join(maildir, 'cur'))[0] ?? '';
  const rename = (maildir: string, letters: string): void =>
    renameSync(join(maildir, 'cur', file(maildir)), join(maildir, 'cur', `${file(maildir).split(':')[0]}:2,${letters}`));
  const one = (more: string): string => message(0, `X-IMAPbase: 1072915200 0000000009 boat dock pier\nX-UID: 1\n${more}`);

  it('merge: what the source changed comes, what the user changed stays', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, one('X-Keywords: boat\nStatus: RO\n'));
    await convert(source, maildir);
    expect(file(maildir)).toMatch(/:2,Sa$/u);
    // The user takes away `boat` and sets `pier` and \\Flagged; the source adds `dock` and takes away \\Seen.
    rename(maildir, 'FSc');
    writeFileSync(source, one('X-Keywords: boat dock\nStatus: O\n'));
    expect((await convert(source, maildir)).totals.updated).toBe(1);
    expect(file(maildir)).toMatch(/:2,Fbc$/u);
    expect(readFileSync(join(maildir, 'dovecot-keywords'), 'utf8')).toBe('0 boat\n1 dock\n2 pier\n');
    writeFileSync(source, one('Status: O\n'));
    await convert(source, maildir);
    expect(file(maildir)).toMatch(/:2,Fc$/u);
  });

  it('a keyword that finds no letter any more goes to the script', async () => {
    const [source, maildir] = [fresh(), fresh()];
    const names = Array.from({ length: 26 }, (_, n) => `k${n}`);
    const withKeywords = (listed: readonly string[], used: readonly string[]): string =>
      message(0, `X-IMAPbase: 1072915200 0000000009 ${listed.join(' ')}\nX-UID: 1\nX-Keywords: ${used.join(' ')}\n`);
    writeFileSync(source, withKeywords(names, names));
    await convert(source, maildir);
    writeFileSync(source, withKeywords([...names, 'late'], [...names, 'late']));
    const report = await convert(source, maildir);
    expect(report.issues.map(({ code }) => code)).toContain('KEYWORDS_EXHAUSTED');
    expect(readFileSync(join(maildir, 'mailferry-keywords.sh'), 'utf8')).toMatch(/^add 'late' [0-9a-f]{32} 1$/mu);
  });
});

function picker(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PIECES: readonly ((n: number) => string)[] = [
  (n) => message(n % 7),
  (n) => message(n, 'Status: RO\n'),
  (n) => message(n, 'X-Status: F\nX-Keywords: boat\n'),
  (n) => `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: ${n}\nContent-Length: 14\n\nFrom a boat\n\n\n\n`,
  (n) => `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: ${n}\n\nno blank line\n`,
  (n) => `From ann@example.org Thu Jan  1 12:00:00 2004\r\nSubject: ${n}\r\n\r\ncr lf\r\n\r\n`,
  () => 'From here on text\n\n',
  () => '\0\0',
  (n) =>
    message(n, 'Content-Type: multipart/mixed; boundary=b\n').replace(
      'Berth',
      '--b\n\nFrom a@b Thu Jan  1 12:00:00 2004\nSubject: x\n\n--b--\nBerth',
    ),
];

/** An mbox of many kinds of messages; its start is one that a reader knows. */
function generate(pick: (below: number) => number): string {
  const start = [
    '',
    message(0, 'X-IMAPbase: 1072915200 0000000050 boat\nX-UID: 1\n') + message(1, 'X-UID: 7\nX-Keywords: boat\n'),
    "From MAILER-DAEMON Thu Jan  1 00:00:00 2004\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1072915200 0000000050 boat\nStatus: RO\n\nThis text is part of the internal format of your mail folder.\n\n",
  ][pick(3)];
  return start + message(1) + Array.from({ length: pick(25) }, (_, n) => PIECES[pick(PIECES.length)]?.(n + 2)).join('');
}
