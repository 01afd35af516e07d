import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, transfer } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImapTargetOptions, imapTarget, undo } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { startProxy } from '../proxy.js';
import { readAccount } from '../read-account.js';
import { generatedHome, storeOf, truthOf } from '../sources.js';

const password = async () => 'pw';
const COUNT = 30;

/** A promise and what resolves it. */
function gate() {
  let open: () => void = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe.skipIf(!hasDovecot())('octets that reach the server long after the cut', () => {
  let dovecot: Dovecot;
  let ledger: string;
  let users = 0;
  beforeAll(async () => {
    dovecot = await startDovecot({ extra: 'mail_fsync = never' });
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledger, { recursive: true, force: true });
  });

  const generated = generatedHome(3, COUNT, [['INBOX']]);
  const home = { ...generated, messages: generated.messages.map((message) => ({ ...message, flags: new Set(['\\Seen']) })) };
  const truth = truthOf(home.messages);
  /** In the second batch: by then the server has taken the flag list, so that whole messages leave unasked. */
  const after = home.messages.slice(0, 12).reduce((sum, { content }) => sum + content.crlfSize, 1500);

  const upload = async (port: number, user: string, more: Partial<ImapTargetOptions> = {}) => {
    const url = `imap://${user}@127.0.0.1:${port}/`;
    const tuning = { connections: 1, batchMessages: 10, settleMs: 50, lateMs: 100 };
    await using target = await imapTarget({ url, password, ledger, ...tuning, ...more });
    const report = await transfer(storeOf(home), target);
    return { report, run: target.run, codes: Object.fromEntries(report.issues.map(({ code, count }) => [code, count])) };
  };

  const withClient = async (user: string, work: (client: ImapFlow) => Promise<void>) => {
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
    await client.connect();
    await client.mailboxOpen('INBOX');
    await work(client);
    await client.logout();
  };

  /** Resolves with how many messages are there, once it is more than one copy of each. */
  const doubled = async (user: string) => {
    for (let attempt = 0; attempt < 500; attempt++) {
      const { length } = await readAccount(dovecot.url(user));
      if (length > COUNT) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return (await readAccount(dovecot.url(user))).length;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return COUNT;
  };

  /** A proxy that holds what the first connection sends behind its first batch, and delivers it when told. */
  const holding = (
    delivers: Promise<void>,
    mask: readonly string[],
    before?: (connection: number, chunk: Buffer) => Promise<void> | undefined,
  ) =>
    startProxy(dovecot.port, {
      mask,
      cutOf: (n) => (n === 0 ? { direction: 'toServer', after, delivers } : undefined),
      ...(before === undefined ? {} : { before }),
    });

  const binsOf = async (user: string) => {
    let paths: string[] = [];
    await withClient(user, async (client) => {
      paths = (await client.list()).map(({ path }) => path).filter((path) => path.includes('mailferry'));
    });
    return paths;
  };

  // Without UIDPLUS they leave by MOVE.
  for (const mask of [[], ['MULTIAPPEND'], ['MULTIAPPEND', 'LITERAL+'], ['UIDPLUS'], ['UIDPLUS', 'MULTIAPPEND', 'LITERAL+']]) {
    const name = mask.length === 0 ? 'all capabilities' : `no ${mask.join(', no ')}`;

    it(`are taken back at the end of the run, with ${name}`, async () => {
      const user = `late${users++}`;
      const { passed, open } = gate();
      let before = COUNT;
      const sent = new Set<number>();
      // The first look at the server after everything was sent again is held until the late copies are there.
      const proxy = await holding(passed, mask, (connection, chunk) => {
        const text = chunk.toString('latin1');
        if (text.includes(' APPEND ')) sent.add(connection);
        if (connection === 0 || !sent.has(connection) || !text.includes(' NOOP') || before > COUNT) return undefined;
        open();
        return doubled(user).then((count) => {
          before = count;
        });
      });
      const { report, codes } = await upload(proxy.port, user);
      await proxy.close();
      expect(report.totals).toMatchObject({ written: COUNT, failed: 0 });
      expect(before).toBeGreaterThan(COUNT);
      expect(codes['IMAP_DUPLICATE_REMOVED']).toBe(before - COUNT);
      expect(await readAccount(dovecot.url(user))).toEqual(truth);
    });

    it(`are taken back by the same command again, with ${name}`, async () => {
      const user = `late${users++}`;
      const { passed, open } = gate();
      const proxy = await holding(passed, mask);
      await upload(proxy.port, user);
      open();
      const count = await doubled(user);
      expect(count).toBeGreaterThan(COUNT);
      const { report, codes } = await upload(proxy.port, user);
      await proxy.close();
      expect(report.totals).toMatchObject({ written: 0, alreadyPresent: COUNT });
      expect(codes['IMAP_DUPLICATE_REMOVED']).toBe(count - COUNT);
      expect(await readAccount(dovecot.url(user))).toEqual(truth);
      expect(await binsOf(user)).toEqual([]);
    });
  }

  it('are taken back by MOVE without a mail of anybody else, and with nothing lost, whichever command of it is the last of a killed run', async () => {
    const impatience = { patience: { firstWaitMs: 1, longestWaitMs: 1, tries: 1 } };
    const last: string[] = [];
    for (let step = 0; last.at(-1) !== 'SEARCH'; step++) {
      const user = `late${users++}`;
      const { passed, open } = gate();
      const names: string[] = [];
      const file = () => join(ledger, readdirSync(ledger).find((name) => name.startsWith(`${user}@`) && name.endsWith('.ledger')) ?? '');
      let isDying = false;
      const proxy = await holding(passed, ['UIDPLUS'], (_, chunk) => {
        if (!isDying || (names.length === 0 && !chunk.includes('CREATE mailferry-bin-'))) return undefined;
        names.push(/^\S+ (?:UID )?([A-Z]+)/.exec(chunk.toString('latin1'))?.[1] ?? '');
        if (names.length <= step) return undefined;
        if (names.length === step + 1) copyFileSync(file(), `${file()}-left`);
        return Promise.reject(new Error('killed'));
      });
      await upload(proxy.port, user);
      open();
      expect(await doubled(user)).toBeGreaterThan(COUNT);
      // Somebody else's, marked as deleted: an EXPUNGE in this folder would take it away.
      await withClient(user, async (client) => {
        await client.append('INBOX', 'Subject: theirs\r\n\r\nmail\r\n', ['\\Deleted']);
      });
      // The process dies before this command is out: what is in the file then is all that it leaves.
      isDying = true;
      await upload(proxy.port, user, impatience).catch(() => undefined);
      isDying = false;
      last.push(names[step] ?? '');
      copyFileSync(`${file()}-left`, file());
      const { report } = await upload(proxy.port, user);
      await proxy.close();
      expect(report.totals, `killed before ${last}`).toMatchObject({ written: 0, alreadyPresent: COUNT });
      const there = await readAccount(dovecot.url(user));
      expect(there.length, `killed before ${last}`).toBe(COUNT + 1);
      expect(there.filter((line) => truth.includes(line))).toHaveLength(COUNT);
      expect(await binsOf(user), `killed before ${last}`).toEqual([]);
    }
    expect(last).toEqual([
      'CREATE',
      'MOVE',
      'SELECT',
      'FETCH',
      'STORE',
      'EXPUNGE',
      'SELECT',
      'LIST',
      'STATUS',
      'UNSUBSCRIBE',
      'DELETE',
      'SEARCH',
    ]);
  }, 120_000);

  it('are looked for by the same command again although no file has changed', async () => {
    const user = `late${users++}`;
    const { passed, open } = gate();
    const proxy = await holding(passed, []);
    const path = join(ledger, `${user}.mbox`);
    const stamp = 'From p@example.org Fri Mar  4 05:06:07 2011\n';
    writeFileSync(
      path,
      home.messages.map(({ content }) => `${stamp}${Buffer.from(content.bytes()).toString('latin1')}\n`).join(''),
      'latin1',
    );
    const run = async () => {
      const url = `imap://${user}@127.0.0.1:${proxy.port}/`;
      await using store = await openStore(path);
      await using target = await imapTarget({ url, password, ledger, connections: 1, batchMessages: 10, settleMs: 50, lateMs: 100 });
      return await transfer(store, target, { fingerprint: 'the same' });
    };
    expect((await run()).totals).toMatchObject({ written: COUNT });
    open();
    const count = await doubled(user);
    expect(count).toBeGreaterThan(COUNT);
    const { totals, issues } = await run();
    await proxy.close();
    expect(totals).toMatchObject({ written: 0, alreadyPresent: COUNT });
    expect(issues.find(({ code }) => code === 'IMAP_DUPLICATE_REMOVED')?.count).toBe(count - COUNT);
    expect(await readAccount(dovecot.url(user))).toHaveLength(COUNT);
  });

  it('stay and are named where the server cannot remove one message', async () => {
    const user = `late${users++}`;
    const { passed, open } = gate();
    const proxy = await holding(passed, ['UIDPLUS', 'MOVE']);
    await upload(proxy.port, user);
    open();
    const count = await doubled(user);
    const { report, codes } = await upload(proxy.port, user);
    await proxy.close();
    expect(codes['IMAP_DUPLICATE_LATE']).toBe(count - COUNT);
    const named = report.issues.find(({ code }) => code === 'IMAP_DUPLICATE_LATE')?.first.map(({ note }) => note);
    expect(named?.[0]).toMatch(/^INBOX: UID \d+$/);
    expect(await readAccount(dovecot.url(user))).toHaveLength(count);
  });

  it('stay where the user has touched them', async () => {
    const user = `late${users++}`;
    const { passed, open } = gate();
    const proxy = await holding(passed, []);
    await upload(proxy.port, user);
    open();
    const count = await doubled(user);
    await withClient(user, async (client) => {
      await client.messageFlagsAdd('1:*', ['touched'], { uid: true });
    });
    const { codes } = await upload(proxy.port, user);
    await proxy.close();
    expect(codes['IMAP_DUPLICATE_LATE']).toBe(count - COUNT);
    expect(await readAccount(dovecot.url(user))).toHaveLength(count);
  });

  it('are taken back by undo as well', async () => {
    const user = `late${users++}`;
    await withClient(user, async (client) => {
      await client.append('INBOX', 'Subject: earlier\r\n\r\nmail\r\n', []);
    });
    const { passed, open } = gate();
    const proxy = await holding(passed, []);
    const { run } = await upload(proxy.port, user);
    open();
    const count = await doubled(user);
    await proxy.close();
    const report = await undo(run, { ledger, url: dovecot.url(user), password });
    expect(report.folders).toMatchObject([{ removed: count - 1, keptChanged: 0, unknown: 0 }]);
    expect(await readAccount(dovecot.url(user))).toHaveLength(1);
  });
});
