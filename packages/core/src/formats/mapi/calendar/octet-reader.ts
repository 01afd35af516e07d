/** Reads little-endian values one after another; past the end everything is 0 and {@link OctetReader.isPastEnd} says so. */
export class OctetReader {
  readonly #bytes: Buffer;
  #at = 0;
  #isPastEnd = false;

  constructor(octets: Uint8Array) {
    this.#bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  }

  /** True once something was read that is not there. */
  get isPastEnd(): boolean {
    return this.#isPastEnd;
  }

  /** Octets that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number): number | undefined {
    if (size > this.left) {
      this.#isPastEnd = true;
      return undefined;
    }
    this.#at += size;
    return this.#at - size;
  }

  u8(): number {
    const at = this.#take(1);
    return at === undefined ? 0 : this.#bytes.readUInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at === undefined ? 0 : this.#bytes.readUInt16LE(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at === undefined ? 0 : this.#bytes.readUInt32LE(at);
  }

  i32(): number {
    return this.u32() | 0;
  }

  octets(size: number): Buffer {
    const at = this.#take(size);
    return at === undefined ? Buffer.alloc(0) : this.#bytes.subarray(at, at + size);
  }

  /** A count that says how many u32 follow, and these. */
  u32List(): number[] {
    const count = this.u32();
    if (count * 4 > this.left) {
      this.#isPastEnd = true;
      return [];
    }
    return Array.from({ length: count }, () => this.u32());
  }
}
