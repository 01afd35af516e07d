// Keys of two or three words of 32 bits, each with a value or without: open addressing over typed arrays, because a Set of strings would take five times
// as much. A large table lies in 64 shards that grow one by one and by a quarter: it is two thirds full at least, and never twice in memory.

const SHARDS = 64;
/** Places of the one shard that a table begins with, and of the largest one that is alone. */
const FIRST = 32;
const LARGEST_ALONE = 8192;
/** Share of the places that may be taken. */
const FULL = 0.85;
const GROWTH = 1.25;

/** One array of places; a place whose last word of the key is 0 is free. */
interface Shard {
  words: Uint32Array<ArrayBuffer>;
  places: number;
  taken: number;
}

/** A set of keys, or a map to numbers of 32 bits. Keys are hashes: their first word decides where they lie. */
export class WordTable {
  readonly #keyWords: 2 | 3;
  readonly #width: number;
  #shards: Shard[];
  #size = 0;
  /** The key that was sought last, its shard, and the place that has it or could take it. */
  #a = 0;
  #b = 0;
  #c = 0;
  #shard: Shard;
  #at = 0;
  #isThere = false;

  constructor(keyWords: 2 | 3, hasValues: boolean) {
    this.#keyWords = keyWords;
    this.#width = keyWords + Number(hasValues);
    this.#shard = this.#newShard(FIRST);
    this.#shards = [this.#shard];
  }

  /** Keys. */
  get size(): number {
    return this.#size;
  }

  /** Octets of the arrays. */
  get octets(): number {
    return this.#shards.reduce((sum, { words }) => sum + words.byteLength, 0);
  }

  /** Looks for a key: what follows is about it. The last word must not be 0; `c` counts only in a table of three words. */
  seek(a: number, b: number, c: number = 0): boolean {
    this.#a = a >>> 0;
    this.#b = b >>> 0;
    this.#c = c >>> 0;
    const hash = hashOf(this.#a, this.#keyWords === 3 ? this.#c : this.#b);
    this.#shard = this.#shards[hash % this.#shards.length] ?? this.#shard;
    this.#at = this.#placeOf(this.#shard, hash);
    this.#isThere = this.#shard.words[this.#at + this.#keyWords - 1] !== 0;
    return this.#isThere;
  }

  /** The value of the key that was found. */
  get value(): number {
    return this.#shard.words[this.#at + this.#keyWords] ?? 0;
  }

  /** Adds the key that was sought, or changes its value. */
  put(value: number = 0): void {
    if (!this.#isThere) this.#add();
    if (this.#width > this.#keyWords) this.#shard.words[this.#at + this.#keyWords] = value;
  }

  #add(): void {
    if (this.#shard.taken + 1 > this.#shard.places * FULL) {
      if (this.#shards.length === 1 && this.#shard.places >= LARGEST_ALONE) this.#divide();
      else this.#grow(this.#shard);
      this.seek(this.#a, this.#b, this.#c);
    }
    const { words } = this.#shard;
    words[this.#at] = this.#a;
    words[this.#at + 1] = this.#b;
    if (this.#keyWords === 3) words[this.#at + 2] = this.#c;
    this.#shard.taken += 1;
    this.#size += 1;
    this.#isThere = true;
  }

  /** The place that has the key that is sought, or the free one where it belongs. */
  #placeOf(shard: Shard, hash: number): number {
    const { words } = shard;
    const { length } = words;
    const width = this.#width;
    const last = this.#keyWords - 1;
    const a = this.#a;
    const b = this.#b;
    const c = this.#c;
    let at = Math.floor((hash / 2 ** 32) * shard.places) * width;
    while (words[at + last] !== 0) {
      if (words[at] === a && words[at + 1] === b && (last === 1 || words[at + 2] === c)) return at;
      at += width;
      if (at >= length) at = 0;
    }
    return at;
  }

  #newShard(places: number): Shard {
    return { words: new Uint32Array(places * this.#width), places, taken: 0 };
  }

  #grow(shard: Shard): void {
    const next = this.#newShard(Math.ceil(shard.places * (this.#shards.length === 1 ? 2 : GROWTH)));
    this.#moveAll(shard, () => next);
    shard.words = next.words;
    shard.places = next.places;
  }

  #divide(): void {
    const alone = this.#shard;
    const counts = new Array<number>(SHARDS).fill(0);
    this.#each(alone, (_, hash) => {
      counts[hash % SHARDS] = (counts[hash % SHARDS] ?? 0) + 1;
    });
    const shards = counts.map((count) => this.#newShard(Math.ceil((count * GROWTH) / FULL) + FIRST));
    this.#moveAll(alone, (hash) => shards[hash % SHARDS] ?? alone);
    this.#shards = shards;
  }

  #moveAll(old: Shard, to: (hash: number) => Shard): void {
    const [a, b, c, width] = [this.#a, this.#b, this.#c, this.#width];
    const { words } = old;
    this.#each(old, (from, hash) => {
      this.#a = words[from] ?? 0;
      this.#b = words[from + 1] ?? 0;
      this.#c = words[from + 2] ?? 0;
      const shard = to(hash);
      const at = this.#placeOf(shard, hash);
      for (let i = 0; i < width; i += 1) shard.words[at + i] = words[from + i] ?? 0;
      shard.taken += 1;
    });
    [this.#a, this.#b, this.#c] = [a, b, c];
  }

  /** Where each key of a shard is, and its hash. */
  #each({ words }: Shard, take: (at: number, hash: number) => void): void {
    const last = this.#keyWords - 1;
    for (let at = 0; at < words.length; at += this.#width) {
      if (words[at + last] !== 0) take(at, hashOf(words[at] ?? 0, words[at + last] ?? 0));
    }
  }
}

/** Keys that differ in their last word alone lie apart. */
function hashOf(first: number, last: number): number {
  return (first ^ Math.imul(last, 0x9e37_79b1)) >>> 0;
}
