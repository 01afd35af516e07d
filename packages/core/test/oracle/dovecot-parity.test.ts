// The main job, asked of a real Dovecot: what it serves from our Maildir is what we read from the source, message by message and octet by octet,
// and what it serves from the source itself. Where it misreads a source, mbox/dovecot.test.ts pins how.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DovecotMessage, type DovecotView, dovecotHome, dovecotViews, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import { hasCorpus } from '../../../../scripts/oracle/peer.ts';
import { digestCrlf, type Folder, type Message, maildirTarget, openStore, replaceInMessage, sortFlags, transfer } from '../../src/index.js';
import { decorateStore } from '../../src/pipeline/decorate.js';

/** The oldest modification time that ext4 keeps: 32 bits with a sign. */
const OLDEST = -(2 ** 31) * 1000;
const CORPUS = '../shared/corpus/mbox';
const FIXTURES = 'test-fixtures/mbox';
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'parity-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What we read, in the words of Dovecot's view; UIDs as they lie in the target. */
function asServed(message: Message): Omit<DovecotMessage, 'uid'> {
  const { sha256, crlfSize } = digestCrlf([withoutNul(message.content.bytes())]);
  const flags = sortFlags(message.flags);
  return {
    flags: flags.filter((flag) => flag.startsWith('\\')),
    keywords: flags.filter((flag) => !flag.startsWith('\\')),
    date: new Date(Math.max(OLDEST, Math.floor(message.internalDate / 1000) * 1000)).toISOString().replace('.000Z', 'Z'),
    size: crlfSize,
    sha256,
  };
}

/** Dovecot keeps NUL octets on disk and serves 0x80 in their place, since IMAP cannot carry them (RFC 9051 §4.3). */
function withoutNul(octets: Uint8Array): Uint8Array {
  return octets.includes(0) ? octets.map((octet) => (octet === 0 ? 0x80 : octet)) : octets;
}

interface ReadAs extends Omit<DovecotMessage, 'uid'> {
  readonly uid: number | undefined;
}

/** Converts, and keeps what was read by folder. */
async function convert(source: string, target: string): Promise<Map<string, ReadAs[]>> {
  const read = new Map<string, ReadAs[]>();
  await using store = await openStore(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none' });
  const listening = decorateStore(store, {
    message: (message) => {
      const folder = message.folder.join('/');
      if (message.filtered === undefined) read.set(folder, [...(read.get(folder) ?? []), { ...asServed(message), uid: message.uid }]);
      return replaceInMessage(message, {});
    },
  });
  await transfer(listening, maildir);
  return read;
}

const withoutUid = (messages: readonly (DovecotMessage | ReadAs)[]) => messages.map(({ uid: _, ...rest }) => rest);

/** Checks a folder, UIDs and all: what brings a UID keeps it, what has none stands behind, from the source's next UID on. */
function expectServed(
  name: string,
  { head, messages }: Omit<DovecotView, 'path'>,
  read: readonly ReadAs[],
  folder: Folder | undefined,
): void {
  expect(head.errors, name).toEqual([]);
  const kept = read.filter(({ uid }) => uid !== undefined);
  const late = read.filter(({ uid }) => uid === undefined);
  const from = Math.max(folder?.uidNext ?? 1, (kept.at(-1)?.uid ?? 0) + 1);
  expect(messages, name).toEqual([...kept, ...late.map((message, i) => ({ ...message, uid: from + i }))]);
  expect(head.uidnext, name).toBe(from + late.length);
  if (folder?.uidValidity !== undefined) expect(head.uidvalidity, name).toBe(folder.uidValidity);
}

/** What the source says of its INBOX. */
async function inboxOf(source: string): Promise<Folder | undefined> {
  await using store = await openStore(source, { fromTz: 'UTC' });
  for await (const folder of store.folders()) if (folder.path.join('/') === 'INBOX') return folder;
  return undefined;
}

describe.runIf(hasDovecot())('a real Dovecot', () => {
  it('serves the Maildir of a home as it serves the home itself', async () => {
    const home = 'test-fixtures/home/ann';
    const target = join(scratch, 'ann');
    const read = await convert(home, target);
    const uidl = 'pop3_uidl_format=%08Xv%08Xu';
    const before = dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', uidl);
    const after = dovecotHome(target, 'maildir:~/in', uidl);

    for (const [folder, messages] of read) {
      const name = folder.replaceAll(/[^/ -~]+/gu, (text) => (text === 'Работа' ? '&BCAEMAQxBD4EQgQw-' : '&BD4EQgRHBFEEQgRL-'));
      expect(withoutUid(after.view[name]?.[1] ?? []), folder).toEqual(withoutUid(messages));
      expect(after.view[name]?.[0].errors, folder).toEqual([]);
    }
    expect(after.subscribed).toEqual(['INBOX', 'projects/boat', 'saved-messages', 'sent-mail']);
    for (const folder of ['postponed-msgs', 'projects/boat', 'saved-messages', 'sent-mail', 'empty']) {
      expect(after.view[folder]?.[1], folder).toEqual(before.view[folder]?.[1]);
    }
    expect(after.view['sent-mail']?.[0]).toEqual(before.view['sent-mail']?.[0]);

    // Dovecot splits INBOX at a From_ line inside a body and gives every message after it a new UID; up to there both agree, UIDLs too.
    const [header, messages] = before.view['INBOX'] ?? [undefined, []];
    const [ours, stored] = after.view['INBOX'] ?? [undefined, []];
    expect(ours).toMatchObject({ uidvalidity: header?.uidvalidity, uidnext: 43, errors: [] });
    const agreed = messages.findIndex((message, i) => JSON.stringify(message) !== JSON.stringify(stored[i]));
    expect(agreed).toBe(7);
    expect(after.uidl.slice(0, agreed)).toEqual(before.uidl.slice(0, agreed));
    expect(stored.map(({ uid }) => uid)).toEqual([1, 3, 4, 9, 12, 15, 22, 30, 38, 41, 42]);
    expect(after.uidl).toEqual(stored.map(({ uid }) => `401e14cf${uid.toString(16).padStart(8, '0')}`));
  });

  it('serves a home that grew between two runs as it serves the home itself: UIDs, keywords of each folder, subscriptions, UIDLs', async () => {
    const home = join(scratch, 'grown');
    const target = join(scratch, 'grown-M');
    const mail = (n: number, ...fields: string[]) =>
      [
        `From a@b.example Sat Jan  3 10:00:0${n} 2004`,
        ...fields,
        'From: a@b.example',
        'To: c@d.example',
        `Subject: ${n}`,
        '',
        'x',
        '',
        '',
      ].join('\n');
    const files = {
      mbox:
        mail(1, 'X-IMAPbase: 1000000001 0000000020 red blue', 'X-UID: 3', 'X-Keywords: red blue', 'Status: RO') +
        mail(2, 'X-UID: 5', 'X-Keywords: blue', 'Status: RO', 'X-Status: A'),
      'mail/sent-mail': mail(3, 'X-IMAPbase: 1000000002 0000000009 blue red', 'X-UID: 9', 'X-Keywords: red', 'Status: O'),
      'mail/work/boat': mail(4, 'X-IMAPbase: 1000000003 0000000044 alpha', 'X-UID: 7', 'X-Keywords: alpha', 'Status: RO', 'X-Status: D'),
      'mail/.subscriptions': 'INBOX\nsent-mail\nwork/boat\n',
    };
    const write = (entries: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(entries)) {
        mkdirSync(dirname(join(home, name)), { recursive: true });
        writeFileSync(join(home, name), text);
      }
    };
    const expectSame = async () => {
      await convert(`mbox:${home}/mail:INBOX=${home}/mbox`, target);
      const uidl = 'pop3_uidl_format=%08Xu%08Xv';
      expect(dovecotHome(target, 'maildir:~/in', uidl)).toEqual(dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', uidl));
    };
    write(files);
    await expectSame();
    write({
      mbox:
        files.mbox.replace('0000000020', '0000000022').replace('X-Status: A', 'X-Status: AF') +
        mail(5, 'X-UID: 22', 'X-Keywords: red', 'Status: O'),
      'mail/sent-mail': files['mail/sent-mail'] + mail(6, 'Status: O'),
      'mail/new folder': mail(7, 'X-IMAPbase: 1000000009 0000000005 new', 'X-UID: 4', 'X-Keywords: new', 'Status: RO'),
      'mail/.subscriptions': `${files['mail/.subscriptions']}new folder\n`,
    });
    await expectSame();
  });

  /** Converts files, asks Dovecot of all Maildirs at once and compares each with what was read. The numbers of files and of messages. */
  const expectAllServed = async (files: readonly string[]) => {
    const converted = new Map<string, { file: string; read: ReadAs[] }>();
    for (const file of files) {
      const target = join(scratch, `all-${converted.size}`);
      const read = await convert(file, target).catch((error: unknown) => {
        expect(String((error as { code?: string }).code), file).toMatch(/^SOURCE_FORMAT_/u);
      });
      if (read !== undefined) converted.set(target, { file, read: read.get('INBOX') ?? [] });
    }
    let messages = 0;
    for (const { path, ...view } of dovecotViews([...converted.keys()])) {
      const { file, read } = converted.get(path) ?? expect.fail(path);
      expectServed(file, view, read, await inboxOf(file));
      messages += read.length;
      rmSync(path, { recursive: true });
    }
    return { files: converted.size, messages };
  };

  it('serves every fixture as we read it, with its UIDs', async () => {
    const fixtures = readdirSync(FIXTURES).map((name) => join(FIXTURES, name, 'input.mbox'));
    const { files, messages } = await expectAllServed(fixtures);
    expect(files).toBe(fixtures.length - 2);
    expect(messages).toBeGreaterThan(120);
  });

  it.runIf(hasCorpus(CORPUS))('serves every real mbox as we read it', async () => {
    const { files, messages } = await expectAllServed(
      readdirSync(CORPUS)
        .filter((name) => name !== 'SOURCES.tsv')
        .map((name) => join(CORPUS, name)),
    );
    expect(files).toBeGreaterThan(60);
    expect(messages).toBeGreaterThan(500);
  });

  it.each(['dovecot', 'uw-pseudo', 'own-headers'])('gives the POP3 UIDLs of the mbox itself: %s', async (name) => {
    const home = join(scratch, name);
    mkdirSync(home);
    copyFileSync(join(FIXTURES, name, 'input.mbox'), join(home, 'mbox'));
    await convert(join(home, 'mbox'), join(scratch, `${name}-M`));
    const uidl = 'pop3_uidl_format=%08Xu%08Xv';
    const before = dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', uidl);
    const after = dovecotHome(join(scratch, `${name}-M`), 'maildir:~/in', uidl);
    expect(before.uidl.length).toBeGreaterThan(0);
    expect(after.uidl).toEqual(before.uidl);
    expect(after.view['INBOX']?.[0]).toEqual(before.view['INBOX']?.[0]);
  });
});
