// Numbers, text and octets from a seed: the same seed gives the same file.

const WORDS: readonly string[] =
  'the ferry leaves at seven from pier two and carries mail boxes of apples Grüße an die Kollegen naïve café report table schedule invoice meeting tomorrow please find attached draft'.split(
    ' ',
  );

/** A generator of numbers in 0 to 1 (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number of at least `low` and below `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low));
  }

  /** So many words. */
  words(count: number): string {
    return Array.from({ length: count }, () => WORDS[this.between(0, WORDS.length)]).join(' ');
  }

  /** So many octets that do not compress. */
  octets(size: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.ceil(size / 4) * 4);
    for (let at = 0; at < bytes.length; at += 4) {
      bytes.writeUInt32LE(Math.floor(this.next() * 2 ** 32), at);
    }
    return bytes.subarray(0, size);
  }
}

/** Octets of any size at once: views of one pool of random octets, each made unlike the others by its number. */
export class OctetPool {
  readonly #pool: Buffer;

  constructor(random: Random, size: number) {
    this.#pool = random.octets(size);
  }

  /** `size` octets of their own, the first eight of which are `number`. */
  take(size: number, number: number): Buffer {
    const start = (number * 4099) % Math.max(1, this.#pool.length - size);
    const bytes = Buffer.allocUnsafe(size);
    this.#pool.copy(bytes, 0, start, start + size);
    if (size >= 8) {
      bytes.writeDoubleLE(number, 0);
    }
    return bytes;
  }
}
