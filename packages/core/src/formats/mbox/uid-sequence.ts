// Which X-UID to believe. UIDs rise, and none is above the last one that X-IMAPbase declares; a header that a sender forged breaks that.
// Dovecot gives the forger and every message after him a new UID. We look ahead: a UID is dropped when believing it would cost more of the next ones
// than it is worth (the longest rising sequence decides), and it costs nobody else's.

/** Messages that are known before the first of them is decided. */
export const UID_LOOKAHEAD = 64;

/** Something that has a UID and waits for the verdict. */
export interface UidClaim {
  /** As the header says; undefined without one. */
  readonly claimedUid: number | undefined;
}

/** Decides UIDs in order, {@link UID_LOOKAHEAD} messages behind the reader. */
export class UidSequence<T extends UidClaim> {
  /** Those from `#head` on wait. */
  readonly #queue: T[] = [];
  readonly #last: number;
  readonly #decide: (claim: T, uid: number | undefined) => void;
  #head = 0;
  #previous = 0;
  #descents = 0;
  #newest = 0;

  /** @param lastUid the last UID that the mailbox gave; no higher one is believed */
  constructor(lastUid: number, decide: (claim: T, uid: number | undefined) => void) {
    this.#last = lastUid;
    this.#decide = decide;
  }

  /** The last UID that was believed, and the last that was claimed. */
  get state(): readonly [previous: number, newest: number] {
    return [this.#previous, this.#newest];
  }

  /** Goes on behind messages that an earlier run decided. */
  goOn([previous, newest]: readonly [previous: number, newest: number]): void {
    this.#previous = previous;
    this.#newest = newest;
  }

  /** Takes the next message; hands back one that is decided, if there is one. */
  push(claim: T): T | undefined {
    this.#queue.push(claim);
    const uid = this.#plausible(claim);
    if (uid > 0) {
      if (uid <= this.#newest) this.#descents += 1;
      this.#newest = uid;
    }
    return this.#queue.length - this.#head > UID_LOOKAHEAD ? this.shift() : undefined;
  }

  /** Decides the oldest message that waits. */
  shift(): T | undefined {
    const claim = this.#queue[this.#head];
    if (claim === undefined) return undefined;
    this.#head += 1;
    if (this.#head >= 4 * UID_LOOKAHEAD) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    const uid = this.#plausible(claim);
    const isGood = uid > this.#previous && (this.#descents === 0 || this.#isWorthIt(uid));
    if (uid > 0 && this.#descents > 0) this.#recount();
    if (isGood) this.#previous = uid;
    this.#decide(claim, isGood ? uid : undefined);
    return claim;
  }

  #plausible(claim: T): number {
    const uid = claim.claimedUid ?? 0;
    return uid <= this.#last ? uid : 0;
  }

  #recount(): void {
    let before = 0;
    let descents = 0;
    for (const claim of this.#queue.slice(this.#head)) {
      const uid = this.#plausible(claim);
      if (uid === 0) continue;
      if (uid <= before) descents += 1;
      before = uid;
    }
    this.#descents = descents;
  }

  /** True when the next UIDs are no better off without this one. */
  #isWorthIt(uid: number): boolean {
    if (uid === this.#previous + 1) return true;
    const next = this.#queue
      .slice(this.#head)
      .map((claim) => this.#plausible(claim))
      .filter((other) => other > this.#previous);
    const [believed, doubted] = [1 + longestRise(next.filter((other) => other > uid)), longestRise(next)];
    return believed > doubted || (believed === doubted && next[0] !== this.#previous + 1);
  }
}

/** Length of the longest strictly rising subsequence (patience sorting). */
function longestRise(values: readonly number[]): number {
  const tails: number[] = [];
  for (const value of values) {
    const at = tails.findIndex((tail) => tail >= value);
    if (at < 0) tails.push(value);
    else tails[at] = value;
  }
  return tails.length;
}
