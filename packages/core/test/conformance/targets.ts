import { expect, it } from 'vitest';
import {
  digestCrlf,
  type Flag,
  type Folder,
  IdentityCounter,
  type Issue,
  type MailStore,
  type MailTarget,
  MemoryContent,
  type Message,
  sortFlags,
  transfer,
} from '../../src/index.js';

/** What a target is found to hold, asked in its own way (by reading files, by IMAP). */
export interface Found {
  readonly folder: readonly string[];
  readonly sha256: string;
  readonly flags: readonly Flag[];
  /** Milliseconds since the epoch; targets may keep whole seconds. */
  readonly internalDate: number;
  readonly uid?: number;
}

/** A target under test. */
export interface TargetSubject {
  /** Opens the target; called again for each run over the same place. */
  open(): Promise<MailTarget>;
  /** Everything that is in the place now. */
  found(): Promise<readonly Found[]>;
  /** Removes the place. */
  close(): Promise<void>;
}

/** The twelve messages that every target must keep: line ends, 8-bit octets, equal twins, empty bodies, flags, keywords, odd dates. */
export function sampleMessages(): Message[] {
  const identities = new IdentityCounter();
  const make = (
    folder: readonly string[],
    text: string | Buffer,
    flags: readonly Flag[] = [],
    date = Date.UTC(2004, 1, 29, 23, 59, 58),
    extra: Partial<Message> = {},
  ): Message => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    return {
      identity: identities.identity(folder, digestCrlf([bytes]).sha256),
      sourceId: `sample:${folder.join('/')}:${text.length}`,
      folder,
      content: new MemoryContent(new Uint8Array(bytes)),
      flags: new Set(flags),
      internalDate: date,
      dateSource: 'fromLine',
      issues: [],
      ...extra,
    };
  };
  const head = (n: number) => `From: ann@example.org\nTo: bob@example.org\nSubject: message ${n}\nMessage-ID: <${n}@example.org>\n`;
  return [
    make(['INBOX'], `${head(1)}\nplain\n`, ['\\Seen'], undefined, { uid: 7 }),
    make(['INBOX'], `${head(2)}\nno final newline`, ['\\Answered', '\\Flagged', '\\Seen'], Date.UTC(1999, 11, 31), { uid: 9 }),
    make(['INBOX'], `${head(3)}\nCRLF\n`.replaceAll('\n', '\r\n'), ['\\Draft'], undefined, { uid: 12 }),
    make(['INBOX'], Buffer.concat([Buffer.from(head(4)), Buffer.from([10, 0xff, 0xfe, 0x80, 10, 13, 10])]), ['work', '\\Seen']),
    make(['INBOX'], `${head(5)}\ntwin\n`, ['\\Seen']),
    make(['INBOX'], `${head(5)}\ntwin\n`, ['\\Deleted']),
    make(['INBOX'], `${head(6)}\n`, []),
    make(['Sent'], `${head(7)}\nFrom here a line that begins so\n>From there\n`, ['\\Seen', '$Forwarded']),
    make(['Sent'], `${head(5)}\ntwin\n`, ['\\Seen']),
    make(['Projets', 'Été'], `${head(8)}\n${'long line '.repeat(20_000)}\n`, ['NonJunk'], Date.UTC(2037, 0, 1)),
    make(['Projets', 'Été'], `${head(9)}\nmixed\r\nline\nends\r\n\n`, ['\\Flagged'], Date.UTC(1970, 0, 2)),
    make(['Projets', 'a.b'], `${head(10)}\ndot in the name\n`, ['\\Seen']),
  ];
}

const FOLDERS: readonly Folder[] = [
  { path: ['INBOX'], uidValidity: 1_143_956_134, uidNext: 40, keywords: ['work'] },
  { path: ['Sent'], specialUse: '\\Sent', subscribed: true },
  { path: ['Projets'] },
  { path: ['Projets', 'Été'] },
  { path: ['Projets', 'a.b'] },
  { path: ['Empty'] },
];

/** A store of messages in memory. */
export function sampleStore(messages: readonly Message[] = sampleMessages(), folders: readonly Folder[] = FOLDERS): MailStore {
  const issues: Issue[] = [];
  return {
    format: 'sample',
    location: 'sample:',
    issues,
    leftAlone: [],
    async *folders() {
      yield* folders;
    },
    async *messages(selection) {
      for (const message of messages) if (selection?.includes?.(message.folder) !== false) yield message;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const line = (found: Found) =>
  `${found.folder.join('/')} ${found.sha256} ${Math.floor(found.internalDate / 1000)} ${sortFlags(found.flags).join(' ')}`;

/** What a target must hold after the sample was delivered. */
function wanted(messages: readonly Message[]): Found[] {
  return messages.map((message) => ({
    folder: message.folder,
    sha256: digestCrlf(message.content.chunks()).sha256,
    flags: [...message.flags],
    internalDate: message.internalDate,
  }));
}

/** Throws unless both hold the same messages, by hash, with flags and dates. */
function expectSame(found: readonly Found[], truth: readonly Found[]): void {
  expect(found.map(line).sort()).toEqual(truth.map(line).sort());
}

/** The cases that every target passes. Call inside a `describe`. */
export function describeTarget(subject: () => Promise<TargetSubject>): void {
  const withTarget = async (test: (target: TargetSubject) => Promise<void>) => {
    const target = await subject();
    try {
      await test(target);
    } finally {
      await target.close();
    }
  };
  const run = async (subject: TargetSubject, messages?: readonly Message[]) => {
    await using target = await subject.open();
    return await transfer(sampleStore(messages), target);
  };

  it('keeps every message once, with flags and dates', () =>
    withTarget(async (target) => {
      const report = await run(target);
      expect(report.totals).toMatchObject({ read: 12, written: 12, alreadyPresent: 0, filtered: 0, failed: 0 });
      expectSame(await target.found(), wanted(sampleMessages()));
    }));

  it('changes nothing when it runs twice', () =>
    withTarget(async (target) => {
      await run(target);
      const before = await target.found();
      const report = await run(target);
      expect(report.totals).toMatchObject({ read: 12, written: 0, alreadyPresent: 12, updated: 0 });
      expect(await target.found()).toEqual(before);
    }));

  it('takes what is new in a second run', () =>
    withTarget(async (target) => {
      await run(target, sampleMessages().slice(0, 5));
      const report = await run(target);
      expect(report.totals).toMatchObject({ read: 12, written: 7, alreadyPresent: 5 });
      expectSame(await target.found(), wanted(sampleMessages()));
    }));

  it('brings changed flags over', () =>
    withTarget(async (target) => {
      await run(target);
      const changed = sampleMessages().map((message, i) => (i === 1 ? { ...message, flags: new Set(['\\Seen', '\\Deleted']) } : message));
      const report = await run(target, changed);
      expect(report.totals).toMatchObject({ read: 12, written: 0, alreadyPresent: 12, updated: 1 });
      expectSame(await target.found(), wanted(changed));
    }));

  it('delivers nothing that a store has filtered or could not read', () =>
    withTarget(async (target) => {
      const messages = sampleMessages().map((message, i) =>
        i === 0
          ? { ...message, filtered: 'expunged' as const }
          : i === 1
            ? { ...message, failure: { code: 'SOURCE_CHANGED' as const } }
            : message,
      );
      const report = await run(target, messages);
      expect(report.totals).toMatchObject({ read: 12, written: 10, filtered: 1, failed: 1 });
      expectSame(await target.found(), wanted(messages.slice(2)));
    }));

  it('is told by the comparison when one message is dropped or one flag flipped', () =>
    withTarget(async (target) => {
      await run(target);
      const found = await target.found();
      expect(() => expectSame(found.slice(1), wanted(sampleMessages()))).toThrow();
      const flipped = found.map((one, i) => (i === 0 ? { ...one, flags: [...one.flags, '\\Planted'] } : one));
      expect(() => expectSame(flipped, wanted(sampleMessages()))).toThrow();
    }));
}
