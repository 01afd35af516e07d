// Run again over sources that are no mbox: PSTs and trees of files. What did not change is not read, what vanished is told, and the books of nodes close.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ordinaryMail, Random, recurringAppointment, writePstFile } from '@mailferry/pst-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../../scripts/oracle/peer.ts';
import { parseLedgerLine } from '../../src/formats/ledger/line.js';
import {
  digestExactly,
  dryRun,
  type Issue,
  type MailStore,
  maildirTarget,
  mergeStores,
  openStore,
  readLedger,
  restore,
  select,
  type TransferOptions,
  type TransferReport,
  transfer,
  verify,
  withItemFiles,
} from '../../src/index.js';

const scratch: string = mkdtempSync(join(tmpdir(), 'delta-sources-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const CHECKER = fileURLToPath(new URL('../../../../scripts/verify_independent.py', import.meta.url));

let count = 0;
const fresh = (ending = ''): string => {
  count += 1;
  return join(scratch, `${count}${ending}`);
};

interface Run extends TransferOptions {
  readonly since?: number;
  readonly isDry?: boolean;
}

async function convert(sources: readonly string[], target: string, { since, isDry, ...options }: Run = {}): Promise<TransferReport> {
  const stores: MailStore[] = [];
  for (const source of sources) stores.push(await openStore(source, { fromTz: 'UTC', defers: true }));
  await using store = mergeStores(stores);
  await using maildir = withItemFiles(await maildirTarget(target, { fsync: 'none', lanes: 0 }), `${target}-items`);
  const chosen = since === undefined ? store : select(store, { since });
  return await transfer(chosen, isDry === true ? dryRun(maildir) : maildir, { fingerprint: 'a', ...options });
}

const books = ({ totals }: TransferReport): number[] => [totals.read, totals.written, totals.alreadyPresent, totals.filtered];
const gone = ({ issues }: TransferReport): number =>
  issues.find(({ code }: Pick<Issue, 'code'>) => code === 'SOURCE_MESSAGE_GONE')?.count ?? 0;

/** A PST with 6 mails in two folders and an appointment; mail `without` is left out. */
function writePst(path: string, without?: number): void {
  const random = new Random(7);
  const start = new Date(Date.UTC(2004, 4, 3, 9));
  const appointment = recurringAppointment({ subject: 'Crew', start, end: new Date(+start + 3_600_000), recurrence: Buffer.alloc(0) });
  const mails = Array.from({ length: 6 }, (_, i) => ordinaryMail(random, i, 60, []));
  writePstFile(path, {
    variant: 'unicode',
    cipher: 'permute',
    folders: [
      { name: 'Inbox', specialUse: 'inbox', messages: mails.slice(0, 4) },
      { name: 'Archive', messages: mails.slice(4).filter((_, i) => i !== without) },
      { name: 'Calendar', messages: [appointment] },
    ],
  });
}

/** The nodes of the ledger by outcome, and what the last `d` line says of them. */
function nodesOf(maildir: string): { lines: Record<string, number>; said: unknown } {
  const lines: Record<string, number> = {};
  let said: unknown;
  for (const text of readFileSync(join(maildir, 'mailferry-ledger'), 'utf8').split('\n')) {
    const line = parseLedgerLine(text);
    if (line?.kind === 'nodes') lines[line.outcome] = line.nids.length;
    if (line?.kind === 'sourceRead') said = line.nodes;
  }
  return { lines, said };
}

function isAgreed(maildir: string): boolean {
  if (!hasPeer('python3')) return true;
  execFileSync('python3', [CHECKER, maildir]);
  return true;
}

describe('a PST', () => {
  it('that did not change is not even opened, and its books stand', async () => {
    const [pst, maildir] = [fresh('.pst'), fresh()];
    writePst(pst);
    const first = await convert([pst], maildir);
    expect(books(first)).toEqual([6, 6, 0, 0]);
    expect(first.nodes).toEqual({ expected: 7, outcomes: { mail: 6, appointment: 1 } });
    const ledger = readFileSync(join(maildir, 'mailferry-ledger'));
    const { mtime, atime } = statSync(pst);
    const octets = readFileSync(pst);
    const second = await convert([pst], maildir);
    expect(books(second)).toEqual([6, 0, 6, 0]);
    expect(second.totals).toMatchObject({ bytesRead: 0, items: { read: 1, alreadyPresent: 1 } });
    expect(second.source.dialect).toBeUndefined();
    expect(second.nodes).toEqual(first.nodes);
    expect(second.folders.map(({ path, read }) => [path.join('/'), read])).toEqual([
      ['INBOX', 4],
      ['Archive', 2],
    ]);
    expect(readFileSync(join(maildir, 'mailferry-ledger')).equals(ledger)).toBe(true);
    expect((await convert([pst], maildir, { thorough: true })).totals.bytesRead).toBeGreaterThan(0);
    // Another ctime: it is read, and nothing is new.
    writeFileSync(pst, octets);
    utimesSync(pst, atime, mtime);
    const third = await convert([pst], maildir);
    expect([...books(third), gone(third)]).toEqual([6, 0, 6, 0, 0]);
    expect(third.totals.bytesRead).toBeGreaterThan(0);
    expect(isAgreed(maildir)).toBe(true);
  });

  it('has each of its message nodes in the ledger, what was filtered too, and the checker misses one that is not', async () => {
    const [pst, maildir] = [fresh('.pst'), fresh()];
    writePst(pst);
    const report = await convert([pst], maildir, { since: Date.UTC(2100, 0, 1) });
    expect(report.nodes).toEqual({ expected: 7, outcomes: { 'filtered:option': 6, appointment: 1 } });
    expect(nodesOf(maildir)).toEqual({ lines: { 'filtered:option': 6, appointment: 1 }, said: report.nodes });
    expect(isAgreed(maildir)).toBe(true);
    const path = join(maildir, 'mailferry-ledger');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/(\["n",\d+,"filtered:option",\[\d+,)6/, '$15'));
    if (hasPeer('python3')) expect(() => execFileSync('python3', [CHECKER, maildir], { stdio: 'ignore' })).toThrow('Command failed');
  });

  it('tells what vanished, dry or not, and verify shows its nodes', async () => {
    const [pst, maildir] = [fresh('.pst'), fresh()];
    writePst(pst);
    await convert([pst], maildir);
    writePst(pst, 1);
    expect(gone(await convert([pst], maildir, { isDry: true }))).toBe(1);
    const again = await convert([pst], maildir, { propagateDeletes: true });
    expect([...books(again), gone(again)]).toEqual([5, 0, 5, 0, 1]);
    expect(gone(await convert([pst], maildir, { thorough: true, propagateDeletes: true }))).toBe(0);
    await using source = await openStore(pst);
    await using target = await openStore(maildir);
    const ledger = readLedger(maildir);
    const report = await verify(source, target, { ledger: ledger.view, digest: digestExactly });
    ledger.close();
    expect(report).toMatchObject({ failures: 0, nodes: { expected: 6, outcomes: { mail: 5, appointment: 1 } } });
  });

  it('beside mboxes keeps its own counts, and restore gives the mboxes back', async () => {
    const [pst, mbox, maildir, back] = [fresh('.pst'), fresh(), fresh(), fresh()];
    writePst(pst);
    writeFileSync(mbox, 'From ann@example.org Mon Jan  6 12:00:00 2003\nSubject: x\n\nx\n\n'.repeat(3));
    const first = await convert([pst, mbox], maildir);
    const again = await convert([pst, mbox], maildir);
    expect([books(first)[0], ...books(again)]).toEqual([9, 9, 0, 9, 0]);
    expect(again.totals.bytesRead).toBe(0);
    const { restored, refused } = restore(maildir, back);
    expect([restored.length, refused]).toEqual([1, []]);
    // Only the mbox changed: the PST is not read again.
    writeFileSync(mbox, 'From ann@example.org Mon Jan  6 12:00:00 2003\nSubject: x\n\nx\n\n'.repeat(4));
    expect(books(await convert([pst, mbox], maildir))).toEqual([10, 1, 9, 0]);
  });
});

describe('a tree of files', () => {
  const text = (n: number): string => `From: ann@example.org\nDate: Mon, 6 Jan 2003 12:00:0${n} +0000\nSubject: ${n}\n\nText ${n}.\n`;
  const write = (root: string, kind: 'maildir' | 'eml' | 'mh'): ((n: number) => string) => {
    const directory = kind === 'maildir' ? join(root, 'cur') : root;
    for (const name of kind === 'maildir' ? ['cur', 'new', 'tmp', '.Sent/cur', '.Sent/new', '.Sent/tmp'] : ['sub'])
      mkdirSync(join(root, name), { recursive: true });
    const other = kind === 'maildir' ? join(root, '.Sent', 'cur') : join(root, 'sub');
    const name = (n: number): string => (kind === 'eml' ? `${n}.eml` : kind === 'mh' ? String(n) : `104185440${n}.M${n}.host:2,S`);
    for (let n = 1; n < 6; n += 1) writeFileSync(join(directory, name(n)), text(n));
    writeFileSync(join(other, name(7)), text(7));
    return (n) => join(directory, name(n));
  };

  it.each(['maildir', 'eml', 'mh'] as const)(
    '%s: what did not change is not opened; a change in place, a new file and a vanished one are seen',
    async (kind) => {
      const [root, maildir] = [fresh(), fresh()];
      const path = write(root, kind);
      expect(books(await convert([root], maildir))).toEqual([6, 6, 0, 0]);
      const unchanged = await convert([root], maildir);
      expect([...books(unchanged), unchanged.totals.bytesRead]).toEqual([6, 0, 6, 0, 0]);
      writeFileSync(path(8), text(8));
      const grown = await convert([root], maildir);
      // The folder that did not change is not read.
      expect([...books(grown), grown.totals.bytesRead]).toEqual([7, 1, 6, 0, 6 * text(1).length]);
      unlinkSync(path(2));
      const less = await convert([root], maildir);
      expect([...books(less), gone(less)]).toEqual([6, 0, 6, 0, 1]);
      writeFileSync(path(3), text(9));
      const edited = await convert([root], maildir);
      expect([...books(edited), gone(edited)]).toEqual([6, 1, 5, 0, 1]);
      if (kind === 'maildir') renameSync(path(4), `${path(4)}F`);
      else renameSync(path(4), path(6));
      const renamed = await convert([root], maildir);
      expect([...books(renamed), renamed.totals.updated, gone(renamed)]).toEqual([6, 0, 6, 0, kind === 'maildir' ? 1 : 0, 0]);
      rmSync(join(root, kind === 'maildir' ? '.Sent' : 'sub'), { recursive: true });
      expect(gone(await convert([root], maildir))).toBe(1);
    },
  );
});

describe('progress', () => {
  it('is of what will be read, and comes to its end: a PST goes by its messages, what did not change does not count', async () => {
    const [pst, mbox, target] = [fresh('.pst'), fresh('.mbox'), fresh()];
    const mails = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: ${from + i}\n\nx\n\n`).join('');
    writePst(pst);
    writeFileSync(mbox, mails(0, 4));
    const run = async (sources = [pst, mbox], into = target): Promise<number[]> => {
      const seen: number[][] = [];
      const observe: TransferOptions['observe'] = (event) => {
        if (event.type === 'progress') seen.push([Math.round(event.progress.bytesRead), event.progress.bytesTotal ?? 0]);
      };
      await convert(sources, into, { observe });
      return seen.at(-1) ?? [];
    };
    const [pstSize, mboxSize] = [pst, mbox].map((path) => statSync(path).size);
    const whole = (pstSize ?? 0) + (mboxSize ?? 0);
    // The appointment lies among the mail, and is not known before it is read.
    const mailOf = (size: number, nodes: number): number => (size * (nodes - 1)) / nodes;
    expect(await run()).toEqual([Math.round(mailOf(pstSize ?? 0, 7) + (mboxSize ?? 0)), whole]);
    const alone = fresh();
    expect(await run([mbox], alone)).toEqual([mboxSize, mboxSize]);
    writeFileSync(mbox, mails(4, 7), { flag: 'a' });
    expect(await run([mbox], alone)).toEqual([mails(4, 7).length, mails(4, 7).length]);
    expect(await run()).toEqual([mails(0, 7).length, mails(0, 7).length]);
  });
});
