import { join } from 'node:path';
import { formatLedgerFolder, formatLedgerMessage, formatLedgerSource, parseLedgerLine } from '../../formats/ledger/line.js';
import type { BaseName } from '../../formats/maildir/filename.js';
import type { FolderPath } from '../../model/folder.js';
import type { Message, SourceSpan } from '../../model/message.js';
import type { SourceFile } from '../../model/store.js';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerIndex } from './ledger-index.js';
import { SPILL } from './settings.js';
import { TextPile } from './text-pile.js';

/** Source files of this run, numbered on from those that the ledger has. */
class SourceNumbers {
  readonly #first: number;
  readonly #numbers = new Map<number, number>();
  #files: readonly SourceFile[] = [];
  #lines = '';

  constructor(first: number) {
    this.#first = first;
  }

  list(files: readonly SourceFile[]): void {
    this.#files = files;
  }

  /** The span with the ledger's number of its file. */
  number(span: SourceSpan | undefined): SourceSpan | undefined {
    if (span === undefined) {
      return undefined;
    }
    let number = this.#numbers.get(span.file);
    if (number === undefined) {
      number = this.#first + this.#numbers.size;
      this.#numbers.set(span.file, number);
      this.#announce(number, this.#files[span.file]);
    }
    return { ...span, file: number };
  }

  #announce(number: number, file: SourceFile | undefined): void {
    this.#lines += formatLedgerSource({
      number,
      path: file?.path ?? '',
      folder: file?.folder ?? [],
      size: file?.size ?? 0,
      mtimeMs: file?.state?.mtimeMs ?? 0,
      ctimeMs: file?.state?.ctimeMs ?? 0,
      dev: file?.state?.dev ?? 0,
      inode: file?.state?.ino ?? 0,
    });
  }

  take(): string {
    const lines = this.#lines;
    this.#lines = '';
    return lines;
  }
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
    this.#pile.add(
      formatLedgerMessage({
        folder: this.#number,
        identity: message.identity,
        uid,
        internalDate: Number.isFinite(message.internalDate) ? message.internalDate : 0,
        dateSource: message.dateSource,
        flags: [...message.flags],
        name,
        size: message.content.size,
        crlfSize: message.content.crlfSize,
        span: this.#sources.number(message.span),
        sourceId: message.sourceId,
        storedHash: undefined,
      }),
    );
  }

  /** UIDs were given to other messages before the commit. */
  moveUids(moved: ReadonlyMap<number, number>): void {
    const text = Buffer.concat([...this.#pile.take()].map((piece) => Buffer.from(piece))).toString('utf8');
    for (const text_ of text.split('\n')) {
      const line = parseLedgerLine(text_);
      if (line?.kind === 'message') {
        this.#pile.add(formatLedgerMessage({ ...line, uid: moved.get(line.uid) ?? line.uid }));
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
  #nextFolder: number;
  #folderLines = '';

  constructor(root: string, file: LedgerFile) {
    this.#root = root;
    this.#file = file;
    this.#sources = new SourceNumbers(file.view?.sourceCount ?? 0);
    this.#nextFolder = file.view?.folderCount ?? 0;
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
    const number = known ?? this.#nextFolder;
    this.#nextFolder += Number(known === undefined);
    const announce = (uidValidity: number): void => {
      this.#folderLines += known === undefined ? formatLedgerFolder({ number, path, directory, uidValidity }) : '';
    };
    const notes = new FolderNotes(number, announce, this.#sources, join(this.#root, SPILL));
    this.#folders.push(notes);
    return notes;
  }

  /** Writes all that was noted, and that it is so. */
  commit(sync: boolean): void {
    const taken = this.#folders.filter((folder) => folder.count > 0).map((folder) => folder.take());
    const first = this.#sources.take() + this.#folderLines;
    this.#folderLines = '';
    if (taken.length === 0 && first === '') {
      return;
    }
    const added = taken.reduce((sum, one) => sum + one.added, 0);
    this.#file.commit(chain(Buffer.from(first), taken), added, sync);
  }

  close(): void {
    for (const folder of this.#folders) {
      folder.close();
    }
    this.#file.close();
  }
}

function* chain(first: Uint8Array, taken: readonly { readonly lines: Iterable<Uint8Array> }[]): Generator<Uint8Array> {
  yield first;
  for (const { lines } of taken) {
    yield* lines;
  }
}
