import { resolve } from 'node:path';
import {
  formatLedgerNodes,
  formatLedgerSource,
  formatLedgerSourceRead,
  type LedgerSource,
  type LedgerSourceRead,
} from '../../formats/ledger/line.js';
import { pathKey, samePath } from '../../model/folder.js';
import type { SourceSpan } from '../../model/message.js';
import type { SourceFile } from '../../model/store.js';
import type { GoneOptions, SourceFacts } from '../../model/target.js';
import { Comparable } from '../read-whole.js';
import type { LedgerIndex } from './ledger-index.js';

/** Source files of this run: under the numbers that the ledger has for them when they are what they were, else under new ones. */
export class SourceNumbers {
  readonly #view: LedgerIndex | undefined;
  readonly #numbers = new Map<number, { readonly number: number; readonly isNew: boolean }>();
  /** Sources that were read to their end, by path. */
  readonly #read: Map<string, LedgerSourceRead>;
  /** Read whole by this run, and before with the same options. */
  readonly #readWhole = new Comparable();
  #files: readonly SourceFile[] = [];
  #lines = '';
  #hasNews = false;
  #next: number | undefined;

  constructor(view: LedgerIndex | undefined) {
    this.#view = view;
    this.#read = new Map((view?.sourcesRead() ?? []).map((source) => [source.path, source]));
  }

  list(files: readonly SourceFile[]): void {
    this.#files = files;
  }

  /** The span with the ledger's number of its file. */
  number(span: SourceSpan | undefined): SourceSpan | undefined {
    if (span === undefined) {
      return undefined;
    }
    return { file: this.#of(span.file).number, offset: span.offset, length: span.length, ranges: span.ranges };
  }

  /** The ledger's number of a file. */
  numberOf(file: number | undefined): number | undefined {
    return file === undefined || this.#files[file]?.state === undefined ? undefined : this.#of(file).number;
  }

  /** True when the file is not what it was when the ledger was written, so that its messages lie elsewhere. */
  isNew(file: number): boolean {
    return this.#files[file]?.state !== undefined && this.#of(file).isNew;
  }

  #of(file: number): { readonly number: number; readonly isNew: boolean } {
    let found = this.#numbers.get(file);
    if (found === undefined) {
      const source = this.#describe(file);
      const known = this.#files[file]?.state === undefined ? undefined : (this.#grownFrom(file, source) ?? this.#known(source));
      found = known === undefined ? { number: this.#take(), isNew: true } : { number: known.number, isNew: false };
      this.#numbers.set(file, found);
      if (known === undefined) {
        this.#lines += formatLedgerSource({ ...source, number: found.number });
      }
    }
    return found;
  }

  #take(): number {
    this.#next ??= this.#view?.nextSource ?? 0;
    this.#next += 1;
    return this.#next - 1;
  }

  #known(source: LedgerSource): LedgerSource | undefined {
    const read = this.#read.get(source.path);
    return read !== undefined && isSame(read, source) ? read : this.#view?.allSources.findLast((other) => isSame(other, source));
  }

  /** What a file was before it grew; it keeps its number, under its name of now. */
  #grownFrom(file: number, source: LedgerSource): LedgerSource | undefined {
    const kept = this.#files[file]?.kept;
    if (kept === undefined) return undefined;
    const before = [...this.#read.values()].find(
      (one) => one.dev === source.dev && one.inode === source.inode && one.size === kept && pathKey(one.folder) === pathKey(source.folder),
    );
    if (before !== undefined && before.path !== source.path) this.#read.delete(before.path);
    return before;
  }

  #describe(index: number): LedgerSource {
    const file = this.#files[index];
    return {
      number: 0,
      path: file === undefined || file.state === undefined ? (file?.path ?? '') : resolve(file.path),
      folder: file?.folder ?? [],
      size: file?.size ?? 0,
      mtimeMs: file?.state?.mtimeMs ?? 0,
      ctimeMs: file?.state?.ctimeMs ?? 0,
      dev: file?.state?.dev ?? 0,
      inode: file?.state?.ino ?? 0,
      ...(file?.state?.listing === undefined ? {} : { listing: file.state.listing }),
    };
  }

  /** False when an earlier run read this very file to its end, and kept its residue. */
  keepsResidueOf(file: number): boolean {
    const source = this.#describe(file);
    const read = this.#read.get(source.path);
    return this.#files[file]?.state !== undefined && (read === undefined || !isSame(read, source));
  }

  noteRead(file: number, { nodeBooks, ...facts }: SourceFacts): void {
    if (this.#files[file]?.state === undefined) {
      return;
    }
    const source = { ...this.#describe(file), number: this.#of(file).number, ...facts };
    const before = this.#read.get(source.path);
    const isSame = facts.fingerprint !== '' && before?.fingerprint === facts.fingerprint && samePath(before.folder, source.folder);
    if (isSame && this.#files[file]?.kept === undefined) {
      this.#readWhole.add(source.path, before.counts);
    }
    if (before !== undefined && formatLedgerSourceRead(before) === formatLedgerSourceRead(source)) {
      return;
    }
    this.#read.set(source.path, source);
    this.#hasNews = true;
    for (const [outcome, nids] of nodeBooks?.outcomes ?? []) this.#lines += formatLedgerNodes({ source: source.number, outcome, nids });
  }

  /** Not all of this file is in the Maildir, although it was read to its end. */
  forget(number: number | undefined): void {
    for (const [path, source] of this.#read) {
      if (source.number !== number) continue;
      this.#read.delete(path);
      this.#hasNews = true;
    }
  }

  /**
   * Files that this run and one before read whole with the same options, and of those that one before read and that are no longer there;
   * the latter are forgotten once their messages were flagged, for which a later run may be asked.
   */
  comparable({ fingerprint, lacks, propagate }: GoneOptions): Comparable {
    for (const [path, source] of [...this.#read]) {
      if (source.fingerprint === fingerprint && lacks(path)) {
        this.#readWhole.add(path, source.counts);
        if (!propagate) continue;
        this.#read.delete(path);
        this.#hasNews = true;
      }
    }
    return this.#readWhole;
  }

  takeLines(): string {
    const lines = this.#lines;
    this.#lines = '';
    return lines;
  }

  /** Undefined when nothing changed. */
  takeRead(): string | undefined {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews ? this.allRead() : undefined;
  }

  allRead(): string | undefined {
    return this.#read.size === 0 ? undefined : [...this.#read.values()].map(formatLedgerSourceRead).join('');
  }
}

function isSame(a: LedgerSource, b: LedgerSource): boolean {
  return (
    a.path === b.path &&
    samePath(a.folder, b.folder) &&
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.dev === b.dev &&
    a.inode === b.inode &&
    a.listing === b.listing
  );
}
