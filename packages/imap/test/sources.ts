import { createHash } from 'node:crypto';
import {
  digestCrlf,
  type Folder,
  type FolderPath,
  IdentityCounter,
  type MailStore,
  MemoryContent,
  type Message,
  sortFlags,
} from '@mailferry/core';

/** A home in memory. */
export interface Home {
  readonly folders: readonly Folder[];
  readonly messages: readonly Message[];
}

const DATE = Date.UTC(2011, 2, 4, 5, 6, 7);

/** Makes messages with right identities. */
export class MessageMaker {
  readonly #identities = new IdentityCounter();
  #next = 0;

  make(folder: FolderPath, text: string | Uint8Array, more: Partial<Message> = {}): Message {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    return {
      identity: this.#identities.identity(folder, digestCrlf([bytes]).sha256),
      sourceId: `offset:${this.#next++}`,
      folder,
      content: new MemoryContent(new Uint8Array(bytes)),
      flags: new Set(),
      internalDate: DATE,
      dateSource: 'fromLine',
      issues: [],
      ...more,
    };
  }
}

/** A generator of numbers below 1 that is the same in every run (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FLAG_SETS: readonly (readonly string[])[] = [
  [],
  ['\\Seen'],
  ['\\Seen'],
  ['\\Answered', '\\Seen'],
  ['\\Flagged', '\\Seen', '$Forwarded'],
  ['work', '\\Seen'],
  ['\\Draft'],
];

/** A home of mail in several folders: sizes from 300 octets to 600 KB, flags, keywords, twins, and LF line ends. */
export function generatedHome(
  seed: number,
  count: number,
  folders: readonly FolderPath[] = [['INBOX'], ['Projets', 'Été'], ['Archiv', '2004']],
): Home {
  const random = numbers(seed);
  const maker = new MessageMaker();
  const messages: Message[] = [];
  for (const [n, folder] of folders.entries()) {
    const share = Math.floor(count / folders.length) + (n < count % folders.length ? 1 : 0);
    for (let i = 0; i < share; i++) messages.push(generated(maker, folder, messages, random));
  }
  const parents = folders.flatMap((path) => path.map((_, i) => path.slice(0, i + 1)));
  const unique = [...new Map(parents.map((path) => [path.join('\0'), path])).values()];
  return { folders: unique.map((path) => ({ path })), messages };
}

function generated(maker: MessageMaker, folder: FolderPath, before: readonly Message[], random: () => number): Message {
  const twin = before.at(-1);
  if (twin !== undefined && random() < 0.01 && twin.folder.join('/') === folder.join('/')) return maker.make(folder, twin.content.bytes());
  const n = before.length;
  const lines = Math.floor(Math.exp(random() * 5.2)) + (random() < 0.003 ? 8000 : 0);
  const head = [
    `From: Person ${n % 17} <p${n % 17}@example.org>`,
    'To: ann@example.org',
    `Subject: message ${n}`,
    `Date: ${new Date(DATE + n * 3_600_000).toUTCString().replace('GMT', '+0000')}`,
    ...(random() < 0.95 ? [`Message-ID: <${folder.join('.').replace(/[^\x20-\x7e]/g, '')}.${n}@example.org>`] : []),
    'MIME-Version: 1.0',
    '',
  ];
  const body = Array.from({ length: lines }, (_, k) => `line ${k} of ${n}: ${'lorem ipsum '.repeat(1 + Math.floor(random() * 5))}`);
  const flags = FLAG_SETS[Math.floor(random() * FLAG_SETS.length)] ?? [];
  return maker.make(folder, `${[...head, ...body].join('\n')}\n`, { flags: new Set(flags), internalDate: DATE + n * 61_000 });
}

/** A store over it. */
export function storeOf(home: Home): MailStore {
  return {
    format: 'sample',
    location: 'sample:',
    issues: [],
    leftAlone: [],
    async *folders() {
      yield* home.folders;
    },
    async *messages(selection) {
      for (const message of home.messages) if (selection?.includes?.(message.folder) !== false) yield message;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

export function messagesOf(home: Home): readonly Message[] {
  return home.messages;
}

/** One line a message, as {@link readAccount} gives it, sorted. */
export function truthOf(messages: readonly Message[]): string[] {
  return messages
    .map(({ folder, content, flags, internalDate }) =>
      accountLine({ folder, sha256: digestCrlf(content.chunks()).sha256, flags: [...flags], internalDate }),
    )
    .sort();
}

/** The line of one message: folder, SHA-256 of its CRLF form, second of its internal date, flags. */
export function accountLine(found: { folder: FolderPath; sha256: string; flags: readonly string[]; internalDate: number }): string {
  return `${found.folder.join('/')} ${found.sha256} ${Math.floor(found.internalDate / 1000)} ${sortFlags(found.flags).join(' ')}`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
