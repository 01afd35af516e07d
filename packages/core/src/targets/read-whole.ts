// Which source files tell by what they lack: those that this run and an earlier one read whole with the same options, and those that vanished.
import { resolve } from 'node:path';
import { type FolderPath, pathKey, samePath } from '../model/folder.js';
import type { FolderCount, KnownSource } from '../model/ledger.js';
import type { SourceFile } from '../model/store.js';
import type { GoneOptions, SourceFacts } from '../model/target.js';

/** Files that tell by what they lack, each with the folders to which the run before took its messages: what another run, with other flags, took elsewhere is none of their business. */
export class Comparable {
  readonly #folders = new Map<string, ReadonlySet<string>>();

  get isEmpty(): boolean {
    return this.#folders.size === 0;
  }

  /** Absolute. */
  get paths(): Iterable<string> {
    return this.#folders.keys();
  }

  add(path: string, counts: readonly FolderCount[]): void {
    this.#folders.set(path, new Set(counts.map((count) => pathKey(count.path))));
  }

  /** True for a message of this file in this folder that is gone when nobody saw it. */
  covers(path: string | undefined, folder: FolderPath): boolean {
    return path !== undefined && this.#folders.get(path)?.has(pathKey(folder)) === true;
  }
}

/** Files of one run, for a target that keeps no numbers of them. */
export class ReadWhole {
  readonly #known: ReadonlyMap<string, KnownSource>;
  readonly #comparable = new Comparable();
  #files: readonly SourceFile[] = [];

  /** @param known - what earlier runs read */
  constructor(known: readonly KnownSource[]) {
    this.#known = new Map(known.map((one) => [one.path, one]));
  }

  list(files: readonly SourceFile[]): void {
    this.#files = files;
  }

  /** The file as the ledger names it; undefined for one without state. */
  pathOf(file: number | undefined): string | undefined {
    const found = file === undefined ? undefined : this.#files[file];
    return found?.state === undefined ? undefined : resolve(found.path);
  }

  /** A file was read to its end; the source as a ledger keeps it, undefined for one without state. */
  note(file: number, facts: SourceFacts): KnownSource | undefined {
    const [found, path] = [this.#files[file], this.pathOf(file)];
    if (found?.state === undefined || path === undefined) return undefined;
    const before = this.#known.get(path);
    const isSame = facts.fingerprint !== '' && before?.fingerprint === facts.fingerprint && samePath(before.folder, found.folder);
    if (isSame && found.kept === undefined) this.#comparable.add(path, before.counts);
    const { nodeBooks: _, ...kept } = facts;
    return { path, folder: found.folder, size: found.size, state: found.state, ...kept };
  }

  /** Files whose messages of earlier runs are gone when nobody saw them. */
  comparable({ fingerprint, lacks }: GoneOptions): Comparable {
    for (const one of this.#known.values()) {
      if (one.fingerprint === fingerprint && lacks(one.path)) this.#comparable.add(one.path, one.counts);
    }
    return this.#comparable;
  }
}
