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

/** The messages of one mailbox, each of which answers for one message of the source. */
export class Matcher {
  readonly #byLooks = new Map<string, ServerMessage[]>();
  readonly #keys = new Set<string>();
  readonly #claimed = new Set<number>();
  readonly #held = new Map<string, Match>();
  readonly #seen = new Set<string>();
  readonly #hashes = new Map<number, string | undefined>();
  readonly #hashOf: (uid: number) => Promise<string | undefined>;

  /** @param hashOf SHA-256 of a body on the server; undefined when it is gone */
  constructor(there: readonly ServerMessage[], hashOf: (uid: number) => Promise<string | undefined>) {
    this.#hashOf = hashOf;
    for (const message of there) {
      const looks = `${message.key} ${message.size}`;
      const same = this.#byLooks.get(looks);
      if (same === undefined) this.#byLooks.set(looks, [message]);
      else same.push(message);
      if (message.key !== '') this.#keys.add(message.key);
    }
  }

  /** Looks for a message. One that is held is decided later: take {@link Matcher.release} at the end. */
  async match(item: Prepared): Promise<MatchResult> {
    const looks = `${item.key} ${item.size}`;
    const candidates = this.#byLooks.get(looks) ?? [];
    const isFirst = !this.#seen.has(looks);
    if (candidates.length > 0) this.#seen.add(looks);
    const only = candidates[0];
    if (only === undefined) return { absent: [item], present: [], isUncertain: item.key !== '' && this.#keys.has(item.key) };
    if (isFirst && candidates.length === 1 && item.key !== '') return this.#hold(looks, { item, uid: only.uid });
    const before = await this.#reopen(looks);
    const now = await this.#byBody(item, candidates);
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
    this.#claimed.add(match.uid);
    this.#held.set(looks, match);
    if (this.#held.size <= MOST_HELD) return { absent: [], present: [], isUncertain: false };
    const oldest = this.#held.keys().next().value;
    return this.#reopen(oldest ?? looks);
  }

  /** A held match is proven by its body, or was none. */
  async #reopen(looks: string): Promise<MatchResult> {
    const held = this.#held.get(looks);
    if (held === undefined) return { absent: [], present: [], isUncertain: false };
    this.#held.delete(looks);
    this.#claimed.delete(held.uid);
    return this.#byBody(held.item, this.#byLooks.get(looks) ?? []);
  }

  async #byBody(item: Prepared, candidates: readonly ServerMessage[]): Promise<MatchResult> {
    for (const { uid } of candidates) {
      if (this.#claimed.has(uid) || (await this.#hash(uid)) !== item.sha256) continue;
      this.#claimed.add(uid);
      return { absent: [], present: [{ item, uid }], isUncertain: false };
    }
    return { absent: [item], present: [], isUncertain: candidates.some(({ uid }) => !this.#claimed.has(uid)) };
  }

  async #hash(uid: number): Promise<string | undefined> {
    if (!this.#hashes.has(uid)) this.#hashes.set(uid, await this.#hashOf(uid));
    return this.#hashes.get(uid);
  }
}
