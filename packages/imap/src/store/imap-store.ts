import {
  type Content,
  digestCrlf,
  type Folder,
  type FolderPath,
  type FolderSelection,
  IdentityCounter,
  type Issue,
  isPinnable,
  LARGE_CONTENT,
  type MailStore,
  MemoryContent,
  type Message,
  pathKey,
  type SpecialUse,
} from '@mailferry/core';
import { parseDateTime } from '../codec/date-time.js';
import { formatUidSet } from '../codec/uid-set.js';
import { type ListedMailbox, list, lsub } from '../commands/list.js';
import { logout } from '../commands/logout.js';
import { type Namespace, namespace } from '../commands/namespace.js';
import { examine } from '../commands/select.js';
import { status } from '../commands/status.js';
import { uidFetch } from '../commands/uid-fetch.js';
import type { AccountOptions } from '../session/account.js';
import { openSession, type Session } from '../session/session.js';
import { mailboxPath } from './mailbox-path.js';
import { Spool } from './spooled-content.js';

/** Options of {@link openImap}. */
export interface ImapStoreOptions extends AccountOptions {
  /** Only these mailboxes (names as on the wire), under these paths; default: all, under their own names. */
  readonly mailboxes?: ReadonlyMap<string, FolderPath>;
}

interface Listed {
  readonly uid: number;
  readonly size: number;
  readonly flags: readonly string[];
  readonly internalDate: number;
}

const MOST_MESSAGES = 200;
const MOST_OCTETS = 1 << 22;
const PIECE = 1 << 20;

/**
 * An account as a store: reads every mailbox, changes nothing (EXAMINE, BODY.PEEK).
 *
 * @throws {@link RemoteError} as openSession does.
 */
export async function openImap(options: ImapStoreOptions): Promise<MailStore> {
  const { mailboxes } = options;
  return await openImapStore(
    options,
    (_session, space) => (box) => (mailboxes === undefined ? mailboxPath(box, space) : mailboxes.get(box)),
  );
}

/** Says under which path a mailbox is read; undefined for one that is not read. */
export type PathOfMailbox = (mailbox: string) => FolderPath | undefined;

/** Opens an account; `place` is asked for the paths once the server has told of its mailboxes. */
export async function openImapStore(
  options: AccountOptions,
  place: (session: Session, space: Namespace, listed: readonly ListedMailbox[]) => PathOfMailbox | Promise<PathOfMailbox>,
): Promise<ImapStore> {
  const session = await openSession(options);
  const { connection } = session;
  try {
    const space = await namespace(connection);
    const listed = await list(connection, '*');
    const subscribed = new Set((await lsub(connection)).map((box) => box.name));
    const pathOf = await place(session, space, listed);
    const boxes = listed
      .filter((box) => !box.attributes.has('\\noselect') && !box.attributes.has('\\nonexistent'))
      .flatMap((box) => {
        const path = pathOf(box.name);
        return path === undefined ? [] : [{ box, path, isSubscribed: subscribed.has(box.name) }];
      })
      .sort((a, b) => a.path.length - b.path.length);
    return new ImapStore(session, options.url, boxes);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

interface StoredMailbox {
  readonly box: ListedMailbox;
  readonly path: FolderPath;
  readonly isSubscribed: boolean;
}

/** An account as a store. */
export class ImapStore implements MailStore {
  readonly format = 'imap';
  readonly location: string;
  readonly dialect: string;
  readonly issues: readonly Issue[] = [];
  readonly leftAlone: readonly never[] = [];
  readonly #session: Session;
  readonly #boxes: readonly StoredMailbox[];
  /** Flags that a mailbox knows, by its path; filled as mailboxes are read. */
  readonly knownFlags: Map<string, readonly string[]> = new Map();
  readonly #identities = new IdentityCounter();
  #spool: Spool | undefined;

  constructor(session: Session, url: string, boxes: readonly StoredMailbox[]) {
    this.#session = session;
    this.location = url;
    this.dialect = session.preset.title;
    this.#boxes = boxes;
  }

  async *folders(): AsyncGenerator<Folder> {
    for (const { box, path, isSubscribed } of this.#boxes) {
      const told = await status(this.#session.connection, box.name, ['UIDVALIDITY', 'UIDNEXT']);
      const [uidValidity, uidNext, use] = [told.get('UIDVALIDITY'), told.get('UIDNEXT'), useOf(box)];
      yield {
        path,
        subscribed: isSubscribed,
        ...(uidValidity === undefined ? {} : { uidValidity }),
        ...(uidNext === undefined ? {} : { uidNext }),
        ...(use === undefined ? {} : { specialUse: use }),
      };
    }
  }

  async *messages(selection?: FolderSelection): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) yield* batch;
  }

  async *batches(selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
    for (const { box, path } of this.#boxes) {
      if (selection?.includes?.(path) === false) continue;
      const { exists, flags } = await examine(this.#session.connection, box.name);
      this.knownFlags.set(pathKey(path), flags);
      if (exists > 0) yield* this.#mailbox(path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#spool?.close();
    this.#spool = undefined;
    await logout(this.#session.connection);
  }

  async *#mailbox(path: FolderPath): AsyncGenerator<readonly Message[]> {
    const groups = [...grouped(await this.#listed())];
    // The next group is on its way while this one is used.
    let next = groups[0] === undefined ? undefined : this.#fetch(path, groups[0]);
    next?.catch(() => undefined);
    for (let i = 0; i < groups.length; i++) {
      const batch = (await next) ?? [];
      const following = groups[i + 1];
      next = following === undefined ? undefined : this.#fetch(path, following);
      next?.catch(() => undefined);
      yield batch;
    }
  }

  async #listed(): Promise<Listed[]> {
    const found = new Map<number, Listed>();
    await uidFetch(this.#session.connection, '1:*', 'UID RFC822.SIZE FLAGS INTERNALDATE', ({ uid, size, flags, internalDate }) => {
      if (size === undefined || flags === undefined) return;
      found.set(uid, { uid, size, flags, internalDate: parseDateTime(internalDate ?? '') ?? 0 });
    });
    return [...found.values()].sort((a, b) => a.uid - b.uid);
  }

  async #fetch(path: FolderPath, group: readonly Listed[]): Promise<Message[]> {
    const [only] = group;
    if (only !== undefined && only.size > LARGE_CONTENT) {
      const content = await this.#large(only.uid);
      return content === undefined ? [] : [this.#message(path, only, content)];
    }
    const bodies = new Map<number, Uint8Array>();
    const set = formatUidSet(group.map(({ uid }) => uid));
    await uidFetch(
      this.#session.connection,
      set,
      'UID BODY.PEEK[]',
      ({ uid, body }) => {
        if (body !== undefined) bodies.set(uid, body);
      },
      2 * LARGE_CONTENT,
    );
    return group.flatMap((listed) => {
      const body = bodies.get(listed.uid);
      return body === undefined ? [] : [this.#message(path, listed, new MemoryContent(body))];
    });
  }

  async #large(uid: number): Promise<Content | undefined> {
    this.#spool ??= new Spool();
    const spool = this.#spool;
    const start = spool.size;
    for (let offset = 0; ; offset += PIECE) {
      let piece: Uint8Array | undefined;
      const take = (message: { readonly uid: number; readonly body: Uint8Array | undefined }): void => {
        if (message.uid === uid) piece = message.body ?? piece;
      };
      await uidFetch(this.#session.connection, String(uid), `UID BODY.PEEK[]<${offset}.${PIECE}>`, take, 2 * PIECE);
      if (piece === undefined) return undefined;
      spool.write(piece);
      if (piece.length < PIECE) return spool.content(start);
    }
  }

  #message(folder: FolderPath, listed: Listed, content: Content): Message {
    const { uid, internalDate } = listed;
    const flags = new Set(listed.flags.filter((flag) => flag.toLowerCase() !== '\\recent'));
    const parts = isPinnable(content) ? (content.pin()?.parts ?? []) : content.chunks();
    const identity = this.#identities.identity(folder, digestCrlf(parts).sha256);
    return { identity, sourceId: `uid:${uid}`, folder, content, flags, internalDate, dateSource: 'internalDate', uid, issues: [] };
  }
}

/** Messages that are fetched with one command; a large one stands alone. */
function* grouped(listed: readonly Listed[]): Generator<Listed[]> {
  let group: Listed[] = [];
  let octets = 0;
  for (const message of listed) {
    const isFull = group.length >= MOST_MESSAGES || octets + message.size > MOST_OCTETS;
    if (group.length > 0 && isFull) {
      yield group;
      group = [];
      octets = 0;
    }
    group.push(message);
    octets += message.size;
  }
  if (group.length > 0) yield group;
}

const USES: readonly SpecialUse[] = ['\\All', '\\Archive', '\\Drafts', '\\Flagged', '\\Junk', '\\Sent', '\\Trash'];

function useOf(box: ListedMailbox): SpecialUse | undefined {
  return USES.find((use) => box.attributes.has(use.toLowerCase()));
}
