// Several sources as one store: their folders side by side, those of one name as one folder.
import { resolve } from 'node:path';
import { IdentityCounter } from '../formats/content/identity.js';
import { sumQuotes } from '../formats/mbox/quoting.js';
import { assignSpecialUse } from '../formats/special-use/special-use.js';
import { type Folder, type FolderPath, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item } from '../model/item.js';
import type { Message, SourceSpan } from '../model/message.js';
import { sumNodes } from '../model/node-counts.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, NodeCounts, QuotingEvidence, SourceFile } from '../model/store.js';
import { compareFolders } from './folder-tree.js';

/** Stores as one. Closing it closes them all. */
export function mergeStores(stores: readonly MailStore[]): MailStore {
  const [only] = stores;
  return stores.length === 1 && only !== undefined ? only : new MergedStore(stores);
}

function one(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ''))].join(', ');
}

class MergedStore implements MailStore {
  readonly format: string;
  readonly location: string;
  readonly #stores: readonly MailStore[];
  /** Folder → the first store that has it. */
  readonly #owners = new Map<string, number>();
  /** The files read by now, and how many of them each store has told. */
  readonly #read: FileRead[] = [];
  readonly #readOf: number[] = [];
  /** The files of all stores, absolute. */
  #paths: ReadonlySet<string> | undefined;
  readonly #collisions = new Map<string, Issue>();
  items?: (selection?: FolderSelection) => AsyncGenerator<Item>;

  constructor(stores: readonly MailStore[]) {
    this.#stores = stores;
    this.format = one(stores.map(({ format }) => format));
    this.location = one(stores.map(({ location }) => location));
    if (stores.some(({ items }) => items !== undefined)) this.items = (selection) => this.#items(selection);
  }

  get dialect(): string {
    return one(this.#stores.map(({ dialect }) => dialect ?? ''));
  }

  get bytes(): number {
    return this.#stores.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  }

  get files(): readonly SourceFile[] {
    return this.#stores.flatMap(({ files }) => files ?? []);
  }

  get filesRead(): readonly FileRead[] {
    let shift = 0;
    for (const [index, { files, filesRead }] of this.#stores.entries()) {
      const known = this.#readOf[index] ?? 0;
      for (const one of filesRead?.slice(known) ?? []) this.#read.push({ ...one, file: one.file + shift });
      this.#readOf[index] = filesRead?.length ?? 0;
      shift += files?.length ?? 0;
    }
    return this.#read;
  }

  readOctets(file: number, offset: number, length: number): Uint8Array {
    let shift = 0;
    for (const store of this.#stores) {
      const count = store.files?.length ?? 0;
      if (file < shift + count) return store.readOctets?.(file - shift, offset, length) ?? new Uint8Array(0);
      shift += count;
    }
    return new Uint8Array(0);
  }

  /** What one store does not find may be what another reads: a Maildir among mboxes. */
  lacks(path: string): boolean {
    if (!this.#stores.some((store) => store.lacks?.(path) === true)) return false;
    this.#paths ??= new Set(this.files.map((file) => resolve(file.path)));
    return !this.#paths.has(resolve(path));
  }

  get issues(): readonly Issue[] {
    return [...this.#stores.flatMap(({ issues }) => issues), ...this.#collisions.values()];
  }

  get leftAlone(): readonly LeftAlone[] {
    return this.#stores.flatMap(({ leftAlone }) => leftAlone);
  }

  get quoting(): QuotingEvidence | undefined {
    const counts = this.#stores.flatMap(({ quoting }) => (quoting === undefined ? [] : [quoting]));
    return counts.length === 0 ? undefined : sumQuotes(counts);
  }

  async *folders(): AsyncGenerator<Folder> {
    const merged = new Map<string, Folder>();
    for (const [index, store] of this.#stores.entries()) {
      for await (const folder of store.folders()) {
        const key = pathKey(folder.path);
        const before = merged.get(key);
        merged.set(key, before === undefined ? folder : this.#both(before, folder, store));
        if (!this.#owners.has(key)) this.#owners.set(key, index);
      }
    }
    yield* withSpecialUses([...merged.values()].sort((a, b) => compareFolders(a.path, b.path)));
  }

  /** The first store decides on UIDs, since they count within one folder of one server. */
  #both(first: Folder, second: Folder, store: MailStore): Folder {
    this.#collisions.set(pathKey(first.path), {
      code: 'FOLDERS_MERGED',
      where: { path: store.location },
      note: first.path.join('/'),
    });
    const keywords = [...new Set([...(first.keywords ?? []), ...(second.keywords ?? [])])];
    const bytes = first.bytes === undefined && second.bytes === undefined ? {} : { bytes: (first.bytes ?? 0) + (second.bytes ?? 0) };
    const isSubscribed = first.subscribed === true || second.subscribed === true;
    const isKnown = first.subscribed !== undefined || second.subscribed !== undefined;
    return {
      ...first,
      ...(keywords.length === 0 ? {} : { keywords }),
      ...bytes,
      ...(isKnown ? { subscribed: isSubscribed } : {}),
    };
  }

  async *messages(selection?: FolderSelection): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) yield* batch;
  }

  async *batches(selection: FolderSelection = {}): AsyncGenerator<readonly Message[]> {
    const identities = new IdentityCounter();
    if (this.#owners.size === 0) for await (const _ of this.folders());
    let files = 0;
    for (const [index, store] of this.#stores.entries()) {
      const shift = files;
      const { skips, resumes } = selection;
      const inner = {
        ...selection,
        ...(skips === undefined ? {} : { skips: (file: number) => skips(file + shift) }),
        ...(resumes === undefined ? {} : { resumes: (file: number) => resumes(file + shift) }),
      };
      for await (const batch of batchesOfStore(store, inner)) {
        yield batch.map((message) => {
          // A file that is gone on with is the only one of its folder: its store knows how many equal messages there were.
          const isAlone = message.span !== undefined && inner.resumes?.(message.span.file) !== undefined;
          return new MergedMessage(message, { identities, shift, keepsUid: this.#ownerOf(message.folder, index) === index, isAlone });
        });
      }
      files += store.files?.length ?? 0;
    }
  }

  /** A folder that no store announced belongs to the first that yields a message of it. */
  #ownerOf(folder: FolderPath, index: number): number {
    const key = pathKey(folder);
    const owner = this.#owners.get(key) ?? index;
    this.#owners.set(key, owner);
    return owner;
  }

  async *#items(selection?: FolderSelection): AsyncGenerator<Item> {
    let files = 0;
    for (const store of this.#stores) {
      const shift = files;
      const { skips } = selection ?? {};
      const inner = { ...selection, ...(skips === undefined ? {} : { skips: (file: number) => skips(file + shift) }) };
      for await (const item of store.items?.(inner) ?? []) yield item.file === undefined ? item : { ...item, file: item.file + shift };
      files += store.files?.length ?? 0;
    }
  }

  nodes(): NodeCounts | undefined {
    return sumNodes(this.#stores.map((store) => store.nodes?.()));
  }

  get coversFiles(): boolean {
    return this.#stores.every(({ coversFiles }) => coversFiles === true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) await store[Symbol.asyncDispose]();
  }
}

/** Each use once: the plainest name wins, then the store that says it first. */
function* withSpecialUses(folders: readonly Folder[]): Generator<Folder> {
  const byName = assignSpecialUse(folders.map(({ path }) => path));
  const taken = new Set<string>();
  for (const folder of folders) {
    const { specialUse, ...rest } = folder;
    const suggested = byName.get(pathKey(folder.path));
    const use = suggested ?? specialUse;
    const isFirst = use !== undefined && !taken.has(use) && (suggested !== undefined || ![...byName.values()].includes(use));
    yield isFirst ? { ...rest, specialUse: use } : rest;
    if (isFirst) taken.add(use);
  }
}

async function* batchesOfStore(store: MailStore, selection: FolderSelection): AsyncGenerator<readonly Message[]> {
  if (store.batches !== undefined) yield* store.batches(selection);
  else for await (const message of store.messages(selection)) yield [message];
}

/** A message whose equal ones are counted over all stores, and whose span counts in the files of all. */
class MergedMessage implements Message {
  readonly sourceId: Message['sourceId'];
  readonly folder: Message['folder'];
  readonly content: Message['content'];
  readonly flags: Message['flags'];
  readonly internalDate: Message['internalDate'];
  readonly dateSource: Message['dateSource'];
  readonly issues: Message['issues'];
  declare readonly uid?: number;
  declare readonly pop3Uidl?: string;
  declare readonly filtered?: NonNullable<Message['filtered']>;
  declare readonly failure?: Issue;
  declare readonly span?: SourceSpan;
  declare readonly file?: number;
  declare readonly share?: number;
  readonly #inner: Message;
  readonly #identities: IdentityCounter;
  readonly #isAlone: boolean;
  #identity: string | undefined;

  constructor(
    inner: Message,
    place: { readonly identities: IdentityCounter; readonly shift: number; readonly keepsUid: boolean; readonly isAlone: boolean },
  ) {
    this.#isAlone = place.isAlone;
    this.#inner = inner;
    this.#identities = place.identities;
    this.sourceId = inner.sourceId;
    this.folder = inner.folder;
    this.content = inner.content;
    this.flags = inner.flags;
    this.internalDate = inner.internalDate;
    this.dateSource = inner.dateSource;
    this.issues = inner.issues;
    if (inner.uid !== undefined && place.keepsUid) this.uid = inner.uid;
    if (inner.pop3Uidl !== undefined) this.pop3Uidl = inner.pop3Uidl;
    if (inner.filtered !== undefined) this.filtered = inner.filtered;
    if (inner.failure !== undefined) this.failure = inner.failure;
    const { span } = inner;
    if (inner.file !== undefined) this.file = inner.file + place.shift;
    if (inner.share !== undefined) this.share = inner.share;
    if (span !== undefined) this.span = place.shift === 0 ? span : { ...span, file: span.file + place.shift };
  }

  get contentHash(): string | undefined {
    return this.#inner.contentHash;
  }

  get identity(): string {
    const inner = this.#inner.identity;
    if (this.#isAlone) return inner;
    this.#identity ??= this.#identities.identity(this.folder, inner.slice(0, Math.max(inner.lastIndexOf('-'), 0)));
    return this.#identity;
  }
}
