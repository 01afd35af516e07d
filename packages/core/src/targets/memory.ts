import type { Content } from '../model/content.js';
import { type Flag, sortFlags } from '../model/flag.js';
import { type Folder, type FolderPath, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item } from '../model/item.js';
import { EMPTY_LEDGER, type LedgerView } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { Delivery, MailTarget } from '../model/target.js';

/** A message as the memory target keeps it. */
export interface StoredMessage {
  readonly identity: string;
  readonly bytes: Uint8Array;
  readonly flags: readonly Flag[];
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  readonly uid: number | undefined;
  readonly pop3Uidl: string | undefined;
}

/** A target in memory, for tests and examples. */
export interface MemoryTarget extends MailTarget {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly items: readonly Item[];
  /** Messages of a folder in the order of their delivery. */
  messages(folder: FolderPath): readonly StoredMessage[];
}

/** A new, empty target in memory. */
export function memoryTarget(): MemoryTarget {
  const folders = new Map<string, Folder>();
  const stored = new Map<string, Map<string, StoredMessage>>();
  const items: Item[] = [];
  const issues: Issue[] = [];
  const within = (path: FolderPath) => {
    const key = pathKey(path);
    let messages = stored.get(key);
    if (messages === undefined) {
      messages = new Map();
      stored.set(key, messages);
      if (!folders.has(key)) folders.set(key, { path });
    }
    return messages;
  };
  const put = (message: Message): Delivery => {
    const folder = within(message.folder);
    const flags = sortFlags(message.flags);
    const before = folder.get(message.identity);
    if (before !== undefined && before.flags.join(' ') === flags.join(' ')) return { message, status: 'alreadyPresent' };
    const { identity, internalDate, uid, pop3Uidl } = message;
    folder.set(identity, { identity, bytes: before?.bytes ?? copy(message.content), flags, internalDate, uid, pop3Uidl });
    return { message, status: before === undefined ? 'written' : 'updated' };
  };
  return {
    format: 'memory',
    location: 'memory:',
    issues,
    folders,
    items,
    messages: (folder) => [...(stored.get(pathKey(folder))?.values() ?? [])],
    ledger: async (): Promise<LedgerView> => EMPTY_LEDGER,
    createFolder: async (folder) => {
      folders.set(pathKey(folder.path), folder);
    },
    async *deliver(batches) {
      for await (const batch of batches) for (const message of batch) yield put(message);
    },
    async *deliverItems(source) {
      for await (const item of source) {
        const at = items.findIndex((known) => known.uid === item.uid);
        if (at < 0) items.push(item);
        else items[at] = item;
        yield { item, status: at < 0 ? 'written' : 'alreadyPresent' };
      }
    },
    commit: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

function copy(content: Content): Uint8Array {
  return content.bytes();
}
