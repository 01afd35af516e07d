// Finds out without a ledger which messages of a folder are there already. Different messages with the same Message-ID are never taken
// for one: header key and predicted RFC822.SIZE must agree and be unique on both sides; else the body is fetched and hashed.
import type { Prepared } from './prepared.js';
import type { ServerMessage } from './scan.js';

/** Messages that are believed to be there; released when the folder is done, or proven by their bodies before. */
const MOST_HELD = 5000;

/** A message that was recognised. */
export interface Match {
  readonly item: Prepared;
  readonly uid: number;
}

/** What became of the messages that were looked at. */
export interface MatchResult {
  /** Not there: to be uploaded. */
  readonly absent: readonly Prepared[];
  /** There for sure, to be reported now. */
  readonly present: readonly Match[];
  /** True when something similar is there, but not the same. */
  readonly isUncertain: boolean;
}

/** Messages of one header key and size: UIDs whose body nobody asked for, and those of known bodies that nobody claimed. */
class LookAlikes {
  readonly uids: number[] = [];
  readonly #byHash = new Map<string, number[]>();
  #asked = 0;
  #unclaimed = 0;

  /** One that has this body, claimed; undefined when there is none. Each body is asked for once. */
  async claim(sha256: string, hashOf: (uid: number) => Promise<string | undefined>): Promise<number | undefined> {
    const known = this.#byHash.get(sha256)?.pop();
    if (known !== undefined) {
      this.#unclaimed -= 1;
      return known;
    }
    for (let uid = this.uids[this.#asked]; uid !== undefined; uid = this.uids[this.#asked]) {
      const hash = await hashOf(uid);
      this.#asked += 1;
      if (hash === sha256) return uid;
      if (hash !== undefined) this.#keep(hash, uid);
    }
    return undefined;
  }

  /** True when some are left that are none of the source. */
  get hasOthers(): boolean {
    return this.#unclaimed > 0;
  }

  #keep(hash: string, uid: number): void {
    const same = this.#byHash.get(hash);
    if (same === undefined) this.#byHash.set(hash, [uid]);
    else same.push(uid);
    this.#unclaimed += 1;
  }
}

/** The messages of one mailbox, each of which answers for one message of the source. */
export class Matcher {
  readonly #byLooks = new Map<string, LookAlikes>();
  readonly #keys = new Set<string>();
  readonly #held = new Map<string, Match>();
  readonly #seen = new Set<string>();
  readonly #hashOf: (uid: number) => Promise<string | undefined>;

  /** @param hashOf SHA-256 of a body on the server; undefined when it is gone */
  constructor(there: readonly ServerMessage[], hashOf: (uid: number) => Promise<string | undefined>) {
    this.#hashOf = hashOf;
    for (const message of there) {
      const looks = `${message.key} ${message.size}`;
      const same = this.#byLooks.get(looks) ?? new LookAlikes();
      same.uids.push(message.uid);
      this.#byLooks.set(looks, same);
      if (message.key !== '') this.#keys.add(message.key);
    }
  }

  /** Looks for a message. One that is held is decided later: take {@link Matcher.release} at the end. */
  async match(item: Prepared): Promise<MatchResult> {
    const looks = `${item.key} ${item.size}`;
    const alike = this.#byLooks.get(looks);
    if (alike === undefined) return { absent: [item], present: [], isUncertain: item.key !== '' && this.#keys.has(item.key) };
    const isFirst = !this.#seen.has(looks);
    this.#seen.add(looks);
    const [uid, other] = alike.uids;
    if (isFirst && uid !== undefined && other === undefined && item.key !== '') return this.#hold(looks, { item, uid });
    const before = await this.#reopen(looks);
    const now = await this.#byBody(item, alike);
    return {
      absent: [...before.absent, ...now.absent],
      present: [...before.present, ...now.present],
      isUncertain: before.isUncertain || now.isUncertain,
    };
  }

  /** Those that no second look-alike has called into question. */
  release(): Match[] {
    const held = [...this.#held.values()];
    this.#held.clear();
    return held;
  }

  async #hold(looks: string, match: Match): Promise<MatchResult> {
    this.#held.set(looks, match);
    if (this.#held.size <= MOST_HELD) return { absent: [], present: [], isUncertain: false };
    const oldest = this.#held.keys().next().value;
    return this.#reopen(oldest ?? looks);
  }

  /** A held match is proven by its body, or was none. */
  async #reopen(looks: string): Promise<MatchResult> {
    const [held, alike] = [this.#held.get(looks), this.#byLooks.get(looks)];
    if (held === undefined || alike === undefined) return { absent: [], present: [], isUncertain: false };
    this.#held.delete(looks);
    return this.#byBody(held.item, alike);
  }

  async #byBody(item: Prepared, alike: LookAlikes): Promise<MatchResult> {
    const uid = await alike.claim(item.sha256, this.#hashOf);
    if (uid !== undefined) return { absent: [], present: [{ item, uid }], isUncertain: false };
    return { absent: [item], present: [], isUncertain: alike.hasOthers };
  }
}
