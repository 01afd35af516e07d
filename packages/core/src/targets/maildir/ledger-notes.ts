import { join, resolve } from 'node:path';
import {
  formatLedgerFolder,
  formatLedgerNodes,
  formatLedgerSource,
  formatLedgerSourceRead,
  type LedgerSource,
  type LedgerSourceRead,
  parseLedgerLine,
} from '../../formats/ledger/line.js';
import { type LedgerMessage, writeLedgerMessage } from '../../formats/ledger/message-line.js';
import type { BaseName } from '../../formats/maildir/filename.js';
import type { Flag } from '../../model/flag.js';
import { type FolderPath, pathKey } from '../../model/folder.js';
import type { RunFacts } from '../../model/ledger.js';
import type { Message, SourceSpan } from '../../model/message.js';
import type { SourceFile } from '../../model/store.js';
import type { GoneOptions, SourceFacts } from '../../model/target.js';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerIndex } from './ledger-index.js';
import { ResidueFile } from './residue-file.js';
import { SPILL } from './settings.js';
import { TextPile } from './text-pile.js';

/** Source files of this run: under the numbers that the ledger has for them when they are what they were, else under new ones. */
class SourceNumbers {
  readonly #view: LedgerIndex | undefined;
  readonly #numbers = new Map<number, { readonly number: number; readonly isNew: boolean }>();
  /** Sources that were read to their end, by path. */
  readonly #read: Map<string, LedgerSourceRead>;
  /** Read whole by this run, and before with the same options. */
  readonly #readWhole = new Set<string>();
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
    this.#next ??= this.#view?.allSources.length ?? 0;
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
    if (this.#files[file]?.kept === undefined && before?.fingerprint === facts.fingerprint && facts.fingerprint !== '') {
      this.#readWhole.add(source.path);
    }
    if (before !== undefined && formatLedgerSourceRead(before) === formatLedgerSourceRead(source)) {
      return;
    }
    this.#read.set(source.path, source);
    this.#hasNews = true;
    for (const [outcome, nids] of nodeBooks?.outcomes ?? []) this.#lines += formatLedgerNodes({ source: source.number, outcome, nids });
  }

  /**
   * Paths of files that this run and one before read whole with the same options, and of those that one before read and that are no longer there;
   * the latter are forgotten.
   */
  comparable({ fingerprint, lacks }: GoneOptions): ReadonlySet<string> {
    const paths = new Set(this.#readWhole);
    for (const [path, source] of [...this.#read]) {
      if (source.fingerprint === fingerprint && lacks(path)) {
        paths.add(path);
        this.#read.delete(path);
        this.#hasNews = true;
      }
    }
    return paths;
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
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.dev === b.dev &&
    a.inode === b.inode &&
    a.listing === b.listing
  );
}

/** What the ledger will say of one folder at the next commit. */
export class FolderNotes {
  /** Adds the line of the folder itself, if the ledger has none. */
  readonly announce: (uidValidity: number) => void;
  readonly #number: number;
  readonly #sources: SourceNumbers;
  readonly #pile: TextPile;
  #added = 0;

  constructor(number: number, announce: (uidValidity: number) => void, sources: SourceNumbers, spillPath: string) {
    this.#number = number;
    this.announce = announce;
    this.#sources = sources;
    this.#pile = new TextPile(spillPath);
  }

  /** Lines that wait. */
  get count(): number {
    return this.#pile.count;
  }

  /** `uid` is 0 and `name` undefined when they are not known; `isNew` when the ledger has no line of the message. */
  add(message: Message, uid: number, name: Pick<BaseName, 'seconds' | 'counter'> | undefined, isNew: boolean): void {
    this.#added += Number(isNew);
    writeLedgerMessage(this.#pile.next(), {
      folder: this.#number,
      identity: message.identity,
      uid,
      internalDate: Number.isFinite(message.internalDate) ? message.internalDate : 0,
      dateSource: message.dateSource,
      flags: message.flags,
      name,
      size: message.content.size,
      crlfSize: message.content.crlfSize,
      span: this.#sources.number(message.span),
      sourceId: message.sourceId,
      source: this.#sources.numberOf(message.file),
      storedHash: message.contentHash,
    });
  }

  /** Notes that the source has a message no more; `flags` are those that it is to be compared with from now on. */
  addGone(line: LedgerMessage, flags: readonly Flag[]): void {
    writeLedgerMessage(this.#pile.next(), { ...line, flags, isGone: true });
  }

  /** True when the ledger's line of a message does not say where it lies now. */
  isElsewhere({ span }: Message): boolean {
    return span !== undefined && this.#sources.isNew(span.file);
  }

  /** UIDs were given to other messages before the commit. */
  moveUids(moved: ReadonlyMap<number, number>): void {
    const text = Buffer.concat([...this.#pile.take()].map((piece) => Buffer.from(piece))).toString('utf8');
    for (const text_ of text.split('\n')) {
      const line = parseLedgerLine(text_);
      if (line?.kind === 'message') {
        writeLedgerMessage(this.#pile.next(), { ...line, uid: moved.get(line.uid) ?? line.uid });
      }
    }
  }

  take(): { readonly lines: Iterable<Uint8Array>; readonly added: number } {
    const added = this.#added;
    this.#added = 0;
    return { lines: this.#pile.take(), added };
  }

  close(): void {
    this.#pile.close();
  }
}

/** Collects what the ledger is told between two commits. */
export class LedgerNotes {
  readonly #root: string;
  readonly #file: LedgerFile;
  readonly #sources: SourceNumbers;
  readonly #folders: FolderNotes[] = [];
  readonly #residue: ResidueFile;
  #nextFolder: number | undefined;
  #run: RunFacts | undefined;
  /** This run committed something. */
  #hasWritten = false;
  #folderLines = '';

  constructor(root: string, file: LedgerFile) {
    this.#root = root;
    this.#file = file;
    this.#sources = new SourceNumbers(file.view);
    this.#residue = new ResidueFile(root, file.residue);
  }

  get view(): LedgerIndex | undefined {
    return this.#file.view;
  }

  listSources(files: readonly SourceFile[]): void {
    this.#sources.list(files);
  }

  /** The notes of a folder, under the number that the ledger has for it or a new one. */
  folder(path: FolderPath, directory: string): FolderNotes {
    const known = this.#file.view?.folderNumber(path);
    this.#nextFolder ??= this.#file.view?.folderCount ?? 0;
    const number = known ?? this.#nextFolder;
    this.#nextFolder += Number(known === undefined);
    const announce = (uidValidity: number): void => {
      this.#folderLines += known === undefined ? formatLedgerFolder({ number, path, directory, uidValidity }) : '';
    };
    const notes = new FolderNotes(number, announce, this.#sources, join(this.#root, SPILL));
    this.#folders.push(notes);
    return notes;
  }

  keepsResidueOf(file: number): boolean {
    return this.#sources.keepsResidueOf(file);
  }

  /** Appends a record; it counts from the next commit on. */
  addResidue({ file, ranges, octets }: { readonly file: number; readonly ranges: readonly number[]; readonly octets: Uint8Array }): void {
    const source = this.#sources.number({ file, offset: 0, length: 0, ranges: [] })?.file ?? 0;
    this.#residue.append({ source, ranges, octets });
  }

  sourceRead(file: number, facts: SourceFacts): void {
    this.#sources.noteRead(file, facts);
  }

  /** See {@link MailTarget.gone}. */
  comparable(options: GoneOptions): ReadonlySet<string> {
    return this.#sources.comparable(options);
  }

  /** Writes all that was noted, and that it is so. */
  commit(sync: boolean): void {
    const taken = this.#folders.filter((folder) => folder.count > 0).map((folder) => folder.take());
    const first = this.#sources.takeLines() + this.#folderLines;
    this.#folderLines = '';
    const news = this.#sources.takeRead();
    const hasFacts = this.#run !== undefined && this.#hasWritten;
    if (taken.length === 0 && first === '' && news === undefined && !hasFacts) {
      return;
    }
    this.#hasWritten = true;
    // At the end of a run the lines of the sources stand last, so that the next one sees that it was the end.
    const sources = news ?? (this.#run === undefined ? undefined : this.#sources.allRead());
    if (sync) {
      this.#residue.sync();
    }
    const added = taken.reduce((sum, one) => sum + one.added, 0);
    this.#file.commit({ lines: chain(Buffer.from(first), taken), added, sources, residue: this.#residue.length, run: this.#run }, sync);
  }

  /** The run is at its end. */
  noteRun(facts: RunFacts): void {
    this.#run = facts;
  }

  close(): void {
    for (const folder of this.#folders) {
      folder.close();
    }
    this.#residue.close();
    this.#file.close();
  }
}

function* chain(first: Uint8Array, taken: readonly { readonly lines: Iterable<Uint8Array> }[]): Generator<Uint8Array> {
  yield first;
  for (const { lines } of taken) {
    yield* lines;
  }
}
