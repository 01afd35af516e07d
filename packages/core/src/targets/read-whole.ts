// Which source files tell by what they lack: those that this run and an earlier one read whole with the same options, and those that vanished.
import { resolve } from 'node:path';
import type { KnownSource } from '../model/ledger.js';
import type { SourceFile } from '../model/store.js';
import type { GoneOptions, SourceFacts } from '../model/target.js';

/** Files of one run, for a target that keeps no numbers of them. */
export class ReadWhole {
  readonly #known: ReadonlyMap<string, KnownSource>;
  readonly #paths = new Set<string>();
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
    const isSame = facts.fingerprint !== '' && this.#known.get(path)?.fingerprint === facts.fingerprint;
    if (isSame && found.kept === undefined) this.#paths.add(path);
    const { nodeBooks: _, ...kept } = facts;
    return { path, folder: found.folder, size: found.size, state: found.state, ...kept };
  }

  /** Paths of files whose messages of earlier runs are gone when nobody saw them. */
  comparable({ fingerprint, lacks }: GoneOptions): ReadonlySet<string> {
    const lost = [...this.#known.values()].filter((one) => one.fingerprint === fingerprint && lacks(one.path));
    return new Set([...this.#paths, ...lost.map(({ path }) => path)]);
  }
}
