// The same cases for every store: what it yields is compared with a truth, message by message, by hash.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestCrlf } from '../../src/formats/content/digest.js';
import { sortFlags } from '../../src/model/flag.js';
import { type FolderPath, pathKey } from '../../src/model/folder.js';
import type { Message } from '../../src/model/message.js';
import type { MailStore } from '../../src/model/store.js';
import { batchesOf } from '../../src/pipeline/batches.js';
import { decorateStore, replaceInMessage } from '../../src/pipeline/decorate.js';

/** What a store has to say of one message. */
export interface TrueMessage {
  readonly folder: FolderPath;
  /** SHA-256 of the CRLF form, hexadecimal. */
  readonly sha256: string;
  readonly flags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  readonly uid?: number | undefined;
  readonly pop3Uidl?: string | undefined;
}

/** A store under test. */
export interface StoreSubject {
  /** Files and directories that must not change. */
  readonly sources: readonly string[];
  open(): Promise<MailStore>;
}

/** A message as it is compared. */
function told(message: Message): TrueMessage {
  const { folder, flags, internalDate, uid, pop3Uidl, content } = message;
  expect(message.failure, `${message.sourceId} could not be read`).toBeUndefined();
  return { folder, sha256: digestCrlf(content.chunks()).sha256, flags: sortFlags(flags), internalDate, uid, pop3Uidl };
}

async function tell(store: MailStore, includes?: (path: FolderPath) => boolean): Promise<TrueMessage[]> {
  const all: TrueMessage[] = [];
  for await (const message of store.messages(includes === undefined ? {} : { includes })) all.push(told(message));
  return all;
}

/** Messages of one folder in their order, the folders by name: folders may interleave. */
function full(truth: readonly TrueMessage[]): TrueMessage[] {
  const keys = [...new Set(truth.map(({ folder }) => pathKey(folder)))].sort();
  return keys
    .flatMap((key) => truth.filter(({ folder }) => pathKey(folder) === key))
    .map(({ folder, sha256, flags, internalDate, uid, pop3Uidl }) => ({
      folder,
      sha256,
      flags: sortFlags(flags),
      internalDate,
      uid,
      pop3Uidl,
    }));
}

/** Throws unless the store yields exactly the truth, in the order of each folder. */
async function checkStore(store: MailStore, truth: readonly TrueMessage[]): Promise<void> {
  expect(full(await tell(store))).toEqual(full(truth));
}

/** Hash, size and time of every file of a tree. */
function fingerprint(path: string): string[] {
  const stat = lstatSync(path);
  if (stat.isDirectory())
    return readdirSync(path)
      .sort()
      .flatMap((name) => [`${path} ${stat.mtimeMs}`, ...fingerprint(join(path, name))]);
  const hash = stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
  return [`${path} ${stat.size} ${stat.mtimeMs} ${hash}`];
}

/** Descriptors of this process that point to files; undefined where the system does not show them. */
function openFiles(): string[] | undefined {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${fd}`);
        return target.startsWith('/') && !target.startsWith('/proc/') && !target.startsWith('/dev/') ? [target] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return undefined;
  }
}

/** The cases that every store has to pass; `open` is called anew for each. */
export function describeStore(name: string, make: () => Promise<StoreSubject>, truthOf: () => readonly TrueMessage[]): void {
  describe(`${name} as a store`, () => {
    let subject: StoreSubject;
    let truth: readonly TrueMessage[];
    let before: string[];

    beforeAll(async () => {
      subject = await make();
      truth = truthOf();
      before = subject.sources.flatMap(fingerprint);
    });

    afterAll(() => {
      expect(subject.sources.flatMap(fingerprint), 'the source was modified').toEqual(before);
    });

    test('yields every message once, with its folder, octets, flags, date and UID', async () => {
      await using store = await subject.open();
      await checkStore(store, truth);
    });

    test('lists the folders of all messages, parents first', async () => {
      await using store = await subject.open();
      const seen = new Set<string>();
      for await (const { path } of store.folders()) {
        for (const key of seen) expect(key.startsWith(`${pathKey(path)}\0`), `${path.join('/')} comes after a child`).toBe(false);
        expect(seen).not.toContain(pathKey(path));
        seen.add(pathKey(path));
      }
      for (const { folder } of truth) expect(seen).toContain(pathKey(folder));
    });

    test('gives at most one folder each special use', async () => {
      await using store = await subject.open();
      const uses: string[] = [];
      for await (const { specialUse } of store.folders()) if (specialUse !== undefined) uses.push(specialUse);
      expect(uses).toEqual([...new Set(uses)]);
    });

    test('says the same when it is read twice, identities included', async () => {
      await using store = await subject.open();
      const identities: string[][] = [];
      for (let run = 0; run < 2; run++) {
        const own: string[] = [];
        for await (const message of store.messages()) own.push(`${pathKey(message.folder)} ${message.identity}`);
        identities.push(own);
      }
      expect(identities[1]).toEqual(identities[0]);
      expect(new Set(identities[0]).size).toBe(truth.length);
      await checkStore(store, truth);
    });

    test('says the same in batches', async () => {
      await using store = await subject.open();
      const all: TrueMessage[] = [];
      for await (const batch of batchesOf(store, {})) for (const message of batch) all.push(told(message));
      expect(full(all)).toEqual(full(truth));
    });

    test('reads the folders that are asked for, and no others', async () => {
      await using store = await subject.open();
      for (const key of new Set(truth.map(({ folder }) => pathKey(folder)))) {
        const isIt = (folder: FolderPath) => pathKey(folder) === key;
        expect(full(await tell(store, isIt))).toEqual(full(truth.filter(({ folder }) => isIt(folder))));
      }
      expect(await tell(store, () => false)).toEqual([]);
    });

    test('keeps contents readable after all were yielded, and their sizes true', async () => {
      await using store = await subject.open();
      const messages: Message[] = [];
      for await (const message of store.messages()) messages.push(message);
      for (const { content } of messages) {
        const bytes = content.bytes();
        expect(bytes.length).toBe(content.size);
        let at = 0;
        for (const chunk of content.chunks()) {
          // A chunk is valid until the next one is asked for, so it is compared now.
          expect(Buffer.compare(chunk, bytes.subarray(at, at + chunk.length))).toBe(0);
          at += chunk.length;
        }
        expect(at).toBe(bytes.length);
        expect(digestCrlf([bytes]).crlfSize).toBe(content.crlfSize);
      }
      expect(full(messages.map(told))).toEqual(full(truth));
    });

    test('does not mind a reader that stops early', async () => {
      await using store = await subject.open();
      for await (const message of store.messages()) {
        expect(full(truth)).toContainEqual(told(message));
        break;
      }
      await checkStore(store, truth);
    });

    test('closes what it opened', async () => {
      const at = openFiles();
      {
        await using store = await subject.open();
        await checkStore(store, truth);
      }
      expect(openFiles()).toEqual(at);
    });

    test('turns red when a message is dropped or a flag flipped', async () => {
      await using store = await subject.open();
      let count = 0;
      const dropping: MailStore = {
        ...plain(store),
        async *messages() {
          for await (const message of store.messages()) if (count++ !== truth.length - 1) yield message;
        },
      };
      await expect(checkStore(dropping, truth)).rejects.toThrow();
      const flipping = decorateStore(store, {
        message: (message) => {
          const flags = new Set(message.flags);
          if (message.content.size % 2 === 0 && !flags.delete('\\Flagged')) flags.add('\\Flagged');
          return replaceInMessage(message, { flags });
        },
      });
      await expect(checkStore(flipping, truth)).rejects.toThrow();
    });
  });
}

/** The parts of a store that a planted fault leaves as they are. */
function plain(store: MailStore): MailStore {
  const { format, location, issues, leftAlone } = store;
  return {
    format,
    location,
    issues,
    leftAlone,
    folders: () => store.folders(),
    messages: () => store.messages(),
    [Symbol.asyncDispose]: async () => {},
  };
}
