import {
  type LedgerCommit,
  type LedgerFolder,
  type LedgerSource,
  type LedgerSourceRead,
  parseLedgerLine,
} from '../../formats/ledger/line.js';
import { type LedgerMessage, ledgerBaseName, messageKeyOf } from '../../formats/ledger/message-line.js';
import { nameKey } from '../../formats/maildir/filename.js';
import { type FolderPath, pathKey } from '../../model/folder.js';
import type { KnownSource, LedgerEntry, LedgerView } from '../../model/ledger.js';
import { readFrom } from './control-file.js';
import { IdentityTable } from './identity-table.js';

const CHUNK = 1024 * 1024;
/** A line of a source has some 200 octets. */
const MAX_SOURCES = 64 * 1024 * 1024;
const WINDOW = 64 * 1024;
/** Enough for kind, folder and identity of a message line. */
const LINE_START = 120;
const LF = 10;

/** The committed part of a ledger file, read back: an index of lines in memory, the lines themselves on disk. */
export class LedgerIndex implements LedgerView {
  readonly size: number;
  readonly #fd: number;
  readonly #path: string;
  /** Offset behind the last commit line. */
  readonly end: number;
  readonly #tables = new Map<number, IdentityTable>();
  readonly #numbers = new Map<string, number>();
  readonly #paths = new Map<number, FolderPath>();
  readonly #folders = new Map<number, LedgerFolder>();
  /** How many message lines a folder had when its UIDVALIDITY changed last: their UIDs mean nothing any more. */
  readonly #renumberedAt = new Map<number, number>();
  #nextFolder = 0;
  #nextSource = 0;
  #offsets: Float64Array<ArrayBuffer> = new Float64Array(1024);
  #lines = 0;
  /** A bit a line: who was asked for. */
  #seen: Uint8Array<ArrayBuffer> = new Uint8Array(128);
  readonly #sourcesAt: number;
  readonly #runs: LedgerCommit['runs'];
  readonly #sources: LedgerSource[] = [];
  readonly #sourcePaths = new Map<number, string>();
  #isRead = false;
  readonly #window: Buffer<ArrayBuffer> = Buffer.allocUnsafe(WINDOW);
  #windowAt = 0;
  #windowSize = 0;

  /** `last` is what the last commit line states, `end` the offset after it. */
  constructor(fd: number, path: string, last: LedgerCommit & { readonly end: number }) {
    this.#fd = fd;
    this.#path = path;
    this.end = last.end;
    this.#sourcesAt = last.sources;
    this.#runs = last.runs;
    this.size = last.messages;
  }

  #readAt(into: Uint8Array, length: number, at: number): number {
    return readFrom(this.#fd, this.#path, into, length, at);
  }

  /** Sources that were read to their end, without reading the rest of the ledger. */
  sourcesRead(): readonly LedgerSourceRead[] {
    if (this.#sourcesAt === 0) {
      return [];
    }
    const octets = Buffer.allocUnsafe(Math.min(this.end - this.#sourcesAt, MAX_SOURCES));
    const text = octets.toString('utf8', 0, this.#readAt(octets, octets.length, this.#sourcesAt));
    const found: LedgerSourceRead[] = [];
    const pieces = text.split('\n');
    for (const piece of pieces) {
      const line = piece.startsWith('["d"') ? parseLedgerLine(piece) : undefined;
      if (line?.kind !== 'sourceRead') {
        break;
      }
      found.push(line);
    }
    // A run that did not finish noted messages behind the ends of these files: nobody knows what became of them, so nobody goes on there.
    const isFinished = parseLedgerLine(pieces[found.length] ?? '')?.kind === 'commit' && pieces.length === found.length + 2;
    return isFinished ? found : found.map(({ resume: _, ...line }) => line);
  }

  sources(): readonly KnownSource[] {
    return this.sourcesRead().map(({ mtimeMs, ctimeMs, dev, inode, listing, ...source }) => ({
      ...source,
      state: { mtimeMs, ctimeMs, dev, ino: inode, ...(listing === undefined ? {} : { listing }) },
    }));
  }

  runs(): LedgerCommit['runs'] {
    return this.#runs;
  }

  find(folder: FolderPath, identity: string): LedgerEntry | undefined {
    this.#read();
    const number = this.#numbers.get(pathKey(folder));
    const table = number === undefined ? undefined : this.#tables.get(number);
    const at = table?.get(nameKey(identity)) ?? -1;
    if (at < 0) {
      return undefined;
    }
    const entry = this.#entry(this.#lineAt(this.#offsets[at] ?? 0), at);
    if (entry?.identity !== identity) {
      return undefined;
    }
    this.#seen[at >> 3] = (this.#seen[at >> 3] ?? 0) | (1 << (at & 7));
    return entry;
  }

  *unseen(): Generator<LedgerEntry> {
    for (const [entry] of this.#each((at) => ((this.#seen[at >> 3] ?? 0) & (1 << (at & 7))) === 0)) {
      yield entry;
    }
  }

  /** The whole line of an entry. */
  lineOf({ folder, identity }: LedgerEntry): LedgerMessage | undefined {
    const table = this.#tables.get(this.#numbers.get(pathKey(folder)) ?? -1);
    const at = table?.get(nameKey(identity)) ?? -1;
    const line = at < 0 ? undefined : parseLedgerLine(this.#lineAt(this.#offsets[at] ?? 0));
    return line?.kind === 'message' && line.identity === identity ? line : undefined;
  }

  *entries(): Generator<LedgerEntry> {
    for (const [entry] of this.#each(() => true)) {
      yield entry;
    }
  }

  /** The line of each message that holds, of those that are wanted. */
  *#each(wants: (at: number) => boolean): Generator<[LedgerEntry]> {
    this.#read();
    for (let i = 0; i < this.#lines; i++) {
      if (!wants(i)) {
        continue;
      }
      const line = this.#lineAt(this.#offsets[i] ?? 0);
      const at = messageKeyOf(line.slice(0, LINE_START));
      const isLast = at !== undefined && this.#tables.get(at.folder)?.get(at.key) === i;
      const entry = isLast ? this.#entry(line, i) : undefined;
      if (entry !== undefined) {
        yield [entry];
      }
    }
  }

  /** Number of a folder that the ledger knows. */
  folderNumber(folder: FolderPath): number | undefined {
    this.#read();
    return this.#numbers.get(pathKey(folder));
  }

  /** Above the numbers of all folders, also where a line is damaged. */
  get nextFolder(): number {
    this.#read();
    return this.#nextFolder;
  }

  /** The folders, in the order in which they were written. */
  get folders(): readonly LedgerFolder[] {
    this.#read();
    return [...this.#folders.values()];
  }

  uidValidity(folder: FolderPath): number | undefined {
    return this.folder(folder)?.uidValidity;
  }

  /** What the last line of a folder says. */
  folder(path: FolderPath): LedgerFolder | undefined {
    const number = this.folderNumber(path);
    return number === undefined ? undefined : this.#folders.get(number);
  }

  /** Every source that messages refer to. */
  get allSources(): readonly LedgerSource[] {
    this.#read();
    return this.#sources;
  }

  /** Above the numbers of all sources, also where a line is damaged. */
  get nextSource(): number {
    this.#read();
    return this.sourcesRead().reduce((next, { number }) => Math.max(next, number + 1), this.#nextSource);
  }

  #read(): void {
    if (this.#isRead) {
      return;
    }
    this.#isRead = true;
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < this.end; ) {
      const n = this.#readAt(buffer, Math.min(CHUNK, this.end - at), at);
      const used = this.#readLines(buffer.subarray(0, n), at);
      if (used === 0) {
        return;
      }
      at += used;
    }
  }

  /** Whole lines of the piece; returns how many octets they have. */
  #readLines(piece: Buffer, offset: number): number {
    let start = 0;
    for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, start)) {
      const text = piece.toString('latin1', start, Math.min(end, start + LINE_START));
      if (text.startsWith('["m"')) {
        this.#indexMessage(text, offset + start);
      } else if (text.startsWith('["f"')) {
        this.#indexFolder(piece.toString('utf8', start, end));
      } else if (text.startsWith('["s"')) {
        const line = parseLedgerLine(piece.toString('utf8', start, end));
        if (line?.kind === 'source') {
          this.#sources.push(line);
          this.#nextSource = Math.max(this.#nextSource, line.number + 1);
        }
      }
      start = end + 1;
    }
    return start;
  }

  #indexMessage(text: string, offset: number): void {
    const at = messageKeyOf(text);
    if (at === undefined) {
      return;
    }
    this.#nextFolder = Math.max(this.#nextFolder, at.folder + 1);
    let table = this.#tables.get(at.folder);
    if (table === undefined) {
      table = new IdentityTable();
      this.#tables.set(at.folder, table);
    }
    if (this.#lines === this.#offsets.length) {
      const longer = new Float64Array(this.#lines * 2);
      longer.set(this.#offsets);
      this.#offsets = longer;
      this.#seen = new Uint8Array(this.#lines / 4);
    }
    this.#offsets[this.#lines] = offset;
    table.set(at.key, this.#lines);
    this.#lines += 1;
  }

  #indexFolder(text: string): void {
    const line = parseLedgerLine(text);
    if (line?.kind === 'folder') {
      const before = this.#folders.get(line.number)?.uidValidity ?? line.uidValidity;
      if (before !== line.uidValidity) this.#renumberedAt.set(line.number, this.#lines);
      this.#numbers.set(pathKey(line.path), line.number);
      this.#paths.set(line.number, line.path);
      this.#nextFolder = Math.max(this.#nextFolder, line.number + 1);
      this.#folders.set(line.number, line);
    }
  }

  /** The line at an offset; runs read in order, so a window serves many. */
  #lineAt(offset: number): string {
    for (let attempt = 0; attempt < 2; attempt++) {
      const start = offset - this.#windowAt;
      const end = start >= 0 && start < this.#windowSize ? this.#window.subarray(0, this.#windowSize).indexOf(LF, start) : -1;
      if (end >= 0) {
        return this.#window.toString('utf8', start, end);
      }
      this.#windowAt = offset;
      this.#windowSize = this.#readAt(this.#window, WINDOW, offset);
    }
    return '';
  }

  /** @param at - the number of the line among those of messages */
  #entry(text: string, at: number): LedgerEntry | undefined {
    const line = parseLedgerLine(text);
    const path = line?.kind === 'message' ? this.#paths.get(line.folder) : undefined;
    if (line?.kind !== 'message' || path === undefined) return undefined;
    // Of what the source has no more the UID only says that it was ours (see wasTakenByUs).
    const hasUid = line.isGone === true || at >= (this.#renumberedAt.get(line.folder) ?? 0);
    return entryOf(hasUid ? line : { ...line, uid: 0 }, path, this.#sourcePath(line.span?.file ?? line.source));
  }

  #sourcePath(number: number | undefined): string | undefined {
    if (this.#sourcePaths.size < this.#sources.length) {
      for (const source of this.#sources) {
        this.#sourcePaths.set(source.number, source.path);
      }
    }
    return number === undefined ? undefined : this.#sourcePaths.get(number);
  }
}

function entryOf(line: LedgerMessage, folder: FolderPath, source: string | undefined): LedgerEntry {
  const name = ledgerBaseName(line);
  return {
    identity: line.identity,
    sourceId: line.sourceId,
    folder,
    flags: new Set(line.flags),
    internalDate: line.internalDate,
    dateSource: line.dateSource,
    ...(line.uid > 0 ? { uid: line.uid } : {}),
    ...(name === undefined ? {} : { name }),
    ...(source === undefined ? {} : { source }),
    ...(line.isGone === true ? { isGone: true } : {}),
  };
}
