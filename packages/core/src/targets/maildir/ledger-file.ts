import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { TargetError } from '../../errors.js';
import {
  formatLedgerCommit,
  formatLedgerHead,
  LEDGER_FORMAT,
  type LedgerCommit,
  type LedgerFolder,
  type LedgerLine,
  parseLedgerLine,
} from '../../formats/ledger/line.js';
import { EMPTY_LEDGER, type LedgerView, type RunFacts } from '../../model/ledger.js';
import { openControlFile, readFrom, syncPath, writeAllAt } from './control-file.js';
import { onDisk } from './disk-error.js';
import { LedgerIndex } from './ledger-index.js';

/** Name of the ledger in the root of a Maildir. */
export const LEDGER_FILE: string = 'mailferry-ledger';

const TAIL = 64 * 1024;
/** Octets of the first line, and more. */
const HEAD_MAX = 4096;
const CHUNK = 1024 * 1024;
const LF = 10;

/** Where the last commit of a ledger ends, and how many messages it states. */
interface LastCommit extends LedgerCommit {
  readonly end: number;
}

/** What the first line says. */
export type LedgerHead = Extract<LedgerLine, { kind: 'head' }>;

/** What one commit adds. */
export interface LedgerCommitment {
  readonly lines: Iterable<Uint8Array>;
  /** Messages that had no line before. */
  readonly added: number;
  /** The lines of all sources that were read to their end; undefined when they are what they were. */
  readonly sources: string | undefined;
  /** Octets of the residue file. */
  readonly residue: number;
  /** What the run did, at its end. */
  readonly run: RunFacts | undefined;
}

/** The ledger of a Maildir while it is written. The lock of the run must be held. */
export class LedgerFile {
  readonly view: LedgerIndex | undefined;
  readonly #fd: number;
  readonly #root: string;
  /** The root was synced since the file is in it. */
  #isNamed: boolean;
  #end: number;
  #messages: number;
  #sources: number;
  #runs: LedgerCommit['runs'];
  /** Octets of the residue file that the last commit states. */
  readonly residue: number;

  private constructor(fd: number, root: string, last: LastCommit | undefined, known: LedgerView | undefined) {
    this.#fd = fd;
    this.#root = root;
    this.#isNamed = last !== undefined;
    this.#end = last?.end ?? 0;
    this.#messages = last?.messages ?? 0;
    this.#sources = last?.sources ?? 0;
    this.residue = last?.residue ?? 0;
    this.#runs = last?.runs;
    const isSame = known instanceof LedgerIndex && known.end === last?.end;
    this.view = isSame ? known : last === undefined ? undefined : new LedgerIndex(fd, join(root, LEDGER_FILE), last);
  }

  /**
   * Opens the ledger of a Maildir, or begins one. What follows the last commit is cut off.
   * `known` is what was read of it before the lock was taken; it serves on if nothing was added since.
   * @throws {@link TargetError} LEDGER_UNKNOWN when the file is no ledger of this version
   */
  static open(root: string, head: { layout: string; separator: string }, known?: LedgerView): LedgerFile {
    const path = join(root, LEDGER_FILE);
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const last = readLastCommit(fd, path);
    const ledger = new LedgerFile(fd, root, last, known);
    ftruncateSync(fd, ledger.#end);
    if (last === undefined) {
      ledger.#append([Buffer.from(formatLedgerHead({ created: Math.floor(Date.now() / 1000), ...head }))]);
    }
    return ledger;
  }

  /** Writes lines and a commit line, all or nothing. */
  commit({ lines, added, sources, residue, run }: LedgerCommitment, sync: boolean): void {
    if (run !== undefined) {
      const largest = run.octets >= (this.#runs?.largest.octets ?? 0) ? run : this.#runs?.largest;
      this.#runs = { last: run, largest: largest ?? run };
    }
    this.#append(lines);
    this.#messages += added;
    if (sources !== undefined) {
      this.#sources = this.#end;
      this.#append([Buffer.from(sources)]);
    }
    const state = { messages: this.#messages, time: Math.floor(Date.now() / 1000), residue, sources: this.#sources };
    this.#append([Buffer.from(formatLedgerCommit({ ...state, ...(this.#runs === undefined ? {} : { runs: this.#runs }) }))]);
    if (sync) {
      fsyncSync(this.#fd);
      if (!this.#isNamed) syncPath(this.#root);
      this.#isNamed = true;
    }
  }

  #append(pieces: Iterable<Uint8Array>): void {
    for (const piece of pieces) {
      writeAllAt(this.#fd, piece, this.#end);
      this.#end += piece.length;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A ledger that is only read. */
export interface ReadLedger {
  readonly view: LedgerView;
  /** The folders that it knows; the whole ledger is read for them. */
  readonly folders: readonly LedgerFolder[];
  /** Of its first line; undefined when there is no ledger. */
  readonly layout: string | undefined;
  /** Octets of the residue file that count. */
  readonly residue: number;
  /** Its lines up to the last commit, parsed; damaged ones are left out. */
  lines(): Iterable<LedgerLine>;
  close(): void;
}

/** The ledger of a Maildir for reading; empty when there is none. The caller closes it. */
export function readLedger(root: string): ReadLedger {
  const path = join(root, LEDGER_FILE);
  const fd = onDisk(path, () => openControlFile(path));
  if (fd === undefined) {
    return { view: EMPTY_LEDGER, folders: [], layout: undefined, residue: 0, lines: () => [], close: () => {} };
  }
  const last = readLastCommit(fd, path);
  const index = last === undefined ? undefined : new LedgerIndex(fd, path, last);
  const [first] = linesOf(fd, path, fstatSync(fd).size);
  return {
    view: index ?? EMPTY_LEDGER,
    get folders() {
      return index?.folders ?? [];
    },
    layout: first?.kind === 'head' ? first.layout : undefined,
    residue: last?.residue ?? 0,
    lines: () => linesOf(fd, path, last?.end ?? 0),
    close: () => closeSync(fd),
  };
}

/** How the Maildir was written so far, by the first line of its ledger; undefined without one, or where it cannot be read: who opens it says why. */
export function ledgerHead(root: string): LedgerHead | undefined {
  let fd: number | undefined;
  try {
    fd = openControlFile(join(root, LEDGER_FILE));
    if (fd === undefined) return undefined;
    const octets = Buffer.alloc(HEAD_MAX);
    const text = octets.toString('utf8', 0, readSync(fd, octets, 0, HEAD_MAX, 0));
    const first = parseLedgerLine(text.slice(0, Math.max(0, text.indexOf('\n'))));
    return first?.kind === 'head' ? first : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function* linesOf(fd: number, path: string, end: number): Generator<LedgerLine> {
  let rest = Buffer.alloc(0);
  for (let at = 0; at < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
    const octets = readFrom(fd, path, piece, piece.length, at);
    if (octets === 0) {
      return;
    }
    at += octets;
    const text = Buffer.concat([rest, piece.subarray(0, octets)]);
    let start = 0;
    for (let lf = text.indexOf(LF); lf >= 0; lf = text.indexOf(LF, start)) {
      const line = parseLedgerLine(text.toString('utf8', start, lf));
      start = lf + 1;
      if (line !== undefined) {
        yield line;
      }
    }
    rest = text.subarray(start);
  }
}

/** Searches from the end; undefined when nothing was ever committed. */
function readLastCommit(fd: number, path: string): LastCommit | undefined {
  const size = fstatSync(fd).size;
  const start = read(fd, path, 0, Math.min(size, LEDGER_FORMAT.length + 4));
  if (size > 0 && !`["${LEDGER_FORMAT}",`.startsWith(start.slice(0, LEDGER_FORMAT.length + 4))) {
    throw new TargetError('LEDGER_UNKNOWN', 'the ledger is of another version, or none', {
      where: { path },
      help: 'use the version of mailferry that wrote it, or move the file away to go on without it',
    });
  }
  let later = '';
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - TAIL);
    const text = read(fd, path, from, end - from) + later;
    const found = lastCommitIn(text, from);
    if (found !== undefined) {
      return found;
    }
    later = text.slice(0, TAIL / 64);
    end = from;
  }
  return undefined;
}

function lastCommitIn(text: string, offset: number): LastCommit | undefined {
  for (let at = text.lastIndexOf('\n["c",'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('\n["c",', at - 1)) {
    const end = text.indexOf('\n', at + 1);
    const line = end < 0 ? undefined : parseLedgerLine(text.slice(at + 1, end));
    if (line?.kind === 'commit') {
      return { ...line, end: offset + end + 1 };
    }
  }
  return undefined;
}

function read(fd: number, path: string, at: number, length: number): string {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.toString('latin1', 0, readFrom(fd, path, buffer, length, at));
}
