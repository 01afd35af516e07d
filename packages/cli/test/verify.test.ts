import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Difference, digestExactly, isFailure, maildirTarget, openStore, readLedger, transfer, verify } from '@mailferry/core';
import { describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.ts';
import { viewOf } from '../src/ui/verify-run.js';
import { HOME_FIXTURE, jsonLines, mailferry, mboxMessage, mboxOf, temporary } from './run-program.js';

const filesOf = (maildir: string): string[] => readdirSync(join(maildir, 'cur')).sort();

/** Bodies that differ, so that no two messages are twins. */
const source = (count: number): string => Array.from({ length: count }, (_, i) => mboxMessage(i, `Berth ${i} is free.`)).join('');

async function convertHere(mbox: string, maildir: string): Promise<void> {
  await using store = await openStore(mbox, { fromTz: 'UTC' });
  await using target = await maildirTarget(maildir, { fsync: 'none' });
  await transfer(store, target);
}

async function differences(mbox: string, root: string): Promise<Difference[]> {
  const found: Difference[] = [];
  await using store = await openStore(mbox, { fromTz: 'UTC' });
  const ledger = readLedger(root);
  const { target, stored } = await viewOf(store, root, ledger);
  await verify(store, target, {
    digest: digestExactly,
    stored,
    ...(ledger.layout === undefined ? {} : { ledger: ledger.view }),
    observe: (difference) => found.push(difference),
  });
  ledger.close();
  return found;
}

describe('restore', () => {
  it('brings the mbox back, and says what it refuses', async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(mbox, source(5));
    await mailferry(['convert', '-q', mbox, maildir]);
    const run = await mailferry(['restore', maildir, directory.of('back')]);
    expect([run.status, readFileSync(directory.of('back/mbox'), 'utf8') === source(5)]).toEqual([0, true]);
    rmSync(join(maildir, 'cur', filesOf(maildir)[0] ?? ''));
    const refused = await mailferry(['restore', '--json', maildir, directory.of('again')]);
    expect(refused.status).toBe(1);
    expect(jsonLines(refused.stdout)).toMatchObject([
      { type: 'refused', missing: ['offset 0, UID 1: the message is no longer in the Maildir'] },
      { type: 'summary', restored: 0, refused: 1, exitStatus: 1 },
    ]);
  });

  it('says which of its arguments the Maildir is', async () => {
    const absent = await mailferry(['restore', 'nowhere', 'back']);
    expect([absent.status, absent.stderr]).toEqual([66, expect.stringContaining('the Maildir is the first argument')]);
  });
});

describe('verify', () => {
  it('says that all is there, with a ledger and without', async () => {
    using directory = temporary();
    const [home, maildir] = [HOME_FIXTURE, directory.of('Maildir')];
    const convert = await mailferry(['convert', '--verify', home, maildir]);
    expect([convert.status, convert.stdout.split('\n').slice(-3)]).toEqual([
      0,
      ['All 21 messages of the source are in the target, octet by octet', '      21  equal in all respects', ''],
    ]);
    rmSync(join(maildir, 'mailferry-ledger'));
    const run = await mailferry(['verify', '--json', home, maildir]);
    expect(run.status).toBe(0);
    expect(jsonLines(run.stdout)).toMatchObject([{ type: 'summary', expected: 21, equal: 21, failures: 0, ledger: false }]);
  });

  it('does not say that all is there where nothing should be', async () => {
    using directory = temporary();
    const [empty, maildir] = [directory.of('empty'), directory.of('Maildir')];
    writeFileSync(empty, '');
    await mailferry(['convert', empty, maildir]);
    const run = await mailferry(['verify', empty, maildir]);
    expect([run.status, run.stdout.split('\n')[0]]).toEqual([0, 'The source has no message that should be in the target']);
  });

  it('after a conversion stands before the summary, which has the status of both', async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(mbox, source(3));
    const good = jsonLines((await mailferry(['convert', '--json', '--verify', mbox, maildir])).stdout);
    expect(good.map(({ type }) => type).slice(-3)).toEqual(['folder', 'verify', 'summary']);
    expect(good.slice(-2)).toMatchObject([
      { expected: 3, equal: 3, exitStatus: 0 },
      { totals: { written: 3 }, exitStatus: 0 },
    ]);
    const [name = ''] = filesOf(maildir);
    writeFileSync(join(maildir, 'cur', name), 'From: somebody@example.org\n\nelse\n');
    const run = await mailferry(['convert', '--json', '--verify', mbox, maildir]);
    const bad = jsonLines(run.stdout);
    expect(run.status).toBe(1);
    expect(bad.map(({ type }) => type).slice(-3)).toEqual(['difference', 'verify', 'summary']);
    expect(bad.slice(-2)).toMatchObject([{ exitStatus: 1 }, { outcome: 'complete', exitStatus: 1 }]);
  });

  it('finds folders again whose names the Maildir cannot hold', async () => {
    using directory = temporary();
    const map = directory.of('map');
    writeFileSync(map, 'INBOX = a.b/c~\n');
    writeFileSync(directory.of('mbox'), mboxOf(2));
    const args = ['--folder-map', map, directory.of('mbox'), directory.of('Maildir')];
    expect((await mailferry(['convert', ...args])).status).toBe(0);
    expect((await mailferry(['verify', ...args])).status).toBe(0);
    rmSync(directory.of('Maildir/mailferry-ledger'));
    expect((await mailferry(['verify', ...args])).status).toBe(0);
  });

  it('names what is missing, altered, doubled and dated otherwise, and fails', async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(mbox, source(8));
    await mailferry(['convert', '-q', mbox, maildir]);
    const [first = '', second = '', third = '', fourth = ''] = filesOf(maildir).map((name) => join(maildir, 'cur', name));
    const { mtime } = statSync(second);
    rmSync(first);
    writeFileSync(second, readFileSync(second, 'latin1').replace('free', 'full'));
    utimesSync(second, mtime, mtime);
    copyFileSync(third, `${third}T`.replace(/\.M\d+/, '.M99'));
    utimesSync(fourth, 5, 5);
    const run = await mailferry(['verify', '--json', mbox, maildir]);
    expect(run.status).toBe(1);
    const lines = jsonLines(run.stdout);
    const kinds = lines.filter(({ type }) => type === 'difference').map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['altered', 'date', 'doubled', 'missing']);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', exitStatus: 1, expected: 8, equal: 5 });
    expect((await mailferry(['verify', mbox, maildir])).stderr).toContain('missing: INBOX offset:0, file:');
  });

  it('counts signatures before and after, and the conversion heals what mboxo broke', async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    const text = 'From here on the sea is calm.';
    const bh = createHash('sha256').update(`${text}\r\n`).digest('base64');
    const signed = mboxMessage(1, `>${text}`).replace(
      '\nSubject:',
      `\nDKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; h=from; bh=${bh}; b=AA==\nSubject:`,
    );
    writeFileSync(mbox, signed + mboxMessage(2, `>${text}`));
    await mailferry(['convert', '-q', mbox, maildir]);
    const run = await mailferry(['verify', '--signatures', mbox, maildir]);
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('DKIM body hashes that hold: 0 of 1 before, 1 of 1 after')]);
    const bodies = filesOf(maildir).map((name) =>
      readFileSync(join(maildir, 'cur', name), 'latin1')
        .split('\n\n')[1]
        ?.trim(),
    );
    expect(bodies).toEqual([text, `>${text}`]);
  });

  it('refuses standard input, which is gone when it was read', async () => {
    const run = await mailferry(['verify', '-', 'x']);
    expect([run.status, run.stderr.split('\n')[0]]).toEqual([64, 'error[USAGE]: standard input cannot be compared']);
  });
});

/** A generator with a seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Undo = () => void;

/** Ways to spoil one thing on either side, each with what takes it back. */
const TAMPERS: Readonly<Record<string, (place: { mbox: string; maildir: string; pick: (below: number) => number }) => Undo>> = {
  flipTarget: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const path = join(maildir, 'cur', names[pick(names.length)] ?? '');
    return flip(path, pick);
  },
  flipSource: ({ mbox, pick }) => {
    const octets = readFileSync(mbox);
    // A From_ line is residue but for its date; an octet of a body is content whatever it becomes.
    const at = octets.indexOf('Berth', pick(octets.length - 400));
    return flip(mbox, () => (at < 0 ? octets.indexOf('Berth') : at));
  },
  dropSource: ({ mbox, pick }) => edit(mbox, (messages) => messages.toSpliced(pick(messages.length), 1)),
  doubleSource: ({ mbox, pick }) => edit(mbox, (messages) => [...messages, messages[pick(messages.length)] ?? '']),
  flagSource: ({ mbox, pick }) => editOne(mbox, pick, (message) => message.replace('\nSubject:', '\nX-Status: F\nSubject:')),
  dateSource: ({ mbox, pick }) => editOne(mbox, pick, (message) => message.replace(/ 12:00:00 /, ` 12:00:${10 + pick(50)} `)),
  drop: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const path = join(maildir, 'cur', names[pick(names.length)] ?? '');
    const [octets, { mtime }] = [readFileSync(path), statSync(path)];
    rmSync(path);
    return () => {
      writeFileSync(path, octets);
      utimesSync(path, mtime, mtime);
    };
  },
  double: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const name = names[pick(names.length)] ?? '';
    const copy = join(maildir, 'cur', name.replace(/\.M\d+/, '.M77'));
    copyFileSync(join(maildir, 'cur', name), copy);
    return () => rmSync(copy);
  },
  flag: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const path = join(maildir, 'cur', names[pick(names.length)] ?? '');
    const other = `${path}F`;
    renameSync(path, other);
    return () => renameSync(other, path);
  },
  date: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const path = join(maildir, 'cur', names[pick(names.length)] ?? '');
    const { mtime } = statSync(path);
    utimesSync(path, mtime.getTime() / 1000 - 1 - pick(1e6), mtime.getTime() / 1000 - 1 - pick(1e6));
    return () => utimesSync(path, mtime, mtime);
  },
  carriageReturn: ({ maildir, pick }) => {
    const names = filesOf(maildir);
    const path = join(maildir, 'cur', names[pick(names.length)] ?? '');
    const [octets, { mtime }] = [readFileSync(path), statSync(path)];
    writeFileSync(path, octets.toString('latin1').replace('\n', '\r\n'), 'latin1');
    utimesSync(path, mtime, mtime);
    return () => {
      writeFileSync(path, octets);
      utimesSync(path, mtime, mtime);
    };
  },
};

/** Rewrites an mbox, message by message. */
function edit(mbox: string, change: (messages: string[]) => string[]): Undo {
  const octets = readFileSync(mbox);
  writeFileSync(mbox, change(octets.toString('latin1').split(/^(?=From ann@)/m)).join(''), 'latin1');
  return () => writeFileSync(mbox, octets);
}

function editOne(mbox: string, pick: (below: number) => number, change: (message: string) => string): Undo {
  return edit(mbox, (messages) => {
    const at = pick(messages.length);
    return messages.map((message, i) => (i === at ? change(message) : message));
  });
}

function flip(path: string, pick: (below: number) => number): Undo {
  const [octets, { mtime }] = [readFileSync(path), statSync(path)];
  const spoilt = Buffer.from(octets);
  const at = pick(octets.length);
  spoilt[at] = (spoilt[at] ?? 0) ^ 1;
  writeFileSync(path, spoilt);
  utimesSync(path, mtime, mtime);
  return () => {
    writeFileSync(path, octets);
    utimesSync(path, mtime, mtime);
  };
}

const CHECKER = fileURLToPath(new URL('../../../scripts/verify_independent.py', import.meta.url));

describe.runIf(hasPeer('python3'))('the independent checker', () => {
  it('comes to the same verdict on clean and on tampered pairs', { timeout: 120_000 }, async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(mbox, source(12));
    await convertHere(mbox, maildir);
    const pick = random(Number(process.env['SEED'] ?? 2));
    const agree = async (what: string): Promise<boolean> => {
      const ours = (await differences(mbox, maildir)).some(({ kind }) => isFailure(kind));
      const { status, stderr } = spawnSync('python3', [CHECKER, maildir], { encoding: 'utf8' });
      expect([status, stderr], what).toEqual([ours ? 1 : 0, '']);
      return ours;
    };
    expect(await agree('clean')).toBe(false);
    for (const [kind, tamper] of Object.entries(TAMPERS)) {
      const undo = tamper({ mbox, maildir, pick });
      // What the source gained or lost since, the ledger does not know; flags a user may change.
      if (/^(?:drop|double|flag|date)Source$/.test(kind)) expect(await differences(mbox, maildir), kind).not.toEqual([]);
      else expect(await agree(kind), kind).toBe(kind !== 'flag');
      undo();
    }
    expect(await agree('clean again')).toBe(false);
  });
});

describe('a tampered pair', () => {
  it('is named every time, whatever was done to either side', {
    timeout: 120_000 + 1000 * Number(process.env['TAMPERS'] ?? 0),
  }, async () => {
    using directory = temporary();
    const [mbox, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(mbox, source(12));
    await convertHere(mbox, maildir);
    const rounds = Number(process.env['TAMPERS'] ?? 154);
    const pick = random(Number(process.env['SEED'] ?? 1));
    const kinds = Object.keys(TAMPERS);
    for (let round = 0; round < rounds; round += 1) {
      const kind = kinds[round % kinds.length] ?? '';
      const undo = TAMPERS[kind]?.({ mbox, maildir, pick });
      expect(await differences(mbox, maildir), `${kind}, round ${round}`).not.toEqual([]);
      undo?.();
      if (round % 10 === 0) expect(await differences(mbox, maildir), `after ${kind}, round ${round}`).toEqual([]);
    }
  });
});
