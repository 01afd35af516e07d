// Upload again: what did not change is not read, flags are merged by three, what vanished is told and flagged where that is wanted.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type TransferOptions, type TransferReport, transfer } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';

describe.skipIf(!hasDovecot())('the same upload again', () => {
  let dovecot: Dovecot;
  let scratch: string;
  let users = 0;
  beforeAll(async () => {
    dovecot = await startDovecot({});
    scratch = mkdtempSync(join(tmpdir(), 'mailferry-again-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  const message = (n: number, status = 'RO'): string =>
    `From ann@example.org Mon Jan  6 12:00:0${n} 2003\nFrom: ann@example.org\nSubject: ${n}\nMessage-ID: <${n}@example.org>\nStatus: ${status}\n\nText ${n}.\n\n`;
  const mbox = (...messages: readonly string[]): string => messages.join('');

  interface Account {
    readonly source: string;
    readonly ledger: string;
    readonly run: (options?: TransferOptions & { readonly isDryRun?: boolean }) => Promise<TransferReport>;
    readonly client: <T>(work: (client: ImapFlow) => Promise<T>) => Promise<T>;
  }
  const account = (): Account => {
    users += 1;
    const user = `again${users}`;
    const [source, ledger] = [join(scratch, `${user}.mbox`), join(scratch, user)];
    return {
      source,
      ledger,
      run: async ({ isDryRun = false, ...options } = {}) => {
        await using store = await openStore(source, { fromTz: 'UTC' });
        await using target = await imapTarget({ password: async () => 'pw', url: dovecot.url(user), ledger, settleMs: 20, isDryRun });
        return await transfer(store, target, { fingerprint: 'a', ...options });
      },
      client: async (work) => {
        const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
        await client.connect();
        const result = await work(client);
        await client.logout();
        return result;
      },
    };
  };
  const flags = ({ client }: Account): Promise<string[]> =>
    client(async (one) => {
      const found: string[] = [];
      const lock = await one.getMailboxLock('INBOX');
      for await (const { uid, flags: set } of one.fetch('1:*', { flags: true, uid: true }))
        found.push(
          `${uid} ${[...(set ?? [])]
            .filter((flag) => flag !== '\\Recent')
            .sort()
            .join(' ')}`.trim(),
        );
      lock.release();
      return found;
    });
  const user = (one: Account, work: (client: ImapFlow) => Promise<unknown>): Promise<unknown> =>
    one.client(async (client) => {
      const lock = await client.getMailboxLock('INBOX');
      await work(client);
      lock.release();
    });
  const books = ({ totals, issues }: TransferReport): number[] => [
    totals.written,
    totals.alreadyPresent,
    totals.updated,
    totals.filtered,
    totals.bytesRead,
    issues.find(({ code }) => code === 'SOURCE_MESSAGE_GONE')?.count ?? 0,
  ];

  it('reads nothing that did not change, and of a file that grew what was added', async () => {
    const one = account();
    writeFileSync(one.source, mbox(message(1), message(2), message(3)));
    expect(books(await one.run())).toEqual([3, 0, 0, 0, 3 * message(1).length, 0]);
    const [name = ''] = readdirSync(one.ledger).filter((file) => file.endsWith('.ledger'));
    const read = (): string => readFileSync(join(one.ledger, name), 'utf8').replace(/^\["run".*\n/gm, '');
    const before = read();
    expect(books(await one.run())).toEqual([0, 3, 0, 0, 0, 0]);
    expect(read()).toBe(before);
    expect(books(await one.run({ thorough: true }))).toEqual([0, 3, 0, 0, 3 * message(1).length, 0]);
    appendFileSync(one.source, message(4));
    expect(books(await one.run())).toEqual([1, 3, 0, 0, message(4).length, 0]);
    expect(books(await one.run())).toEqual([0, 4, 0, 0, 0, 0]);
  });

  it('merges flags by three', async () => {
    const one = account();
    writeFileSync(one.source, mbox(message(1, 'O'), message(2, 'RO'), message(3, 'RO')));
    await one.run();
    await user(one, async (client) => {
      await client.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
      await client.messageFlagsRemove('2', ['\\Seen'], { uid: true });
    });
    writeFileSync(one.source, mbox(message(1, 'RO'), message(2, 'RO'), message(3, 'O')));
    expect(books(await one.run()).slice(0, 4)).toEqual([0, 3, 2, 0]);
    // Seen came over to the first, and left the third; what the user did to the first and the second stays.
    expect(await flags(one)).toEqual(['1 \\Flagged \\Seen', '2', '3']);
  });

  it('tells what vanished, once, and flags it \\Deleted where that is wanted and the user left it', async () => {
    const one = account();
    writeFileSync(one.source, mbox(...[1, 2, 3, 4, 5].map((n) => message(n))));
    await one.run();
    await user(one, (client) => client.messageDelete('2', { uid: true }));
    writeFileSync(one.source, mbox(message(1), message(4), message(5)));
    expect(books(await one.run({ isDryRun: true })).at(-1)).toBe(2);
    expect(books(await one.run({ isDryRun: true })).at(-1)).toBe(2);
    expect(books(await one.run()).at(-1)).toBe(2);
    expect(await flags(one)).toEqual(['1 \\Seen', '3 \\Seen', '4 \\Seen', '5 \\Seen']);
    writeFileSync(one.source, mbox(message(4), message(5)));
    expect(books(await one.run({ propagateDeletes: true })).at(-1)).toBe(3);
    expect(await flags(one)).toEqual(['1 \\Deleted \\Seen', '3 \\Deleted \\Seen', '4 \\Seen', '5 \\Seen']);
    expect(books(await one.run({ propagateDeletes: true, thorough: true })).at(-1)).toBe(0);
    // It comes back: the flag that we gave leaves again.
    writeFileSync(one.source, mbox(message(1), message(4), message(5)));
    await one.run({ propagateDeletes: true });
    expect((await flags(one))[0]).toBe('1 \\Seen');
  });

  it('takes nothing that it brings just now for vanished, whatever else the file has lost', async () => {
    const one = account();
    writeFileSync(one.source, mbox(message(1), message(2)));
    await one.run();
    writeFileSync(one.source, mbox(message(2), message(3), message(4)));
    expect(books(await one.run({ propagateDeletes: true }))).toEqual([2, 1, 0, 0, 3 * message(1).length, 1]);
    expect(await flags(one)).toEqual(['1 \\Deleted \\Seen', '2 \\Seen', '3 \\Seen', '4 \\Seen']);
  });

  it('brings back what it had flagged itself, should the source have it again after somebody has expunged it', async () => {
    const one = account();
    writeFileSync(one.source, mbox(message(1), message(2), message(3)));
    await one.run();
    writeFileSync(one.source, mbox(message(3)));
    await one.run({ propagateDeletes: true });
    await user(one, (client) => client.messageDelete('1:3', { uid: true }));
    writeFileSync(one.source, mbox(message(1), message(3)));
    expect(books(await one.run({ isDryRun: true })).slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(books(await one.run()).slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(books(await one.run({ thorough: true })).slice(0, 4)).toEqual([0, 1, 0, 1]);
    // Only the one that the user removed himself stays away.
    expect(await flags(one)).toEqual(['4 \\Seen']);
  });

  it('believes no line of the ledger that was changed, and sends nothing twice for that', async () => {
    const one = account();
    writeFileSync(one.source, mbox(message(1), message(2), message(3)));
    await one.run();
    const [name = ''] = readdirSync(one.ledger).filter((file) => file.endsWith('.ledger'));
    const path = join(one.ledger, name);
    const text = readFileSync(path, 'utf8');
    const at = text.indexOf('["sent"');
    const digit = at + text.slice(at).search(/[0-9a-f]{64}/) + 20;
    for (const place of [digit, text.indexOf('["folder"') + 12]) {
      const other = text[place] === '7' ? '8' : '7';
      writeFileSync(path, `${text.slice(0, place)}${other}${text.slice(place + 1)}`);
      expect(books(await one.run({ thorough: true })).slice(0, 4)).toEqual([0, 3, 0, 0]);
    }
    // A ledger of an earlier version has no checks.
    writeFileSync(path, text.replaceAll(/\t[0-9a-f]{8}$/gm, ''));
    expect(books(await one.run({ thorough: true })).slice(0, 4)).toEqual([0, 3, 0, 0]);
  });

  it('tells of a file that is no longer there', async () => {
    const one = account();
    const tree = join(scratch, 'tree');
    rmSync(tree, { recursive: true, force: true });
    mkdirSync(tree);
    writeFileSync(join(tree, 'a'), mbox(message(1), message(2)));
    writeFileSync(join(tree, 'b'), mbox(message(3)));
    const again = { ...one, source: tree };
    const run = async (): Promise<TransferReport> => {
      await using store = await openStore(again.source, { fromTz: 'UTC' });
      await using target = await imapTarget({ password: async () => 'pw', url: dovecot.url('tree'), ledger: one.ledger, settleMs: 20 });
      return await transfer(store, target, { fingerprint: 'a' });
    };
    await run();
    rmSync(join(tree, 'b'));
    expect(books(await run()).at(-1)).toBe(1);
    expect(books(await run()).at(-1)).toBe(0);
  });

  it('reads all again when it is to go to another place, and not when it is the same', async () => {
    const one = account();
    const tree = join(scratch, 'moved');
    mkdirSync(tree);
    for (const name of ['Sent', 'work']) writeFileSync(join(tree, name), mbox(message(1), message(2)));
    const run = async (folder: string): Promise<TransferReport> => {
      await using store = await openStore(tree, { fromTz: 'UTC' });
      const url = `${dovecot.url('moved')}${folder}`;
      await using target = await imapTarget({ password: async () => 'pw', url, ledger: one.ledger, settleMs: 20 });
      return await transfer(store, target, { fingerprint: 'a' });
    };
    // Sent is in the special folder Gesendet.
    expect(books(await run('')).slice(0, 2)).toEqual([4, 0]);
    expect((await run('')).totals).toMatchObject({ alreadyPresent: 4, bytesRead: 0 });
    expect(books(await run('Old')).slice(0, 2)).toEqual([4, 0]);
    expect((await run('Old')).totals).toMatchObject({ alreadyPresent: 4, bytesRead: 0 });
    expect(books(await run('')).slice(0, 2)).toEqual([0, 4]);
  });

  it('has nothing to flag where the user has removed the folder as well', async () => {
    const one = account();
    const tree = join(scratch, 'both');
    mkdirSync(tree);
    for (const [n, name] of ['a', 'b'].entries()) writeFileSync(join(tree, name), mbox(message(n)));
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.port,
      secure: false,
      auth: { user: 'both', pass: 'pw' },
      logger: false,
    });
    await client.connect();
    const run = async (): Promise<TransferReport> => {
      await using store = await openStore(tree, { fromTz: 'UTC' });
      await using target = await imapTarget({ password: async () => 'pw', url: dovecot.url('both'), ledger: one.ledger, settleMs: 20 });
      return await transfer(store, target, { fingerprint: 'a', propagateDeletes: true });
    };
    await run();
    rmSync(join(tree, 'b'));
    await client.mailboxDelete('b');
    await client.logout();
    expect(books(await run()).at(-1)).toBe(1);
  });

  it('flags what a file had that is no longer there, also where an earlier run only told of it', async () => {
    const one = account();
    const tree = join(scratch, 'told');
    mkdirSync(tree);
    for (const [n, name] of ['a', 'b'].entries()) writeFileSync(join(tree, name), mbox(message(n)));
    const run = async (propagateDeletes: boolean): Promise<number> => {
      await using store = await openStore(tree, { fromTz: 'UTC' });
      await using target = await imapTarget({ password: async () => 'pw', url: dovecot.url('told'), ledger: one.ledger, settleMs: 20 });
      return books(await transfer(store, target, { fingerprint: 'a', propagateDeletes })).at(-1) ?? Number.NaN;
    };
    expect(await run(false)).toBe(0);
    rmSync(join(tree, 'b'));
    expect([await run(false), await run(false), await run(true), await run(true)]).toEqual([1, 0, 1, 0]);
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.port,
      secure: false,
      auth: { user: 'told', pass: 'pw' },
      logger: false,
    });
    await client.connect();
    await client.mailboxOpen('b');
    expect(await client.search({ deleted: true })).toEqual([1]);
    await client.logout();
  });

  it('reads all again when the server has numbered the folder anew', async () => {
    const one = account();
    const path = join(scratch, 'Sent');
    writeFileSync(path, mbox(message(1), message(2)));
    const run = async (): Promise<TransferReport> => {
      await using store = await openStore(path, { fromTz: 'UTC' });
      await using target = await imapTarget({
        password: async () => 'pw',
        url: `${dovecot.url('numbered')}Old`,
        ledger: one.ledger,
        settleMs: 20,
      });
      return await transfer(store, target, { fingerprint: 'a' });
    };
    expect(books(await run()).slice(0, 2)).toEqual([2, 0]);
    expect(books(await run()).slice(0, 2)).toEqual([0, 2]);
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.port,
      secure: false,
      auth: { user: 'numbered', pass: 'pw' },
      logger: false,
    });
    await client.connect();
    for (const { path: name } of await client.list()) if (name !== 'INBOX') await client.mailboxDelete(name);
    await client.logout();
    const third = await run();
    expect(third.totals.bytesRead).toBeGreaterThan(0);
    expect(books(third).slice(0, 2)).toEqual([2, 0]);
    expect(books(third).at(-1)).toBe(0);
  });
});
