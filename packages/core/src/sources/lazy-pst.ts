// A PST that is opened when somebody wants what is in it: a run that finds it as it was never does.
import { closeSync } from 'node:fs';
import type { Folder } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item } from '../model/item.js';
import type { Message } from '../model/message.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, NodeCounts, SourceFile } from '../model/store.js';
import type { OpenOptions } from './format.js';
import { pstFile } from './pst-file.js';
import type { PstMailStore } from './pst-store.js';
import { rawPath } from './raw-path.js';
import { openRegularFile } from './regular-file.js';

/** Until it is opened it knows its file, and nothing that is in it. */
export class LazyPst implements MailStore {
  readonly format = 'pst';
  readonly coversFiles = true;
  readonly location: string;
  readonly #options: OpenOptions;
  readonly #closed: SourceFile;
  readonly #open: (path: string, options: OpenOptions) => Promise<PstMailStore>;
  #store: PstMailStore | undefined;
  #isPassedOver = false;

  /** @throws {@link SourceError} as `openRegularFile` */
  constructor(path: string, options: OpenOptions, open: (path: string, options: OpenOptions) => Promise<PstMailStore>) {
    this.location = path;
    this.#options = options;
    this.#open = open;
    const file = openRegularFile(rawPath(path), { followsLink: true, ...(options.owner === undefined ? {} : { owner: options.owner }) });
    this.#closed = pstFile(file, path);
    closeSync(file.fd);
  }

  get bytes(): number {
    return this.#isPassedOver ? 0 : this.#closed.size;
  }

  get files(): readonly SourceFile[] {
    return this.#store?.files ?? [this.#closed];
  }

  get filesRead(): readonly FileRead[] {
    return this.#store?.filesRead ?? [];
  }

  get dialect(): string | undefined {
    return this.#store?.dialect;
  }

  get issues(): readonly Issue[] {
    return this.#store?.issues ?? [];
  }

  get leftAlone(): readonly LeftAlone[] {
    return this.#store?.leftAlone ?? [];
  }

  nodes(): NodeCounts | undefined {
    return this.#store?.nodes?.();
  }

  async *folders(): AsyncGenerator<Folder> {
    yield* (await this.#opened()).folders();
  }

  async *messages(selection?: FolderSelection): AsyncGenerator<Message> {
    if (selection?.skips?.(0) !== true) yield* (await this.#opened()).messages(selection);
  }

  async *batches(selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
    this.#isPassedOver = selection?.skips?.(0) === true;
    if (this.#isPassedOver) return;
    const store = await this.#opened();
    yield* store.batches?.(selection) ?? [];
  }

  async *items(selection?: FolderSelection): AsyncGenerator<Item> {
    if (selection?.skips?.(0) === true) return;
    const store = await this.#opened();
    yield* store.items?.(selection) ?? [];
  }

  async #opened(): Promise<PstMailStore> {
    this.#store ??= await this.#open(this.location, this.#options);
    return this.#store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
  }
}
