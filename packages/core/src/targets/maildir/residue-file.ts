import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { decodeResidue, encodeResidue, RESIDUE_HEADER, type ResidueRecord } from '../../formats/ledger/residue.js';
import { openControlFile, readFrom, writeAllAt } from './control-file.js';
import { onDisk } from './disk-error.js';

/** Name of the residue in the root of a Maildir. */
const RESIDUE_FILE: string = 'mailferry-residue';

/** Octets of a record at the most, packed: a writer makes records of about 256 KiB, earlier ones of 1 MiB. */
const LARGEST = 16 * 1024 * 1024;

/** The residue of a Maildir while it is written. What lies beyond the length that the ledger's last commit states never happened. */
export class ResidueFile {
  readonly #path: string;
  #length: number;
  #fd: number | undefined;
  #isSynced = true;

  constructor(root: string, length: number) {
    this.#path = join(root, RESIDUE_FILE);
    this.#length = length;
  }

  /** Octets, for the commit line; 0 when there is none. */
  get length(): number {
    return this.#length;
  }

  append(record: ResidueRecord): void {
    this.#fd ??= this.#open();
    const octets = encodeResidue(record);
    writeAllAt(this.#fd, octets, this.#length);
    this.#length += octets.length;
    this.#isSynced = false;
  }

  #open(): number {
    const fd = openSync(this.#path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    this.#length = Math.min(this.#length, fstatSync(fd).size);
    ftruncateSync(fd, this.#length);
    if (this.#length === 0) {
      const header = Buffer.from(RESIDUE_HEADER);
      writeAllAt(fd, header, 0);
      this.#length = header.length;
    }
    return fd;
  }

  sync(): void {
    if (this.#fd !== undefined && !this.#isSynced) {
      fsyncSync(this.#fd);
      this.#isSynced = true;
    }
  }

  close(): void {
    if (this.#fd !== undefined) {
      closeSync(this.#fd);
    }
    this.#fd = undefined;
  }
}

/** The records of a residue file up to `length`; ends early where one is damaged. */
export function* readResidue(root: string, length: number): Generator<ResidueRecord> {
  const path = join(root, RESIDUE_FILE);
  const fd = onDisk(path, () => openControlFile(path));
  if (fd === undefined) {
    return;
  }
  try {
    for (let at = RESIDUE_HEADER.length; at < length; ) {
      let found: ReturnType<typeof decodeResidue>;
      for (let size = 2 * 1024 * 1024; found === undefined && size <= LARGEST; size *= 2) {
        const piece = Buffer.allocUnsafe(Math.min(size, length - at));
        found = decodeResidue(piece.subarray(0, readFrom(fd, path, piece, piece.length, at)), 0);
        if (piece.length === length - at) {
          break;
        }
      }
      if (found === undefined) {
        return;
      }
      yield found.record;
      at += found.next;
    }
  } finally {
    closeSync(fd);
  }
}
