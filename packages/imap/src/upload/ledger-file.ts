// The ledger of an account: one file, one JSON array a line with a tab and a check behind it, appended to and never changed. `sent` lines are on the disk before a
// batch is sent, so that after a cut or kill -9 everything that may be on the server is known. A torn last line is of no account.
import { hash } from 'node:crypto';
import { constants, createReadStream, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TargetError } from '@mailferry/core';
import { LedgerLock } from './ledger-lock.js';

/** A line of the ledger; the first element says which. */
export type LedgerLine = readonly unknown[];

/** Appends lines; those that must be on the disk are waited for, many at a time. */
export class LedgerFile {
  readonly path: string;
  readonly #lock: LedgerLock;
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #chain: Promise<void> = Promise.resolve();

  private constructor(path: string, lock: LedgerLock, file: FileHandle) {
    this.path = path;
    this.#lock = lock;
    this.#file = file;
  }

  /**
   * Opens the ledger for one run, alone.
   *
   * @throws {@link TargetError} TARGET_LOCKED while another run has it; OUTPUT_UNWRITABLE where it cannot be written.
   */
  static async open(directory: string, name: string): Promise<LedgerFile> {
    const path = join(directory, `${name}.ledger`);
    let lock: LedgerLock | undefined;
    let file: FileHandle;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      lock = new LedgerLock(path);
      const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
      file = await open(path, flags, 0o600);
    } catch (cause) {
      lock?.release();
      throw cause instanceof TargetError ? cause : unwritable(path, cause);
    }
    const opened = new LedgerFile(path, lock, file);
    const { size } = await file.stat();
    // A torn last line is closed, so that the next one stands alone.
    if (size > 0 && (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 10) opened.append(['torn']);
    if (size > 0) opened.#waiting = opened.#waiting.map((line) => `\n${line}`);
    return opened;
  }

  /** Adds a line, to be written with the next ones. */
  append(line: LedgerLine): void {
    const text = JSON.stringify(line);
    this.#waiting.push(`${text}\t${checkOf(text)}\n`);
  }

  /**
   * Resolves when every line so far is on the disk.
   *
   * @throws {@link TargetError} OUTPUT_UNWRITABLE when they cannot be written: a full disk.
   */
  sync(): Promise<void> {
    const work = this.#chain.then(() => this.#writeWaiting()).catch((cause: unknown) => Promise.reject(unwritable(this.path, cause)));
    this.#chain = work.catch(() => undefined);
    return work;
  }

  async #writeWaiting(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#write(Buffer.from(text));
    await this.#file.datasync();
  }

  /** Into the cache of the system, which takes no time worth a thread of its own. */
  #write(octets: Uint8Array): void {
    let at = 0;
    try {
      while (at < octets.length) at += writeSync(this.#file.fd, octets, at);
    } catch (error) {
      // On a full disk a line may be torn: what comes after it stands alone.
      if (at > 0) this.#waiting.unshift('\n');
      throw error;
    }
  }

  /** Writes what is left, and lets others in. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      await this.#file.close();
      this.#lock.release();
    }
  }
}

function unwritable(path: string, cause: unknown): TargetError {
  return new TargetError('OUTPUT_UNWRITABLE', 'the ledger of the account cannot be written', {
    where: { path },
    help: 'without it nothing is sent, since a second run would not know of the first; make room, or name a directory with --ledger',
    cause,
  });
}

/** The first eight digits of its SHA-1: against accidents, not against people. */
function checkOf(text: string): string {
  return hash('sha1', text).slice(0, 8);
}

/** The lines of a ledger in order; a line that is none is skipped. */
export async function* readLedgerLines(path: string): AsyncGenerator<LedgerLine> {
  const input = createReadStream(path, { encoding: 'utf8' });
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const parsed = parseLine(line);
      if (parsed !== undefined) yield parsed;
    }
  } finally {
    input.destroy();
  }
}

/**
 * A line that was changed counts as none: what it told is asked of the server again, while a wrong identity would hide a message that is there. JSON has
 * no tab; lines of earlier versions have no check.
 */
function parseLine(line: string): LedgerLine | undefined {
  const tab = line.lastIndexOf('\t');
  const text = tab < 0 ? line : line.slice(0, tab);
  if (tab >= 0 && line.slice(tab + 1) !== checkOf(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
