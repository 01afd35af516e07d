import { join } from 'node:path';
import { formatLedgerFolder, parseLedgerLine } from '../../formats/ledger/line.js';
import { type LedgerMessage, writeLedgerMessage } from '../../formats/ledger/message-line.js';
import type { BaseName } from '../../formats/maildir/filename.js';
import type { Flag } from '../../model/flag.js';
import type { FolderPath } from '../../model/folder.js';
import type { RunFacts } from '../../model/ledger.js';
import type { Message } from '../../model/message.js';
import type { SourceFile } from '../../model/store.js';
import type { GoneOptions, SourceFacts } from '../../model/target.js';
import type { Comparable } from '../read-whole.js';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerIndex } from './ledger-index.js';
import { ResidueFile } from './residue-file.js';
import { SPILL } from './settings.js';
import { SourceNumbers } from './source-numbers.js';
import { TextPile } from './text-pile.js';

/** What the ledger will say of one folder at the next commit. */
export class FolderNotes {
  /** Adds the line of the folder itself, if the ledger has none with this UIDVALIDITY, or does not know of its subscription. */
  readonly announce: (uidValidity: number, subscribed: boolean | undefined) => void;
  /** What the folder had at the last run; undefined for one that the ledger does not know. */
  readonly uidValidity: number | undefined;
  readonly #number: number;
  readonly #sources: SourceNumbers;
  readonly #pile: TextPile;
  #added = 0;

  constructor(
    number: number,
    { announce, uidValidity }: Pick<FolderNotes, 'announce' | 'uidValidity'>,
    sources: SourceNumbers,
    spillPath: string,
  ) {
    this.#number = number;
    this.announce = announce;
    this.uidValidity = uidValidity;
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

  /** Forgets new messages with these UIDs, and that their files were read to the end: the next run reads them again. */
  withdraw(isWithdrawn: (uid: number) => boolean): void {
    const text = Buffer.concat([...this.#pile.take()].map((piece) => Buffer.from(piece))).toString('utf8');
    for (const text_ of text.split('\n')) {
      const line = parseLedgerLine(text_);
      if (line?.kind !== 'message') continue;
      if (!isWithdrawn(line.uid)) {
        writeLedgerMessage(this.#pile.next(), line);
        continue;
      }
      this.#added -= 1;
      this.#sources.forget(line.span?.file ?? line.source);
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
    this.#nextFolder ??= this.#file.view?.nextFolder ?? 0;
    const number = known ?? this.#nextFolder;
    this.#nextFolder += Number(known === undefined);
    const noted = this.#file.view?.folder(path);
    const announce = (uidValidity: number, isSubscribed: boolean | undefined): void => {
      // What was subscribed once is not brought again.
      const subscribed = noted?.subscribed === true ? true : (isSubscribed ?? noted?.subscribed);
      if (noted?.uidValidity === uidValidity && noted.subscribed === subscribed) return;
      this.#folderLines += formatLedgerFolder({
        number,
        path,
        directory,
        uidValidity,
        ...(subscribed === undefined ? {} : { subscribed }),
      });
    };
    const notes = new FolderNotes(number, { announce, uidValidity: noted?.uidValidity }, this.#sources, join(this.#root, SPILL));
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
  comparable(options: GoneOptions): Comparable {
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
