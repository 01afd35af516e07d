// Reads both sides again and compares message by message; nothing of what the writer believed is used but the ledger's word on the user's own changes.
// A source message is found in its folder by the hash of its content. Twins (equal content) are paired by count: two in the source need two in the target.
import { type Flag, sortFlags } from '../model/flag.js';
import { type FolderPath, pathKey } from '../model/folder.js';
import { EMPTY_LEDGER, type LedgerEntry, type LedgerView } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { MailStore } from '../model/store.js';
import { batchesOf } from './batches.js';

/**
 * What a difference is.
 * Failures: `missing`, `altered` (its octets), `doubled`, `flags`, `date`, `uid`, `unreadable`.
 * No failures: `removedByUser`, `movedByUser`, `flagsByUser` (explained by ledger and UIDs), `flagsUnproven` (no ledger to tell who changed them), `additional` (mail that no source has).
 */
export type DifferenceKind =
  | 'missing'
  | 'altered'
  | 'doubled'
  | 'flags'
  | 'date'
  | 'uid'
  | 'unreadable'
  | 'removedByUser'
  | 'movedByUser'
  | 'flagsByUser'
  | 'flagsUnproven'
  | 'additional';

const FAILURES: ReadonlySet<DifferenceKind> = new Set(['missing', 'altered', 'doubled', 'flags', 'date', 'uid', 'unreadable']);

/** True when a difference means that something was lost, changed or made up. */
export function isFailure(kind: DifferenceKind): boolean {
  return FAILURES.has(kind);
}

/** One message in which source and target differ. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly folder: FolderPath;
  /** In the source; absent for what only the target has. */
  readonly sourceId?: string;
  /** In the target, when something is there. */
  readonly targetId?: string;
  readonly uid?: number;
  /** What differs, one line. */
  readonly note?: string;
}

/** What a comparison found. */
export interface VerifyReport {
  readonly source: { readonly location: string; readonly format: string };
  readonly target: { readonly location: string; readonly format: string };
  /** Messages that the source should have delivered. */
  readonly expected: number;
  /** Messages found equal in all respects. */
  readonly equal: number;
  /** Messages of the source that are filtered (expunged, left out by option) or unreadable there. */
  readonly notExpected: number;
  readonly inTarget: number;
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
  readonly failures: number;
  /** False without a ledger: then flags are compared but nobody can say who changed them. */
  readonly ledger: boolean;
}

/** What a message looks like in a target that cannot keep all of it. */
export interface StoredForm {
  flags(flags: ReadonlySet<Flag>, folder: FolderPath): ReadonlySet<Flag>;
  /** Milliseconds since the epoch. */
  date(internalDate: number): number;
}

const AS_IT_IS: StoredForm = { flags: (flags) => flags, date: (internalDate) => internalDate };

/** How to compare. */
export interface VerifyOptions {
  /** The ledger of the target, when there is one. */
  readonly ledger?: LedgerView;
  /** Hashes a content; given by the caller since the corridor imports no codec. */
  readonly digest: (parts: Iterable<Uint8Array>) => { readonly sha256: string };
  /** Told of each difference as it is found. */
  readonly observe?: (difference: Difference) => void;
  /** True when UIDs of the target must be those of the source (an IMAP target gives its own). */
  readonly uids?: boolean;
  /** What the target can keep of flags (keywords without a letter) and dates; all by default. */
  readonly stored?: StoredForm;
  readonly signal?: AbortSignal;
}

interface Stored {
  readonly folder: FolderPath;
  readonly targetId: string;
  readonly sha256: string;
  readonly flags: ReadonlySet<Flag>;
  readonly internalDate: number;
  readonly uid: number | undefined;
  taken: boolean;
}

/** What the target holds, by content and by UID. */
class Holdings {
  readonly #byContent = new Map<string, Stored[]>();
  readonly #byUid = new Map<string, Stored>();
  readonly #anywhere = new Map<string, Stored[]>();
  readonly lost = new Set<string>();
  readonly all: Stored[] = [];

  add(stored: Stored): void {
    this.all.push(stored);
    push(this.#byContent, `${pathKey(stored.folder)}\0\0${stored.sha256}`, stored);
    push(this.#anywhere, stored.sha256, stored);
    if (stored.uid !== undefined) this.#byUid.set(uidKey(stored.folder, stored.uid), stored);
  }

  /** The message of this content in this folder that no source message has claimed, the one with the wanted UID first. */
  claim(folder: FolderPath, sha256: string, uid: number | undefined): Stored | undefined {
    const twins = this.#byContent.get(`${pathKey(folder)}\0\0${sha256}`)?.filter(({ taken }) => !taken) ?? [];
    const stored = twins.find((twin) => twin.uid === uid) ?? twins[0];
    if (stored !== undefined) stored.taken = true;
    return stored;
  }

  /** The same content in another folder, unclaimed: moved there by the user. */
  elsewhere(sha256: string): Stored | undefined {
    return this.#anywhere.get(sha256)?.find(({ taken }) => !taken);
  }

  byUid(folder: FolderPath, uid: number | undefined): Stored | undefined {
    return uid === undefined ? undefined : this.#byUid.get(uidKey(folder, uid));
  }
}

const shownDate = (seconds: number) => (Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString() : String(seconds));
const uidKey = (folder: FolderPath, uid: number) => `${pathKey(folder)}\0\0${uid}`;

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Compares a source with what a target holds now. Both are only read. */
export async function verify(source: MailStore, target: MailStore, options: VerifyOptions): Promise<VerifyReport> {
  const comparison = new Comparison(options);
  await comparison.readTarget(target);
  await comparison.readSource(source);
  comparison.settle();
  return {
    source: { location: source.location, format: source.format },
    target: { location: target.location, format: target.format },
    ...comparison.result(),
  };
}

class Comparison {
  readonly #options: VerifyOptions;
  readonly #ledger: LedgerView;
  readonly #stored: StoredForm;
  readonly #holdings = new Holdings();
  readonly #counts: Partial<Record<DifferenceKind, number>> = {};
  /** Source messages without an equal in their folder: judged last, when all twins have been paired. */
  readonly #unmatched: { message: Message; sha256: string }[] = [];
  readonly #contents = new Set<string>();
  #expected = 0;
  #notExpected = 0;
  #equal = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#ledger = options.ledger ?? EMPTY_LEDGER;
    this.#stored = options.stored ?? AS_IT_IS;
  }

  async readTarget(target: MailStore): Promise<void> {
    for await (const batch of batchesOf(target)) {
      this.#options.signal?.throwIfAborted();
      for (const message of batch) {
        const { folder, sourceId: targetId, flags, internalDate, uid } = message;
        if (message.failure !== undefined) {
          // A control file names it and nothing is there: no user did that.
          if (uid !== undefined) this.#holdings.lost.add(uidKey(folder, uid));
          this.#tell({
            kind: 'unreadable',
            folder,
            targetId,
            ...(uid === undefined ? {} : { uid }),
            note: message.failure.note ?? message.failure.code,
          });
          continue;
        }
        const { sha256 } = this.#options.digest(message.content.chunks());
        this.#holdings.add({ folder, targetId, sha256, flags, internalDate, uid, taken: false });
      }
    }
  }

  async readSource(source: MailStore): Promise<void> {
    // A store whose folders are renamed learns their names by listing them.
    for await (const _ of source.folders()) this.#options.signal?.throwIfAborted();
    for await (const batch of batchesOf(source)) {
      this.#options.signal?.throwIfAborted();
      for (const message of batch) this.#take(message);
    }
  }

  #take(message: Message): void {
    if (message.filtered !== undefined || message.failure !== undefined) {
      this.#notExpected += 1;
      return;
    }
    this.#expected += 1;
    const { sha256 } = this.#options.digest(message.content.chunks());
    this.#contents.add(`${pathKey(message.folder)}\0\0${sha256}`);
    const entry = this.#ledger.find(message.folder, message.identity);
    const stored = this.#holdings.claim(message.folder, sha256, entry?.uid ?? message.uid);
    if (stored === undefined) this.#unmatched.push({ message, sha256 });
    else if (this.#sameDetails(message, stored, entry)) this.#equal += 1;
  }

  /** Compares what is beside the octets. */
  #sameDetails(message: Message, stored: Stored, entry: LedgerEntry | undefined): boolean {
    const place = {
      folder: message.folder,
      sourceId: message.sourceId,
      targetId: stored.targetId,
      ...(stored.uid === undefined ? {} : { uid: stored.uid }),
    };
    let same = true;
    const differ = (kind: DifferenceKind, note: string) => {
      same = false;
      this.#tell({ kind, ...place, note });
    };
    const wanted = this.#storable(message.flags, message.folder);
    const found = sortFlags(stored.flags).join(' ');
    if (wanted !== found)
      differ(
        this.#whoChangedFlags(found, message.folder, entry),
        `flags in the source: ${wanted || 'none'}; in the target: ${found || 'none'}`,
      );
    const date = Math.floor(this.#stored.date(message.internalDate) / 1000);
    const dateFound = Math.floor(stored.internalDate / 1000);
    if (date !== dateFound) differ('date', `date in the source: ${shownDate(date)}; in the target: ${shownDate(dateFound)}`);
    const uid = entry?.uid ?? (this.#options.uids === true ? message.uid : undefined);
    if (uid !== undefined && stored.uid !== undefined && stored.uid !== uid) differ('uid', `expected UID ${uid}, found ${stored.uid}`);
    return same;
  }

  #whoChangedFlags(found: string, folder: FolderPath, entry: LedgerEntry | undefined): DifferenceKind {
    if (entry === undefined) return 'flagsUnproven';
    // Without a change in the target since delivery it is the source that has others; else the user did it in the target after the run.
    return this.#storable(entry.flags, folder) === found ? 'flags' : 'flagsByUser';
  }

  #storable(flags: ReadonlySet<Flag>, folder: FolderPath): string {
    return sortFlags(this.#stored.flags(flags, folder)).join(' ');
  }

  /** Judges what has no equal, and what is left in the target. */
  settle(): void {
    for (const { message, sha256 } of this.#unmatched) this.#tell(this.#judge(message, sha256));
    for (const stored of this.#holdings.all) {
      if (stored.taken) continue;
      const kind = this.#contents.has(`${pathKey(stored.folder)}\0\0${stored.sha256}`) ? 'doubled' : 'additional';
      this.#tell({ kind, folder: stored.folder, targetId: stored.targetId, ...(stored.uid === undefined ? {} : { uid: stored.uid }) });
    }
  }

  #judge(message: Message, sha256: string): Difference {
    const { folder, sourceId } = message;
    const entry = this.#ledger.find(folder, message.identity);
    const uid = entry?.uid ?? message.uid;
    const there = this.#holdings.byUid(folder, uid);
    if (there !== undefined && !there.taken) {
      there.taken = true;
      return {
        kind: 'altered',
        folder,
        sourceId,
        targetId: there.targetId,
        ...(uid === undefined ? {} : { uid }),
        note: 'the octets differ',
      };
    }
    const place = { folder, sourceId, ...(uid === undefined ? {} : { uid }) };
    if (entry === undefined || (uid !== undefined && this.#holdings.lost.has(uidKey(folder, uid)))) return { kind: 'missing', ...place };
    const moved = this.#holdings.elsewhere(sha256);
    if (moved === undefined) return { kind: 'removedByUser', ...place };
    moved.taken = true;
    return { kind: 'movedByUser', ...place, targetId: moved.targetId, note: `now in ${moved.folder.join('/')}` };
  }

  #tell(difference: Difference): void {
    this.#counts[difference.kind] = (this.#counts[difference.kind] ?? 0) + 1;
    this.#options.observe?.(difference);
  }

  result(): Omit<VerifyReport, 'source' | 'target'> {
    let failures = 0;
    for (const [kind, count] of Object.entries(this.#counts)) if (isFailure(kind as DifferenceKind)) failures += count;
    return {
      expected: this.#expected,
      equal: this.#equal,
      notExpected: this.#notExpected,
      inTarget: this.#holdings.all.length,
      counts: this.#counts,
      failures,
      ledger: this.#options.ledger !== undefined,
    };
  }
}
