// The main job, asked of a real Dovecot: what it serves from our Maildir is what we read from the source, message by message and octet by octet,
// and what it serves from the source itself. Where it misreads a source, mbox/dovecot-oracle.test.ts pins how.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DovecotMessage, dovecotHome, dovecotViews, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import { hasCorpus } from '../../../../scripts/oracle/peer.ts';
import { digestCrlf, type Message, maildirTarget, openStore, replaceInMessage, sortFlags, transfer } from '../../src/index.js';
import { decorateStore } from '../../src/pipeline/decorate.js';

/** The oldest modification time that ext4 keeps: 32 bits with a sign. */
const OLDEST = -(2 ** 31) * 1000;
const CORPUS = '../shared/corpus/mbox';
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

/** Converts, and keeps what was read by folder. */
async function convert(source: string, target: string): Promise<Map<string, Omit<DovecotMessage, 'uid'>[]>> {
  const read = new Map<string, Omit<DovecotMessage, 'uid'>[]>();
  await using store = await openStore(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none' });
  const listening = decorateStore(store, {
    message: (message) => {
      const folder = message.folder.join('/');
      if (message.filtered === undefined) read.set(folder, [...(read.get(folder) ?? []), asServed(message)]);
      return replaceInMessage(message, {});
    },
  });
  await transfer(listening, maildir);
  return read;
}

const withoutUid = (messages: readonly DovecotMessage[]) => messages.map(({ uid: _, ...rest }) => rest);

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
      expect(withoutUid(after.view[name]?.[1] ?? []), folder).toEqual(messages);
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

  it.runIf(hasCorpus(CORPUS))('serves every real mbox as we read it', async () => {
    const files = readdirSync(CORPUS).filter((name) => name !== 'SOURCES.tsv');
    const converted = new Map<string, Omit<DovecotMessage, 'uid'>[]>();
    for (const [index, name] of files.entries()) {
      const target = join(scratch, String(index));
      const read = await convert(join(CORPUS, name), target).catch((error: unknown) => {
        expect(String((error as { code?: string }).code), name).toMatch(/^SOURCE_FORMAT_/u);
      });
      if (read !== undefined) converted.set(target, [...read.values()].flat());
    }
    expect(converted.size).toBeGreaterThan(60);
    let messages = 0;
    for (const { path, head, messages: served } of dovecotViews([...converted.keys()])) {
      expect(head.errors, path).toEqual([]);
      expect(withoutUid(served), path).toEqual(converted.get(path));
      messages += served.length;
    }
    expect(messages).toBeGreaterThan(500);
  });
});
