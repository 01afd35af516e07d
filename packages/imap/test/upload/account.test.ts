import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestCrlf, type Folder, type Message, type TransferReport, toCrlf, transfer, verify } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImapTarget, type ImapTargetOptions, imapTarget, openImap } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { readAccount } from '../read-account.js';
import { startScripted } from '../scripted-server.js';
import { generatedHome, type Home, MessageMaker, storeOf, truthOf } from '../sources.js';

const password = async () => 'pw';

interface Run {
  readonly report: TransferReport;
  readonly plan: ReturnType<ImapTarget['plan']>;
  readonly codes: Readonly<Record<string, number>>;
}

async function upload(home: Home, options: Omit<ImapTargetOptions, 'password'>, expected?: number): Promise<Run> {
  await using target = await imapTarget({ password, settleMs: 20, ...options });
  if (expected !== undefined) target.expect(expected);
  const report = await transfer(storeOf(home), target);
  return { report, plan: target.plan(), codes: Object.fromEntries(report.issues.map(({ code, count }) => [code, count])) };
}

const inbox = (messages: readonly Message[]): Home => ({ folders: [{ path: ['INBOX'] }], messages });

describe.skipIf(!hasDovecot())('an account that is there already', () => {
  let dovecot: Dovecot;
  let ledger: string;
  let users = 0;
  beforeAll(async () => {
    dovecot = await startDovecot({ quota: '5M' });
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledger, { recursive: true, force: true });
  });
  const nextUser = () => `account${users++}`;

  const withClient = async (user: string, work: (client: ImapFlow) => Promise<void>) => {
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
    await client.connect();
    await work(client);
    await client.logout();
  };

  it('is recognised without a ledger, also where another tool has put a part of it', async () => {
    const user = nextUser();
    const home = generatedHome(11, 90, [['INBOX'], ['Other']]);
    await withClient(user, async (client) => {
      for (const { content, flags, internalDate } of home.messages.slice(0, 25)) {
        await client.append('INBOX', Buffer.from(toCrlf([content.bytes()])), [...flags], new Date(internalDate));
      }
    });
    const first = await upload(home, { url: dovecot.url(user) });
    expect(first.report.totals).toMatchObject({ written: 65, alreadyPresent: 25 });
    const second = await upload(home, { url: dovecot.url(user) });
    expect(second.report.totals).toMatchObject({ written: 0, alreadyPresent: 90 });
    expect(await readAccount(dovecot.url(user))).toEqual(truthOf(home.messages));
  });

  it('never has different messages taken for one, whatever their Message-ID', async () => {
    const maker = new MessageMaker();
    const head = 'From: a@example.org\nSubject: same\nMessage-ID: <same@x>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\n\n';
    const [a, b, c] = ['one', 'two', 'other length'].map((text) => maker.make(['INBOX'], `${head}${text}\n`));
    const twin = maker.make(['INBOX'], `${head}one\n`);
    const bare = ['x', 'y'].map((text) => maker.make(['INBOX'], `Subject: no id\n\n${text}\n`));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three messages');
    const user = nextUser();
    const url = dovecot.url(user);
    await upload(inbox([b]), { url });
    // Looks like b by headers and size; is not there.
    expect((await upload(inbox([a]), { url })).report.totals).toMatchObject({ written: 0, alreadyPresent: 1 });
    // With both in the source, the bodies decide.
    const both = await upload(inbox([a, b]), { url });
    expect(both.report.totals).toMatchObject({ written: 1, alreadyPresent: 1 });
    const more = await upload(inbox([a, b, c, twin, ...bare]), { url });
    expect(more.report.totals).toMatchObject({ written: 4, alreadyPresent: 2 });
    expect(more.codes['IMAP_MATCH_UNCERTAIN']).toBeGreaterThan(0);
    expect((await upload(inbox([a, b, c, twin, ...bare]), { url })).report.totals).toMatchObject({ written: 0, alreadyPresent: 6 });
  });

  it('does not get back what the user has removed', async () => {
    const user = nextUser();
    const url = dovecot.url(user);
    const home = generatedHome(12, 10, [['INBOX']]);
    await upload(home, { url, ledger });
    await withClient(user, async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageDelete('3:4', { uid: true });
    });
    const { report } = await upload(home, { url, ledger });
    expect(report.totals).toMatchObject({ alreadyPresent: 8, filtered: 2 });
    expect(report.totals.filteredBy.removedByUser).toBe(2);
  });

  it('is compared anew when the server has numbered a folder anew', async () => {
    const user = nextUser();
    const url = dovecot.url(user);
    const home = generatedHome(13, 10, [['Neu']]);
    await upload(home, { url, ledger });
    await withClient(user, async (client) => {
      await client.mailboxDelete('Neu');
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await client.mailboxCreate('Neu');
    });
    const { report, codes } = await upload(home, { url, ledger });
    expect(report.totals).toMatchObject({ written: 10 });
    expect(codes['IMAP_UIDVALIDITY_CHANGED']).toBe(1);
  });

  it('has special folders by use, and a plan that says what a dry run would do', async () => {
    const user = nextUser();
    const url = dovecot.url(user);
    const maker = new MessageMaker();
    const folders: Folder[] = [
      { path: ['Sent Items'], subscribed: true },
      { path: ['Brouillons'] },
      { path: ['a/b'] },
      { path: ['a_b'] },
      { path: ['INBOX'] },
    ];
    const home = { folders, messages: folders.map(({ path }) => maker.make(path, `Subject: x\n\n${path.join('/')}\n`)) };
    const dry = await upload(home, { url, isDryRun: true });
    expect(dry.plan.folders.map(({ mailbox, isNew }) => [mailbox, isNew])).toEqual([
      ['Gesendet', false],
      ['Drafts', false],
      ['a_b', true],
      ['a_b_2', true],
      ['INBOX', false],
    ]);
    expect(dry.codes).toMatchObject({ IMAP_FOLDER_MAPPED: 2, IMAP_FOLDER_RENAMED: 2 });
    expect(await readAccount(url)).toEqual([]);
    const { report } = await upload(home, { url });
    expect(report.totals).toMatchObject({ written: 5 });
    expect((await readAccount(url)).map((line) => line.split(' ')[0]).sort()).toEqual(['Drafts', 'Gesendet', 'INBOX', 'a_b', 'a_b_2']);
  });

  it('warns before the quota is reached, and ends with a clear word when it is', async () => {
    const user = nextUser();
    const maker = new MessageMaker();
    const messages = Array.from({ length: 12 }, (_, n) =>
      maker.make(['INBOX'], `Subject: big ${n}\nMessage-ID: <${n}@big>\n\n${'x'.repeat(70)}\n`.padEnd(600_000, `${'y'.repeat(70)}\n`)),
    );
    await using target = await imapTarget({ url: dovecot.url(user), password, ledger });
    target.expect(7_200_000);
    expect(target.issues.map(({ code }) => code)).toContain('IMAP_QUOTA_SHORT');
    await expect(transfer(storeOf(inbox(messages)), target)).rejects.toMatchObject({ code: 'IMAP_OVERQUOTA' });
  });

  it('that is full holds what fits before the first message that does not, and exactly that is reported', async () => {
    const user = nextUser();
    const maker = new MessageMaker();
    // Batches of seven, the last of which fits in part.
    const messages = Array.from({ length: 60 }, (_, n) =>
      maker.make(
        [n % 3 === 0 ? 'Other' : 'INBOX'],
        `Subject: part ${n}\nMessage-ID: <${n}@part>\n\n`.padEnd(100_000, `${'z'.repeat(70)}\n`),
      ),
    );
    const fates = new Map<Message, string>();
    let said = '';
    const run = async () => {
      await using target = await imapTarget({
        url: dovecot.url(user),
        password,
        ledger,
        batchOctets: 700_000,
        settleMs: 20,
        onFull: ({ message }) => {
          said = message;
        },
      });
      return await transfer(storeOf({ folders: [{ path: ['INBOX'] }, { path: ['Other'] }], messages }), target, {
        observe: (event) => {
          if (event.type === 'delivery') fates.set(event.delivery.message, event.delivery.status);
        },
      });
    };
    const { totals } = await run();
    const there = await readAccount(dovecot.url(user));
    const written = messages.filter((message) => fates.get(message) === 'written');
    expect(said).toMatch(/^the account is full: .*quota/i);
    expect(there).toEqual(truthOf(written));
    expect(totals).toMatchObject({ read: totals.written + totals.failed, written: written.length });
    expect(messages.filter((message) => fates.get(message) === 'failed')).toHaveLength(totals.failed);
    // Of 5 MiB less is left than one message takes.
    expect(written.length * 101_500).toBeGreaterThan(5 * 1024 * 1024 - 2 * 101_500);
    // Half is moved away: the same command fills what is free, and nothing is there twice.
    await withClient(user, async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageDelete('1:10');
    });
    fates.clear();
    await run();
    const later = messages.filter((message) => fates.get(message) === 'written');
    expect(later.length).toBeGreaterThan(0);
    const gone = written.filter(({ folder }) => folder[0] === 'INBOX').slice(0, 10);
    expect(await readAccount(dovecot.url(user))).toEqual(truthOf([...written.filter((message) => !gone.includes(message)), ...later]));
  });

  it('is read as a store that verify compares message by message', async () => {
    const user = nextUser();
    const url = dovecot.url(user);
    const home = generatedHome(14, 60, [['INBOX'], ['Projets', 'Été']]);
    await upload(home, { url });
    await using store = await openImap({ url, password });
    const report = await verify(storeOf(home), store, { digest: digestCrlf, uids: false });
    expect(report).toMatchObject({ expected: 60, equal: 60, failures: 0 });
    // The planted fault: one message that is not there.
    const extra = new MessageMaker().make(['INBOX'], 'Subject: not there\n\nx\n');
    await using again = await openImap({ url, password });
    const faulty = await verify(storeOf({ ...home, messages: [...home.messages, extra] }), again, { digest: digestCrlf, uids: false });
    expect(faulty.counts.missing).toBe(1);
  });

  it('goes on while another client appends', async () => {
    const user = nextUser();
    const url = dovecot.url(user);
    const home = generatedHome(15, 150, [['INBOX']]);
    let others = 0;
    let isDone = false;
    let busy = Promise.resolve();
    // Where both sessions made the INBOX at once, the connection of the other client was closed at times (why is not known): it is there before.
    await new Promise<void>((begin, fail) => {
      busy = withClient(user, async (client) => {
        for (; !isDone && others < 200; begin()) await client.append('INBOX', `Subject: other\r\n\r\nother ${others++}\r\n`, []);
      });
      busy.catch(fail);
    });
    await upload(home, { url, ledger, batchMessages: 10 });
    isDone = true;
    await busy;
    const lines = await readAccount(url);
    expect(lines).toHaveLength(150 + others);
    for (const line of truthOf(home.messages)) expect(lines).toContain(line);
  });
});

describe('a server with something to say', () => {
  it('is heard: alerts, refused subscriptions and folders', async () => {
    const server = await startScripted({
      onCommand: (line, tag) => {
        if (line.includes('SUBSCRIBE')) return `* OK [ALERT] maintenance at noon\r\n${tag} NO not today\r\n`;
        return line.includes('CREATE') ? `${tag} NO never\r\n` : undefined;
      },
    });
    const url = `imap://ann@127.0.0.1:${server.port}/`;
    const message = new MessageMaker().make(['INBOX'], 'Subject: x\n\ny\n');
    const { codes } = await upload(inbox([message]), { url, subscribe: true });
    expect(codes).toMatchObject({ IMAP_SERVER_NOTICE: 1, IMAP_SUBSCRIBE_REFUSED: 1 });
    const refused = upload({ folders: [{ path: ['New'] }], messages: [] }, { url });
    await expect(refused).rejects.toMatchObject({ code: 'IMAP_FOLDER_REFUSED' });
    await server.close();
  });

  it('that asks for patience does not keep a target open that is closed: IMAP_STOPPED', async () => {
    const server = await startScripted({ onAppend: () => 'NO [THROTTLED] wait' });
    const target = await imapTarget({ url: `imap://ann@127.0.0.1:${server.port}/`, password, patience: { firstWaitMs: 60_000 } });
    const message = new MessageMaker().make(['INBOX'], 'Subject: x\n\ny\n');
    const run = expect(transfer(storeOf(inbox([message])), target)).rejects.toMatchObject({ code: 'IMAP_STOPPED' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await target[Symbol.asyncDispose]();
    await run;
    await server.close();
  });
});
