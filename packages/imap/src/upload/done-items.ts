import type { DoneItem, SentItem, StoredFacts } from './sent-item.js';

const KEY_OCTETS = 12;
const HASH_DIGITS = 64;
const FIRST_ROWS = 256;

/** What is on the server for sure, by identity: in columns, since an account may have a million. */
export class DoneItems {
  readonly #rows = new Map<string, number>();
  #count = 0;
  #uids = new Uint32Array(FIRST_ROWS);
  #uidNexts = new Uint32Array(FIRST_ROWS);
  #sizes = new Float64Array(FIRST_ROWS);
  #dates = new Float64Array(FIRST_ROWS);
  #keys = Buffer.alloc(FIRST_ROWS * KEY_OCTETS);
  /** Places in `#sets`. */
  #common = new Uint32Array(FIRST_ROWS);
  readonly #sourceIds: string[] = [];
  /** SHA-256 of what was sent, where the identity does not begin with it. */
  readonly #hashes = new Map<number, string>();
  /** What many have in common. */
  readonly #sets: Pick<DoneItem, 'flags' | 'dateSource' | 'run' | 'isFound' | 'isGone' | 'source'>[] = [];
  /** Rows that this run asked for. */
  #seen = new Uint8Array(FIRST_ROWS);
  readonly #setPlaces = new Map<string, number>();

  get size(): number {
    return this.#rows.size;
  }

  has(identity: string): boolean {
    return this.#rows.has(identity);
  }

  get(identity: string): DoneItem | undefined {
    const row = this.#rows.get(identity);
    return row === undefined ? undefined : this.#item(identity, row);
  }

  /** Notes that the source has a message. */
  see(identity: string): void {
    const row = this.#rows.get(identity);
    if (row !== undefined) this.#seen[row] = 1;
  }

  /** Those that were not seen. */
  *unseen(): Generator<DoneItem> {
    for (const [identity, row] of this.#rows) if (this.#seen[row] === 0) yield this.#item(identity, row);
  }

  set(item: SentItem, facts: StoredFacts): void {
    const row = this.#rows.get(item.identity) ?? this.#count++;
    if (row >= this.#uids.length) this.#grow();
    this.#rows.set(item.identity, row);
    this.#uids[row] = facts.uid ?? 0;
    this.#uidNexts[row] = facts.uidNext;
    this.#sizes[row] = item.size;
    this.#dates[row] = item.internalDate;
    this.#keys.fill(0, row * KEY_OCTETS, (row + 1) * KEY_OCTETS);
    this.#keys.write(item.key, row * KEY_OCTETS, KEY_OCTETS, 'hex');
    this.#common[row] = this.#setOf(item, facts);
    this.#sourceIds[row] = item.sourceId;
    if (item.sha256.length === HASH_DIGITS && item.identity.startsWith(item.sha256)) this.#hashes.delete(row);
    else this.#hashes.set(row, item.sha256);
  }

  delete(identity: string): void {
    this.#rows.delete(identity);
  }

  *values(): Generator<DoneItem> {
    for (const [identity, row] of this.#rows) yield this.#item(identity, row);
  }

  /** UIDs that the server told. */
  *uids(): Generator<number> {
    for (const row of this.#rows.values()) if (this.#uids[row] !== 0) yield this.#uids[row] ?? 0;
  }

  #item(identity: string, row: number): DoneItem {
    const key = this.#keys.toString('hex', row * KEY_OCTETS, (row + 1) * KEY_OCTETS);
    const common = this.#sets[this.#common[row] ?? 0];
    if (common === undefined) throw new Error('a row without what it has in common with others');
    return {
      identity,
      sourceId: this.#sourceIds[row] ?? '',
      size: this.#sizes[row] ?? 0,
      key: key === NO_KEY ? '' : key,
      sha256: this.#hashes.get(row) ?? identity.slice(0, HASH_DIGITS),
      internalDate: this.#dates[row] ?? 0,
      uid: this.#uids[row] || undefined,
      uidNext: this.#uidNexts[row] ?? 0,
      ...common,
    };
  }

  #setOf({ flags, dateSource, source }: SentItem, { run, isFound, isGone = false }: StoredFacts): number {
    const name = `${run} ${dateSource} ${isFound} ${isGone} ${source} ${flags.join(' ')}`;
    const known = this.#setPlaces.get(name);
    if (known !== undefined) return known;
    this.#setPlaces.set(name, this.#sets.length);
    return this.#sets.push({ flags, dateSource, run, isFound, ...(isGone ? { isGone } : {}), source }) - 1;
  }

  #grow(): void {
    const rows = this.#uids.length * 2;
    this.#uids = larger(new Uint32Array(rows), this.#uids);
    this.#uidNexts = larger(new Uint32Array(rows), this.#uidNexts);
    this.#sizes = larger(new Float64Array(rows), this.#sizes);
    this.#dates = larger(new Float64Array(rows), this.#dates);
    this.#common = larger(new Uint32Array(rows), this.#common);
    this.#seen = larger(new Uint8Array(rows), this.#seen);
    this.#keys = larger(Buffer.alloc(rows * KEY_OCTETS), this.#keys);
  }
}

const NO_KEY = '0'.repeat(2 * KEY_OCTETS);

function larger<T extends Uint8Array | Uint32Array | Float64Array>(fresh: T, old: T): T {
  fresh.set(old);
  return fresh;
}
