import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  digestCrlf,
  diskError,
  dryRun,
  type Folder,
  IdentityCounter,
  type MaildirTargetOptions,
  type MailTarget,
  MemoryContent,
  type Message,
  maildirTarget,
  type TransferReport,
  transfer,
  withItemFiles,
} from '../../src/index.js';
import { sampleStore } from '../conformance/targets.js';
import { listOf, readMaildir, textOf, uidlist } from './read-maildir.js';

let home: string;
let root: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-merge-'));
  root = join(home, 'Maildir');
});
afterEach(() => rmSync(home, { recursive: true }));

/** Messages of INBOX, `count` of them, each changed by `change`. */
function inbox(count: number, change: (i: number) => Partial<Message> = () => ({})): Message[] {
  const identities = new IdentityCounter();
  return Array.from({ length: count }, (_, i) => {
    const content = new MemoryContent(Buffer.from(`Subject: ${i}\n\nbody\n`));
    const folder = change(i).folder ?? ['INBOX'];
    return {
      identity: identities.identity(folder, digestCrlf(content.chunks()).sha256),
      sourceId: `offset:${i}`,
      folder,
      content,
      flags: new Set(['\\Seen']),
      internalDate: Date.UTC(2004, 0, 1 + i),
      dateSource: 'fromLine',
      issues: [],
      ...change(i),
    };
  });
}

async function convert(
  messages: readonly Message[],
  folders: readonly Folder[],
  options: MaildirTargetOptions = {},
): Promise<TransferReport> {
  await using target = await maildirTarget(root, { fsync: 'none', ...options });
  return await transfer(sampleStore(messages, folders), target);
}

/** As {@link convert}, with a commit after each message if the target lets it. */
async function convertOneByOne(
  messages: readonly Message[],
  { stopAfter = messages.length, decorate = (target: MailTarget): MailTarget => target } = {},
): Promise<TransferReport> {
  await using target = decorate(await maildirTarget(root, { fsync: 'none' }));
  const stop = new AbortController();
  const batches = async function* (): AsyncGenerator<readonly Message[]> {
    for (const [index, message] of messages.entries()) {
      if (index + 1 === stopAfter) stop.abort();
      yield [message];
    }
  };
  const options = stopAfter < messages.length ? { signal: stop.signal } : {};
  return await transfer(Object.assign(sampleStore(messages, [INBOX]), { batches }), target, { commitIntervalMs: -1, ...options });
}

async function* batchOf(messages: readonly Message[]): AsyncGenerator<readonly Message[]> {
  yield messages;
}

const INBOX: Folder = { path: ['INBOX'], uidValidity: 1000, uidNext: 50 };
const codes = (report: TransferReport): Record<string, number> => Object.fromEntries(report.issues.map(({ code, count }) => [code, count]));

describe('UIDs', () => {
  it('keeps those of the source in a new folder, and its next UID', async () => {
    await convert(
      inbox(3, (i) => ({ uid: 7 * (i + 1), pop3Uidl: `u${i}` })),
      [INBOX],
    );
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(/^3 V1000 N50 G[0-9a-f]{32}\n7 Pu0 :.*\n14 Pu1 :.*\n21 Pu2 :.*\n$/);
  });

  it('lets the UIDVALIDITY of the target win, and goes on after its UIDs: UIDVALIDITY_REPLACED, UID_REASSIGNED', async () => {
    mkdirSync(join(root, 'cur'), { recursive: true });
    mkdirSync(join(root, 'new'));
    mkdirSync(join(root, 'tmp'));
    writeFileSync(join(root, 'cur', '5.M1P2.host,S=1:2,S'), 'x');
    writeFileSync(join(root, 'dovecot-uidlist'), '3 V77 N3 G00112233445566778899aabbccddeeff\n9 :5.M1P2.host,S=1\n');
    const report = await convert(
      inbox(2, (i) => ({ uid: i + 1, pop3Uidl: `u${i}` })),
      [INBOX],
    );
    expect(codes(report)).toMatchObject({ UIDVALIDITY_REPLACED: 1, UID_REASSIGNED: 2 });
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(
      /^3 V77 N12 G00112233445566778899aabbccddeeff\n9 :5.M1P2.host,S=1\n10 Pu0 :.*\n11 Pu1 :.*\n$/,
    );
    expect(listOf(join(root, 'cur'))).toContain('5.M1P2.host,S=1:2,S');
  });

  /** Subject and UID, in the order of the uidlist. */
  const places = (): [string, number][] =>
    uidlist(root).map(({ uid, base }) => {
      const name = listOf(join(root, 'cur')).find((file) => file.startsWith(base)) ?? '';
      return [/^Subject: (.*)/.exec(textOf(join(root, 'cur', name)))?.[1] ?? '', uid];
    });

  it('puts a message without a UID behind all that have one, and costs them nothing', async () => {
    const uids = [undefined, 2, undefined, 9, 10, undefined];
    const messages = inbox(6, (i) => (uids[i] === undefined ? {} : { uid: uids[i] }));
    const report = await convertOneByOne(messages);
    expect(codes(report)).not.toHaveProperty('UID_REASSIGNED');
    expect(places()).toEqual(Object.entries({ 1: 2, 3: 9, 4: 10, 0: 50, 2: 51, 5: 52 }).sort(([, a], [, b]) => a - b));
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(/^3 V1000 N53 /);
    // what comes later has no UID below those that were given
    await convert([...messages, ...inbox(7, () => ({ uid: 53 })).slice(6)], [{ ...INBOX, uidNext: 54 }]);
    expect(places().at(-1)).toEqual(['6', 53]);
  });

  it('waits with a commit for it also where what is not mail is kept beside the Maildir, as the command does', async () => {
    const messages = inbox(3, (i) => (i === 0 ? {} : { uid: i + 1 }));
    const report = await convertOneByOne(messages, { decorate: (target) => withItemFiles(target, `${root}-items`) });
    expect(codes(report)).not.toHaveProperty('UID_REASSIGNED');
    expect(places()).toEqual([
      ['1', 2],
      ['2', 3],
      ['0', 50],
    ]);
  });

  it('leaves it to the next run when this one is stopped midway', async () => {
    const uids = [1, undefined, 3, 4, 5];
    const messages = inbox(5, (i) => (uids[i] === undefined ? {} : { uid: uids[i] }));
    const stopped = await convertOneByOne(messages, { stopAfter: 3, decorate: (target) => withItemFiles(target, `${root}-items`) });
    expect([stopped.interrupted, stopped.totals.read, stopped.totals.written]).toEqual([true, 2, 2]);
    expect(places()).toEqual(Object.entries({ 0: 1, 2: 3 }));
    expect(listOf(join(root, 'cur')).length).toBe(2);
    const report = await convertOneByOne(messages);
    expect([report.totals.written, report.totals.alreadyPresent]).toEqual([3, 2]);
    expect(codes(report)).not.toHaveProperty('UID_REASSIGNED');
    expect(places()).toEqual(Object.entries({ 0: 1, 2: 3, 3: 4, 4: 5, 1: 50 }).sort(([, a], [, b]) => a - b));
  });

  it('moves those without a UID too when mail arrives meanwhile', async () => {
    await convert(inbox(1), [INBOX]);
    await using target = await maildirTarget(root, { fsync: 'none' });
    const messages = inbox(4, (i) => (i === 3 ? { uid: 60 } : {}));
    await target.createFolder({ ...INBOX, uidNext: 70 });
    for await (const delivery of target.deliver(batchOf(messages), await target.ledger())) expect(delivery.status).not.toBe('failed');
    const [head = '', ...lines] = textOf(join(root, 'dovecot-uidlist')).split('\n');
    writeFileSync(join(root, 'dovecot-uidlist'), `${[head.replace(/N\d+/, 'N66'), ...lines.slice(0, -1), '65 :9.M1P1.host'].join('\n')}\n`);
    await target.commit();
    expect(places().filter(([subject]) => subject !== '')).toEqual(
      Object.entries({ 0: 50, 3: 66, 1: 70, 2: 71 }).sort(([, a], [, b]) => a - b),
    );
  });

  it('gives later UIDs when mail arrives between staging and commit', async () => {
    await convert(
      inbox(1, () => ({ uid: 5 })),
      [INBOX],
    );
    await using target = await maildirTarget(root, { fsync: 'none' });
    const store = sampleStore(
      inbox(3, (i) => ({ uid: 50 + i })),
      [INBOX],
    );
    const whole = { ...target, ledger: () => target.ledger(), createFolder: (f: Folder) => target.createFolder(f) };
    const report = await transfer(store, {
      ...whole,
      format: 'maildir',
      location: root,
      get issues() {
        return target.issues;
      },
      deliver: (batches, last) => target.deliver(batches, last),
      commit: async () => {
        const [head = '', ...lines] = textOf(join(root, 'dovecot-uidlist')).split('\n');
        if (lines.length < 4) {
          const arrived = head.replace(/N\d+/, 'N61');
          writeFileSync(join(root, 'dovecot-uidlist'), `${[arrived, ...lines.slice(0, -1), '60 :9.M1P1.host'].join('\n')}\n`);
        }
        await target.commit();
      },
      [Symbol.asyncDispose]: async () => {},
    });
    expect(codes(report)).toMatchObject({ UID_REASSIGNED: 1 });
    expect(uidlist(root).map(({ uid }) => uid)).toEqual([5, 60, 61, 62]);
    expect(textOf(join(root, 'mailferry-ledger'))).toMatch(/\["m",0,"[^"]*",62,/);
  });

  /** A Maildir with two messages of another program, and this list. */
  const withList = (name: string, list: string): void => {
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(root, part), { recursive: true });
    for (const n of [1, 2]) writeFileSync(join(root, 'cur', `${n}.M${n}.host:2,S`), `Subject: old ${n}\n\nx\n`);
    writeFileSync(join(root, name), list);
  };

  it('keeps the order of a uidlist whose UIDs fall: UIDLIST_BROKEN', async () => {
    withList('dovecot-uidlist', '3 V1000 N5 G00112233445566778899aabbccddeeff\n9 :1.M1.host\n3 :2.M2.host\n');
    expect(codes(await convert(inbox(2), [INBOX]))).toEqual({ UIDLIST_BROKEN: 1 });
    expect(uidlist(root).map(({ uid }) => uid)).toEqual([9, 50, 51]);
    expect(codes(await convert(inbox(3), [INBOX]))).toEqual({});
  });

  it('gives no UID above 32 bits: TARGET_UIDS_EXHAUSTED', async () => {
    const list = '3 V77 N4294967293 G00112233445566778899aabbccddeeff\n9 :1.M1.host\n4294967292 :2.M2.host\n';
    withList('dovecot-uidlist', list);
    await expect(convert(inbox(3), [INBOX])).rejects.toMatchObject({ code: 'TARGET_UIDS_EXHAUSTED' });
    expect(textOf(join(root, 'dovecot-uidlist'))).toBe(list);
    expect(listOf(join(root, 'cur'))).toHaveLength(2);
    expect((await convert(inbox(2), [INBOX])).totals).toMatchObject({ written: 2 });
    expect(uidlist(root).at(-1)).toMatchObject({ uid: 4294967294 });
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(/^3 V77 N4294967295 /);
  });

  it('takes over the UIDs that Courier gave: UIDS_OF_COURIER', async () => {
    withList('courierimapuiddb', '1 77 12\n3 1.M1.host\n9 2.M2.host\n');
    expect(codes(await convert(inbox(1), [INBOX]))).toEqual({ UIDS_OF_COURIER: 1, UIDVALIDITY_REPLACED: 1 });
    expect(uidlist(root).map(({ uid, base }) => [uid, base.slice(0, 5)])).toMatchObject([
      [3, '1.M1.'],
      [9, '2.M2.'],
      [12, '10729'],
    ]);
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(/^3 V77 N13 G[0-9a-f]{32}\n/);
    rmSync(join(root, 'dovecot-uidlist'));
    writeFileSync(join(root, 'courierimapuiddb'), 'rubbish\n');
    expect(codes(await convert(inbox(2), [INBOX]))).toHaveProperty('UIDS_OF_COURIER');
  });

  it('keeps what it can of a broken uidlist: UIDLIST_BROKEN', async () => {
    await convert(inbox(2), [INBOX]);
    const path = join(root, 'dovecot-uidlist');
    writeFileSync(path, `${textOf(path)}rubbish\n60 :torn`);
    const report = await convert(inbox(3), [INBOX]);
    expect(codes(report)).toMatchObject({ UIDLIST_BROKEN: 1 });
    expect(uidlist(root).map(({ uid }) => uid)).toEqual([50, 51, 52]);
    expect(textOf(path)).not.toContain('rubbish');
  });

  it('drops a UIDL that POP3 cannot carry: UIDL_DROPPED', async () => {
    const report = await convert(
      inbox(1, () => ({ pop3Uidl: 'with space' })),
      [INBOX],
    );
    expect(codes(report)).toEqual({ UIDL_DROPPED: 1 });
    expect(uidlist(root)[0]?.fields).toEqual([]);
  });

  it.each(['', '\x00\xff\n', '2 V1 N1\n'])('begins a new uidlist where the old one is none, and says so: %j', async (text) => {
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(root, part), { recursive: true });
    writeFileSync(join(root, 'dovecot-uidlist'), text);
    const report = await convert(inbox(1), [INBOX]);
    expect(codes(report)).toEqual({ UIDLIST_BROKEN: 1 });
    expect(textOf(join(root, 'dovecot-uidlist'))).toMatch(/^3 V1000 N51 G[0-9a-f]{32}\n50 :.*\n$/);
  });

  it('name order is UID order, whatever the dates', async () => {
    await convert(
      inbox(40, (i) => ({ internalDate: Date.UTC(2004, 0, 1) - ((i * 7919) % 40) * 86_400_000 })),
      [INBOX],
    );
    const order = uidlist(root).map(({ base }) => base.split('.M').map((part) => Number.parseInt(part, 10)));
    for (const [i, [seconds = 0, counter = 0]] of order.entries()) {
      const [before = 0, last = -1] = order[i - 1] ?? [];
      expect(seconds > before || (seconds === before && counter > last)).toBe(true);
    }
  });
});

describe('merging', () => {
  it('what the user changed stays, what the source changed comes over, what was removed stays away', async () => {
    await convert(inbox(4), [INBOX]);
    const files = listOf(join(root, 'cur'));
    const [first = '', second = '', third = ''] = files;
    renameSync(join(root, 'cur', first), join(root, 'cur', first.replace(':2,S', ':2,FS')));
    renameSync(join(root, 'cur', second), join(root, 'cur', second.replace(':2,S', ':2,')));
    unlinkSync(join(root, 'cur', third));
    const changed = inbox(4, (i) => ({ flags: new Set(i < 2 ? ['\\Seen', '\\Answered'] : ['\\Seen']) }));
    const report = await convert(changed, [INBOX]);
    expect(report.totals).toMatchObject({ written: 0, alreadyPresent: 3, updated: 2, filtered: 1 });
    expect(report.totals.filteredBy.removedByUser).toBe(1);
    const after = listOf(join(root, 'cur'));
    expect(after.map((name) => name.split(':2,')[1])).toEqual(['FRS', 'R', 'S']);
    expect(await convert(changed, [INBOX]).then(({ totals }) => totals.updated)).toBe(0);
  });

  it('a message without flags and marked recent goes to new/, and moves to cur/ when the source flags it', async () => {
    await convert(
      inbox(1, () => ({ flags: new Set(['\\Recent']) })),
      [INBOX],
    );
    expect(listOf(join(root, 'new'))).toHaveLength(1);
    expect(listOf(join(root, 'new'))[0]).not.toContain(':2,');
    await convert(inbox(1), [INBOX]);
    expect([listOf(join(root, 'new')).length, listOf(join(root, 'cur'))[0]?.split(':')[1]]).toEqual([0, '2,S']);
  });

  it('a message that two sources have comes once', async () => {
    const [one] = inbox(1);
    const report = await convert(one === undefined ? [] : [one, one], [INBOX]);
    expect(report.totals).toMatchObject({ written: 1, filtered: 1 });
    expect(report.totals.filteredBy.duplicate).toBe(1);
  });

  it('the ledger lost, all is known by name', async () => {
    await convert(inbox(3), [INBOX]);
    unlinkSync(join(root, 'mailferry-ledger'));
    expect((await convert(inbox(3), [INBOX])).totals).toMatchObject({ written: 0, alreadyPresent: 3, updated: 0 });
    expect(textOf(join(root, 'mailferry-ledger')).match(/^\["m"/gm)).toHaveLength(3);
  });

  it('a run that is only tried leaves no trace', async () => {
    await convert(inbox(3), [INBOX]);
    const files = () => [listOf(root), listOf(join(root, 'cur')), textOf(join(root, 'mailferry-ledger'))];
    const before = files();
    await using target = await maildirTarget(root);
    const report = await transfer(sampleStore(inbox(5), [INBOX]), dryRun(target));
    expect(report.totals).toMatchObject({ written: 2, alreadyPresent: 3 });
    expect(files()).toEqual(before);
  });

  it('a run that is only tried foresees what the user did, and what the source changed', async () => {
    await convert(inbox(4), [INBOX]);
    const first = uidlist(root)[0]?.base ?? '';
    unlinkSync(join(root, 'cur', listOf(join(root, 'cur')).find((name) => name.startsWith(first)) ?? ''));
    const later = inbox(5, (i) => (i === 2 ? { flags: new Set(['\\Flagged']) } : {}));
    const target = withItemFiles(await maildirTarget(root, { fsync: 'none' }), `${root}-items`);
    const tried = await transfer(sampleStore(later, [INBOX]), dryRun(target));
    await target[Symbol.asyncDispose]();
    expect(tried.totals).toMatchObject({ read: 5, written: 1, alreadyPresent: 3, updated: 1, filtered: 1 });
    expect((await convert(later, [INBOX])).totals).toMatchObject({ read: 5, written: 1, alreadyPresent: 3, updated: 1, filtered: 1 });
  });

  it('what follows the last commit of the ledger is cut off', async () => {
    await convert(inbox(3), [INBOX]);
    const path = join(root, 'mailferry-ledger');
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.concat([whole, Buffer.from('["m",0,"torn')]));
    await convert(inbox(3), [INBOX]);
    expect(readFileSync(path)).toEqual(whole);
  });
});

describe('names and dates', () => {
  const at = (path: readonly string[], i: number) => ({ folder: path, sourceId: `${i}` });
  it('says which folders have another name: FOLDER_NAME_CHANGED, _SHORTENED, FOLDER_NAMES_COLLIDE, _DIFFER_IN_CASE', async () => {
    const paths = [['a.b'], ['a_b'], ['Work'], ['work'], ['x'.repeat(300)]];
    const report = await convert(
      inbox(5, (i) => at(paths[i] ?? [], i)),
      paths.map((path) => ({ path })),
    );
    expect(codes(report)).toEqual({
      FOLDER_NAME_CHANGED: 1,
      FOLDER_NAMES_COLLIDE: 1,
      FOLDER_NAMES_DIFFER_IN_CASE: 1,
      FOLDER_NAME_SHORTENED: 1,
    });
    expect(readMaildir(root)).toHaveLength(5);
    expect(
      (
        await convert(
          inbox(5, (i) => at(paths[i] ?? [], i)),
          paths.map((path) => ({ path })),
        )
      ).totals.alreadyPresent,
    ).toBe(5);
  });

  it('keeps dates in the range of the file system: DATE_OUT_OF_RANGE', async () => {
    const dates = [Number.NaN, -1e15, 1e15, -86_400_000];
    const report = await convert(
      inbox(4, (i) => ({ internalDate: dates[i] ?? 0 })),
      [INBOX],
    );
    expect(codes(report)).toEqual({ DATE_OUT_OF_RANGE: 3 });
    expect(
      readMaildir(root)
        .map(({ internalDate }) => internalDate / 1000)
        .sort((a, b) => a - b),
    ).toEqual([-(2 ** 31), -86_400, 0, 2 ** 32 - 1]);
  });

  it('spells keywords as atoms and gives 26 of them letters: KEYWORD_CHANGED, KEYWORDS_EXHAUSTED', async () => {
    const keywords = Array.from({ length: 30 }, (_, i) => `k${i}`);
    const flags = (i: number) => new Set(['two words', ...keywords.slice(0, 30 - i)]);
    const report = await convert(
      inbox(5, (i) => ({ flags: flags(i) })),
      [{ ...INBOX, keywords: ['two words', ...keywords] }],
    );
    expect(codes(report)).toEqual({ KEYWORD_CHANGED: 5, KEYWORDS_EXHAUSTED: 5 });
    const letters = textOf(join(root, 'dovecot-keywords')).trimEnd().split('\n');
    expect(letters).toHaveLength(26);
    expect(letters[0]).toBe('0 two_words');
    expect(textOf(join(root, 'mailferry-keywords.sh'))).toMatch(/^add 'k29' [0-9a-f]{32} 50$/m);
    expect(textOf(join(root, 'mailferry-keywords.sh'))).toMatch(/^add 'k25' [0-9a-f]{32} 50:54$/m);
    expect(readMaildir(root)[0]?.flags).toHaveLength(26);
  });
});

describe('what is in the way', () => {
  it('a symbolic link instead of the root or a folder is refused', async () => {
    const elsewhere = join(home, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, root);
    await expect(convert(inbox(1), [INBOX])).rejects.toMatchObject({ code: 'TARGET_SYMLINK' });
    unlinkSync(root);
    await convert(inbox(1), [INBOX]);
    symlinkSync(elsewhere, join(root, '.Sent'));
    await expect(
      convert(
        inbox(2, () => ({ folder: ['Sent'] })),
        [{ path: ['Sent'] }],
      ),
    ).rejects.toMatchObject({ code: 'TARGET_SYMLINK' });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('a second run at the same time is refused, the lock of a dead one is not', async () => {
    await convert(inbox(1), [INBOX]);
    const lock = join(root, 'mailferry-ledger.lock');
    writeFileSync(lock, `${process.ppid}:${hostname()}`);
    await expect(convert(inbox(1), [INBOX])).rejects.toMatchObject({ code: 'TARGET_BUSY', retryable: true });
    writeFileSync(lock, `999999999:${hostname()}`);
    writeFileSync(join(root, 'dovecot-uidlist.lock'), `999999999:${hostname()}`);
    expect((await convert(inbox(2), [INBOX])).totals.written).toBe(1);
    // In a container the next run has the number of the killed one.
    for (const file of ['mailferry-ledger', 'dovecot-uidlist']) writeFileSync(join(root, `${file}.lock`), `${process.pid}:${hostname()}`);
    expect((await convert(inbox(3), [INBOX])).totals.written).toBe(1);
    const running = await maildirTarget(root, { fsync: 'none' });
    await transfer(sampleStore(inbox(4), [INBOX]), running);
    await expect(convert(inbox(5), [INBOX])).rejects.toMatchObject({ code: 'TARGET_BUSY' });
    await running[Symbol.asyncDispose]();
    expect(listOf(root).filter((name) => name.includes('lock') || name.endsWith('.mailferry'))).toEqual([]);
  });

  it('another ledger version and another separator are refused', async () => {
    await convert(inbox(1), [INBOX]);
    writeFileSync(join(root, 'mailferry-ledger'), '["mailferry.ledger/9",{}]\n');
    await expect(convert(inbox(1), [INBOX])).rejects.toMatchObject({ code: 'LEDGER_UNKNOWN' });
    await expect(maildirTarget(root, { nameSeparator: '/' as ':' })).rejects.toMatchObject({ code: 'MAILDIR_SEPARATOR' });
  });
});

describe('a ledger that a killed run did not write', () => {
  it('is written by the next run with UIDs and names, and keywords without a letter are noted again', async () => {
    const keywords = (i: number): Partial<Message> => ({ flags: new Set(Array.from({ length: 30 }, (_, k) => `key${(k + i) % 30}`)) });
    const messages = inbox(3, keywords);
    await convert(messages, [INBOX]);
    const facts = (): string[] =>
      textOf(join(root, 'mailferry-ledger'))
        .split('\n')
        .filter((line) => line.startsWith('["m"'));
    const [before, script] = [facts(), textOf(join(root, 'mailferry-keywords.sh'))];
    rmSync(join(root, 'mailferry-ledger'));
    rmSync(join(root, 'mailferry-keywords.sh'));
    const report = await convert(messages, [INBOX]);
    expect(report.totals).toMatchObject({ written: 0, alreadyPresent: 3 });
    expect(facts()).toEqual(before);
    expect(textOf(join(root, 'mailferry-keywords.sh'))).toBe(script);
    expect(codes(report)).toMatchObject({ KEYWORDS_EXHAUSTED: 3 });
  });
});

describe('an error', () => {
  const failing = async (error: Error): Promise<unknown> => {
    const [first, second] = [inbox(5), inbox(9)];
    const store = {
      ...sampleStore(second, [INBOX]),
      async *batches() {
        yield first;
        throw error;
      },
    };
    await using target = await maildirTarget(root, { fsync: 'none' });
    return await transfer(store, target).catch((thrown: unknown) => thrown);
  };

  it('of the source leaves what it gave before committed', async () => {
    const thrown = await failing(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }));
    expect(thrown).toMatchObject({ name: 'SourceError', code: 'SOURCE_UNREADABLE' });
    expect(readMaildir(root)).toHaveLength(5);
    expect(textOf(join(root, 'mailferry-ledger')).match(/^\["m"/gm)).toHaveLength(5);
  });

  it('for a time only says so: too many open files', async () => {
    const thrown = await failing(Object.assign(new Error('EMFILE: too many open files, open'), { code: 'EMFILE', syscall: 'open' }));
    expect(thrown).toMatchObject({ code: 'SOURCE_EMFILE', retryable: true });
  });

  it('without a name in libuv gets its name by its number', () => {
    const spoken = Object.assign(new Error('Unknown system error -122'), { code: 'Unknown system error -122', errno: -122 });
    const silent = Object.assign(new Error('UNKNOWN: unknown error, write'), { code: 'UNKNOWN', errno: -122 });
    expect([diskError(spoken, root), diskError(silent, root)]).toMatchObject([{ code: 'TARGET_EDQUOT' }, { code: 'TARGET_EDQUOT' }]);
  });
});
