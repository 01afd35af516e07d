import type { Folder } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item } from '../model/item.js';
import type { Message } from '../model/message.js';
import type { FolderSelection, MailStore } from '../model/store.js';
import { batchesOf } from './batches.js';

/** What a decorator changes; what it leaves out stays as it is. */
export interface StoreChanges {
  readonly folder?: (folder: Folder) => Folder | undefined;
  readonly message?: (message: Message) => Message;
  /** Awaited after each batch: to let timers and signals of the process have their turn. */
  readonly between?: () => Promise<void>;
  /** Issues beside those of the inner store. */
  readonly issues?: () => readonly Issue[];
  readonly item?: (item: Item) => Item | undefined;
  /** The selection to hand to the inner store for the one that was asked. */
  readonly selection?: (selection: FolderSelection | undefined) => FolderSelection | undefined;
}

/** A store that shows another one with changes: the one way in which behaviour is added to stores. */
export function decorateStore(inner: MailStore, changes: StoreChanges): MailStore {
  const { folder: changeFolder, message: changeMessage, item: changeItem, selection: changeSelection, between } = changes;
  const inside = (selection: FolderSelection | undefined) => (changeSelection === undefined ? selection : changeSelection(selection));

  async function* batches(selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
    for await (const batch of batchesOf(inner, inside(selection))) {
      yield changeMessage === undefined ? batch : batch.map(changeMessage);
      if (between !== undefined) await between();
    }
  }
  async function* folders(): AsyncGenerator<Folder> {
    for await (const folder of inner.folders()) {
      const changed = changeFolder === undefined ? folder : changeFolder(folder);
      if (changed !== undefined) yield changed;
    }
  }
  async function* items(selection?: FolderSelection): AsyncGenerator<Item> {
    for await (const item of inner.items?.(inside(selection)) ?? []) {
      const changed = changeItem === undefined ? item : changeItem(item);
      if (changed !== undefined) yield changed;
    }
  }
  return {
    get format() {
      return inner.format;
    },
    get location() {
      return inner.location;
    },
    get dialect() {
      return inner.dialect;
    },
    get bytes() {
      return inner.bytes;
    },
    get files() {
      return inner.files;
    },
    get filesRead() {
      return inner.filesRead;
    },
    ...(inner.readOctets === undefined ? {} : { readOctets: inner.readOctets.bind(inner) }),
    ...(inner.lacks === undefined ? {} : { lacks: inner.lacks.bind(inner) }),
    ...(inner.nodes === undefined ? {} : { nodes: inner.nodes.bind(inner) }),
    get coversFiles() {
      return inner.coversFiles;
    },
    get issues() {
      return changes.issues === undefined ? inner.issues : [...inner.issues, ...changes.issues()];
    },
    get leftAlone() {
      return inner.leftAlone;
    },
    get quoting() {
      return inner.quoting;
    },
    ...(inner.excluded === undefined ? {} : { excluded: inner.excluded }),
    folders,
    batches,
    async *messages(selection) {
      for await (const batch of batches(selection)) yield* batch;
    },
    ...(inner.items === undefined ? {} : { items }),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** A message with some fields replaced; its identity stays lazy. */
export function replaceInMessage(message: Message, fields: Partial<Omit<Message, 'identity'>>): Message {
  return {
    get identity() {
      return message.identity;
    },
    sourceId: message.sourceId,
    folder: message.folder,
    content: message.content,
    flags: message.flags,
    internalDate: message.internalDate,
    dateSource: message.dateSource,
    issues: message.issues,
    ...(message.uid === undefined ? {} : { uid: message.uid }),
    ...(message.pop3Uidl === undefined ? {} : { pop3Uidl: message.pop3Uidl }),
    ...(message.span === undefined ? {} : { span: message.span }),
    ...(message.file === undefined ? {} : { file: message.file }),
    ...(message.share === undefined ? {} : { share: message.share }),
    get contentHash() {
      return message.contentHash;
    },
    ...(message.filtered === undefined ? {} : { filtered: message.filtered }),
    ...(message.failure === undefined ? {} : { failure: message.failure }),
    ...fields,
  };
}
