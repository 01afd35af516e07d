// What tells whether the start of a file is what it was: CRC-32 of each piece of 1 MiB, and SHA-256 over these. Reading costs more than that, and a change in one place
// (a rewritten Status) is never missed by a CRC; it is no defence against somebody who forges the file, which `--thorough` is.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PIECE = 1024 * 1024;
/** Hexadecimal digits. */
const LENGTH = 32;

/** The hash of the octets so far. */
export class GrowingHash {
  readonly #pieces = createHash('sha256');
  #crc = 0;
  #filled = 0;
  /** Octets so far. */
  size = 0;

  update(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; ) {
      const end = Math.min(octets.length, at + PIECE - this.#filled);
      this.#crc = crc32(octets.subarray(at, end), this.#crc);
      this.#filled += end - at;
      at = end;
      if (this.#filled < PIECE) break;
      this.#pieces.update(littleEndian(this.#crc));
      this.#crc = 0;
      this.#filled = 0;
    }
    this.size += octets.length;
  }

  /** The hash of the octets so far; more may follow. */
  digest(): string {
    const pieces = this.#pieces.copy();
    if (this.#filled > 0) pieces.update(littleEndian(this.#crc));
    return pieces.digest('hex').slice(0, LENGTH);
  }
}

function littleEndian(crc: number): Uint8Array {
  const octets = Buffer.allocUnsafe(4);
  octets.writeUInt32LE(crc);
  return octets;
}
