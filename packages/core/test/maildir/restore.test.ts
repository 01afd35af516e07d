// The way back: every mbox comes out of Maildir, ledger and residue as it went in; what cannot come back is refused and named.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCorpus } from '../../../../scripts/oracle/peer.ts';
import {
  maildirTarget,
  openMbox,
  type RestoreReport,
  recogniseMbox,
  restore,
  select,
  type TransferOptions,
  type TransferReport,
  transfer,
} from '../../src/index.js';

let scratch: string;
let count = 0;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'restore-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const fresh = (): string => {
  count += 1;
  return join(scratch, String(count));
};

async function convert(source: string, target: string, options: TransferOptions = {}, before?: number): Promise<TransferReport> {
  await using store = await openMbox(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
  return await transfer(before === undefined ? store : select(store, { before }), maildir, options);
}

/** There and back: the octets that came back. */
async function roundTrip(source: string): Promise<{ octets: Buffer | undefined; report: RestoreReport }> {
  const [maildir, back] = [fresh(), fresh()];
  await convert(source, maildir);
  const report = restore(maildir, back);
  const path = report.restored[0]?.path;
  const octets = path === undefined ? undefined : readFileSync(path);
  for (const one of [maildir, back]) rmSync(one, { recursive: true, force: true });
  return { octets, report };
}

const message = (n: number): string =>
  `From ann@example.org Thu Jan  ${1 + (n % 9)} 12:00:00 2004\nSubject: ${n}\nStatus: RO\n\nBerth ${n}\n\n`;
const mboxOf = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => message(from + i)).join('');

function mboxesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0 && recogniseMbox(readFileSync(path).subarray(0, 65_536)) !== undefined);
}

describe('restore', () => {
  it('brings back every fixture, octet by octet', { timeout: 120_000 }, async () => {
    const paths = mboxesIn('test-fixtures/mbox');
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      const { octets, report } = await roundTrip(path);
      expect(report.refused, path).toEqual([]);
      expect(octets?.equals(readFileSync(path)), path).toBe(true);
    }
  });

  it.runIf(hasCorpus('../shared/corpus/mbox'))('brings back every mbox of the corpus', { timeout: 300_000 }, async () => {
    const paths = mboxesIn('../shared/corpus/mbox');
    for (const path of paths) {
      const { octets, report } = await roundTrip(path);
      expect(report.refused, path).toEqual([]);
      expect(octets?.equals(readFileSync(path)), path).toBe(true);
    }
  });

  it('brings back whatever a generator strings together', { timeout: 120_000 }, async () => {
    const pieces = [
      'From ',
      '\n',
      '\r\n',
      'From a@b Thu Jan  1 12:00:00 2004\n',
      'Subject: x\n',
      '>From y\n',
      'X-UID: 7\n',
      'Status: RO\n',
      '\0',
      'é',
      'text\n',
    ];
    let state = Number(process.env['SEED'] ?? 1);
    const pick = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const rounds = Number(process.env['RESTORES'] ?? 200);
    for (let round = 0; round < rounds; round += 1) {
      const text = Array.from({ length: pick(40) + 1 }, () => pieces[pick(pieces.length)]).join('');
      const path = fresh();
      writeFileSync(path, `From a@b Thu Jan  1 12:00:00 2004\n${text}`, 'latin1');
      const { octets, report } = await roundTrip(path);
      expect(report.refused, text).toEqual([]);
      expect(octets?.equals(readFileSync(path)), text).toBe(true);
      rmSync(path);
    }
  });

  it('unpacks what was compressed, and keeps the tree', async () => {
    const [home, maildir, back] = [fresh(), fresh(), fresh()];
    mkdirSync(join(home, 'lists'), { recursive: true });
    writeFileSync(join(home, 'inbox'), mboxOf(0, 3));
    writeFileSync(join(home, 'lists/boats.gz'), gzipSync(mboxOf(3, 5)));
    await convert(home, maildir);
    expect(restore(maildir, back).refused).toEqual([]);
    expect(readFileSync(join(back, 'inbox'), 'utf8')).toBe(mboxOf(0, 3));
    expect(readFileSync(join(back, 'lists/boats'))).toEqual(gunzipSync(readFileSync(join(home, 'lists/boats.gz'))));
  });

  it('holds filtered messages in the residue, and finds messages that a client has flagged and moved out of new/', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 9).replace('Status: RO\n', ''));
    await convert(source, maildir, {}, Date.UTC(2004, 0, 6));
    for (const part of ['cur', 'new'])
      for (const name of readdirSync(join(maildir, part)))
        renameSync(join(maildir, part, name), join(maildir, 'cur', `${name.split(':')[0]}:2,FRS`));
    expect(restore(maildir, back).restored).toHaveLength(1);
    expect(readFileSync(join(back, source.slice(scratch.length + 1))).equals(readFileSync(source))).toBe(true);
  });

  it('finds what the user moved to another folder, as Dovecot names it there', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 6) + message(2));
    await convert(source, maildir);
    const names = readdirSync(join(maildir, 'cur')).sort();
    for (const [n, folder] of [
      [0, '.Trash'],
      [2, '.Kept.2004'],
      [3, '.Trash'],
    ] as const) {
      mkdirSync(join(maildir, folder, 'cur'), { recursive: true });
      const size = statSync(join(maildir, 'cur', names[n] ?? '')).size;
      const name = n === 3 ? '1795313616.M9P9.host:2,S' : `1795313616.M${n}P9.host,S=${size},W=${size + 3}:2,S`;
      renameSync(join(maildir, 'cur', names[n] ?? ''), join(maildir, folder, 'cur', name));
    }
    expect(restore(maildir, back).refused).toEqual([]);
    expect(readFileSync(join(back, source.slice(scratch.length + 1))).equals(readFileSync(source))).toBe(true);
  });

  it('refuses when an octet of the residue was changed', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 6));
    await convert(source, maildir);
    const path = join(maildir, 'mailferry-residue');
    const whole = readFileSync(path);
    for (let at = 20; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      writeFileSync(path, changed);
      expect(restore(maildir, fresh()).restored, `octet ${at}`).toEqual([]);
    }
  });

  it('refuses and names what is no longer there or was altered, and overwrites nothing', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 4));
    await convert(source, maildir);
    const [first = '', second = ''] = readdirSync(join(maildir, 'cur')).sort();
    rmSync(join(maildir, 'cur', first));
    writeFileSync(join(maildir, 'cur', second), readFileSync(join(maildir, 'cur', second), 'latin1').replace('Berth', 'berth'));
    expect(restore(maildir, back)).toEqual({
      restored: [],
      refused: [
        {
          source,
          missing: [
            'offset 0, UID 1: the message is no longer in the Maildir',
            `offset ${message(0).length}, UID 2: the message was altered`,
          ],
        },
      ],
    });
    const place = join(back, source.slice(scratch.length + 1));
    expect(existsSync(place)).toBe(false);
    writeFileSync(place, 'mine');
    expect(() => restore(maildir, back)).toThrow(expect.objectContaining({ code: 'RESTORE_EXISTS' }));
    expect(readFileSync(place, 'utf8')).toBe('mine');
    expect(() => restore(back, fresh())).toThrow(expect.objectContaining({ code: 'RESTORE_NO_LEDGER' }));
  });

  it('takes away what a killed run left, which does not have the name of the original', async () => {
    const [home, maildir, back] = [fresh(), fresh(), fresh()];
    mkdirSync(home);
    writeFileSync(join(home, 'box'), message(1) + message(2));
    await convert(join(home, 'box'), maildir);
    mkdirSync(back);
    for (const number of [0, 1])
      writeFileSync(join(back, `.mailferry-${number}.partial`), 'half of it, and longer than the whole '.repeat(99));
    const { restored, refused } = restore(maildir, back);
    expect([restored.length, refused]).toEqual([1, []]);
    expect(readFileSync(join(back, 'box'), 'utf8')).toBe(message(1) + message(2));
    expect(readdirSync(back)).toHaveLength(2);
    writeFileSync(join(back, 'box'), 'kept');
    expect(() => restore(maildir, back)).toThrow(expect.objectContaining({ code: 'RESTORE_EXISTS' }));
  });

  it('refuses a ledger whose paths lead elsewhere', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 1));
    await convert(source, maildir);
    const ledger = join(maildir, 'mailferry-ledger');
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replaceAll(`${scratch}/`, '/x/../../'));
    expect(() => restore(maildir, fresh())).toThrow(expect.objectContaining({ code: 'RESTORE_PATH_UNSAFE' }));
  });

  it('gives nothing back without a residue', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 2));
    await convert(source, maildir, { residue: false });
    expect(restore(maildir, back).refused[0]?.missing[0]).toBe(`octets 0 to ${message(0).indexOf('Subject')}: no record holds them`);
  });
});

describe('the same run again', () => {
  const books = ({ totals }: TransferReport) => [totals.read, totals.written, totals.alreadyPresent, totals.filtered];

  it('does not read what did not change, and its books still balance', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 9));
    const options = { fingerprint: 'a' };
    expect(books(await convert(source, maildir, options, Date.UTC(2004, 0, 6)))).toEqual([9, 5, 0, 4]);
    const ledger = readFileSync(join(maildir, 'mailferry-ledger'));
    const again = await convert(source, maildir, options, Date.UTC(2004, 0, 6));
    expect([books(again), again.totals.bytesRead]).toEqual([[9, 0, 5, 4], 0]);
    expect(readFileSync(join(maildir, 'mailferry-ledger')).equals(ledger)).toBe(true);
    const thorough = await convert(source, maildir, { ...options, thorough: true }, Date.UTC(2004, 0, 6));
    expect([books(thorough), thorough.totals.bytesRead]).toEqual([[9, 0, 5, 4], mboxOf(0, 9).length]);
    expect(books(await convert(source, maildir, { fingerprint: 'b' }))).toEqual([9, 4, 5, 0]);
  });

  it('brings what was appended, and restores the source as it is now', async () => {
    const [source, maildir, back] = [fresh(), fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 5));
    await convert(source, maildir, { fingerprint: 'a' });
    const grown = mboxOf(0, 8).replace('Status: RO', 'Status: O');
    writeFileSync(source, grown);
    expect(books(await convert(source, maildir, { fingerprint: 'a' }))).toEqual([8, 3, 5, 0]);
    expect(restore(maildir, back).refused).toEqual([]);
    expect(readFileSync(join(back, source.slice(scratch.length + 1)), 'utf8')).toBe(grown);
  });

  it('reads a file again that a run before did not finish', async () => {
    const [source, maildir] = [fresh(), fresh()];
    writeFileSync(source, mboxOf(0, 5));
    const stop = AbortSignal.abort();
    await convert(source, maildir, { fingerprint: 'a', signal: stop });
    const again = await convert(source, maildir, { fingerprint: 'a' });
    expect(again.totals.read).toBe(5);
  });
});
