// Reads both sides again and compares message by message; nothing of what the writer believed is used but the ledger's word on the user's own changes.
// A source message is found in its folder by the hash of its content. Twins (equal content) are paired by count: two in the source need two in the target.

import type { Content } from '../model/content.js';
import { type Flag, sortFlags } from '../model/flag.js';
import { type FolderPath, pathKey } from '../model/folder.js';
import type { Item, ItemFinding } from '../model/item.js';
import { EMPTY_LEDGER, type LedgerEntry, type LedgerView, wasTakenByUs } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { MailStore, NodeCounts } from '../model/store.js';
import { batchesOf } from './batches.js';
import { type Difference, type DifferenceKind, isFailure } from './difference.js';
import { Holdings, type Stored } from './holdings.js';

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
  /** Where the message nodes of the source went, for one that consists of nodes; those that were left out by option are `filtered` in other reports. */
  readonly nodes?: NodeCounts;
  /** Contacts, appointments and the like, where they were looked for; what is not equal is among the differences. */
  readonly items?: { readonly expected: number; readonly equal: number };
  /** False without a ledger: then flags are compared but nobody can say who changed them. */
  readonly ledger: boolean;
}

/** What a message looks like in a target that cannot keep all of it. */
export interface StoredForm {
  flags(flags: ReadonlySet<Flag>, folder: FolderPath): ReadonlySet<Flag>;
  /** Milliseconds since the epoch; undefined where the target gives a date of its own. */
  date(internalDate: number): number | undefined;
}

/** A message as a target was sent it. */
export interface SentForm {
  /** SHA-256 of its CRLF form; that of the content when absent. */
  readonly sha256?: string;
  /** SHA-256 of what the server is known to make of it, where that can be told. */
  readonly stored?: string;
  /** What the server is known to do to its octets. */
  readonly foreseen?: string;
  /** What was done to its octets, where they are no longer those of the content. */
  readonly repaired?: string;
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
  /** True when UIDs of the target must be those of the source, false when they have nothing to do with them (an IMAP target gives its own). */
  readonly uids?: boolean;
  /** What the target can keep of flags (keywords without a letter) and dates; all by default. */
  readonly stored?: StoredForm;
  /** What is sent of a message, where that is not its content or will not stay so. */
  readonly sent?: (message: Message) => SentForm;
  /** A key by which a message is known whatever a server did to it; undefined when it has none. */
  readonly keyOf?: (content: Content) => string | undefined;
  /** Finds what is not mail where the target has it; without it nobody looks. */
  readonly findItems?: (items: AsyncIterable<Item>) => AsyncIterable<ItemFinding>;
  readonly signal?: AbortSignal;
}

const shownDate = (seconds: number) => (Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString() : String(seconds));
/** Compares a source with what a target holds now. Both are only read. */
export async function verify(source: MailStore, target: MailStore, options: VerifyOptions): Promise<VerifyReport> {
  const comparison = new Comparison(options);
  await comparison.readTarget(target);
  await comparison.readSource(source);
  comparison.settle();
  const items = await comparison.readItems(source);
  const nodes = source.nodes?.();
  return {
    source: { location: source.location, format: source.format },
    target: { location: target.location, format: target.format },
    ...comparison.result(),
    ...(nodes === undefined ? {} : { nodes }),
    ...(items === undefined ? {} : { items }),
  };
}

/** A source message that has no equal in its folder. */
interface Unmatched {
  readonly message: Message;
  readonly sha256: string;
  readonly entry: LedgerEntry | undefined;
  readonly foreseen: string | undefined;
}

/** The file that a run of ours wrote, by its name and with a UID that the ledger knows. */
function isOurs({ targetId }: Stored, entry: LedgerEntry | undefined): boolean {
  return entry?.uid !== undefined && entry.name !== undefined && targetId.includes(entry.name);
}

/** Octets of ours in a file of another name and with another UID: who moves a message away and back makes such a one. */
function isAnotherCopy(stored: Stored, entry: LedgerEntry | undefined): boolean {
  return (
    entry?.uid !== undefined && entry.name !== undefined && stored.uid !== undefined && stored.uid !== entry.uid && !isOurs(stored, entry)
  );
}

/** Where messages are that the source had once, and no more. */
function placesGone(ledger: LedgerView): ReadonlySet<string> {
  const places = new Set<string>();
  for (const entry of ledger.entries())
    if (entry.isGone === true && entry.uid !== undefined) places.add(placeOf({ folder: entry.folder, uid: entry.uid }));
  return places;
}

const placeOf = ({ folder, uid }: Pick<Stored, 'folder' | 'uid'>): string => `${pathKey(folder)}\0\0${uid}`;

/** The entry of a message that only the user can have taken away. */
function usersDoing(entry: LedgerEntry | undefined): LedgerEntry | undefined {
  return entry === undefined || wasTakenByUs(entry) ? undefined : entry;
}

class Comparison {
  readonly #options: VerifyOptions;
  readonly #ledger: LedgerView;
  readonly #stored: StoredForm;
  readonly #holdings = new Holdings();
  readonly #counts: Partial<Record<DifferenceKind, number>> = {};
  /** Source messages without an equal in their folder: judged last, when all twins have been paired. */
  readonly #unmatched: Unmatched[] = [];
  /** What the folders of the target have. */
  readonly #uidValidities = new Map<string, number | undefined>();
  /** Folders of which it was told that their UIDVALIDITY is another than at the last run. */
  readonly #renumbered = new Set<string>();
  #expected = 0;
  #notExpected = 0;
  #equal = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#ledger = options.ledger ?? EMPTY_LEDGER;
    this.#stored = options.stored ?? AS_IT_IS;
  }

  async readTarget(target: MailStore): Promise<void> {
    for await (const { path, uidValidity } of target.folders()) this.#uidValidities.set(pathKey(path), uidValidity);
    for await (const batch of batchesOf(target)) {
      this.#options.signal?.throwIfAborted();
      for (const message of batch) {
        const { folder, sourceId: targetId, flags, internalDate, uid } = message;
        if (message.failure !== undefined) {
          // A control file names it and nothing is there: no user did that.
          const note = message.failure.note ?? message.failure.code;
          this.#holdings.addUnreadable({ folder, targetId, uid, note, taken: false });
          continue;
        }
        const { sha256 } = this.#options.digest(message.content.chunks());
        const key = this.#options.keyOf?.(message.content);
        this.#holdings.add({ folder, targetId, sha256, key, flags, internalDate, uid, taken: false });
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

  async readItems(source: MailStore): Promise<VerifyReport['items']> {
    const { findItems, signal } = this.#options;
    if (source.items === undefined || findItems === undefined) return undefined;
    let [expected, equal] = [0, 0];
    for await (const { item, path, state } of findItems(source.items())) {
      signal?.throwIfAborted();
      expected += 1;
      if (state === 'equal') equal += 1;
      else this.#tell({ kind: state, folder: item.folder, sourceId: item.sourceId, targetId: path, note: item.kind });
    }
    return { expected, equal };
  }

  #take(message: Message): void {
    if (message.filtered !== undefined || message.failure !== undefined) {
      // Equal messages are numbered as by the run that filtered them.
      if (message.filtered === 'option') void message.identity;
      this.#notExpected += 1;
      return;
    }
    this.#expected += 1;
    const entry = this.#ledger.find(message.folder, message.identity);
    const sent = this.#options.sent?.(message);
    const sha256 = sent?.sha256 ?? this.#options.digest(message.content.chunks()).sha256;
    const stored = this.#holdings.claim(message.folder, sha256, this.#uidOf(message, entry), entry?.uid === undefined);
    if (stored === undefined && (this.#isAltered(message, entry, sent) || this.#isRepaired(message, entry))) return;
    if (stored === undefined) this.#unmatched.push({ message, sha256, entry: usersDoing(entry), foreseen: sent?.foreseen });
    else if (sent?.repaired !== undefined) this.#tellChanged('repaired', message, stored, entry, sent.repaired);
    else if (this.#sameDetails(message, stored, entry)) this.#equal += 1;
  }

  /** What is there is what the server was known to make of it. */
  #isAltered(message: Message, entry: LedgerEntry | undefined, sent: SentForm | undefined): boolean {
    const { folder } = message;
    const stored = sent?.stored === undefined ? undefined : this.#holdings.claim(folder, sent.stored, this.#uidOf(message, entry));
    if (stored === undefined) return false;
    this.#tellChanged('alteredByServer', message, stored, entry, sent?.foreseen);
    return true;
  }

  /** What is there is what the ledger says was sent, though it is not what the source gives. */
  #isRepaired(message: Message, entry: LedgerEntry | undefined): boolean {
    if (entry?.sentHash === undefined) return false;
    const { folder } = message;
    const stored = this.#holdings.claim(folder, entry.sentHash, entry.uid);
    if (stored === undefined) return false;
    this.#tellChanged('repaired', message, stored, entry, 'the ledger has what was sent');
    return true;
  }

  #tellChanged(
    kind: 'repaired' | 'alteredByServer',
    message: Message,
    stored: Stored,
    entry: LedgerEntry | undefined,
    note: string | undefined,
  ): void {
    const { folder, sourceId } = message;
    const { targetId, uid } = stored;
    this.#tell({ kind, folder, sourceId, targetId, ...(uid === undefined ? {} : { uid }), ...(note === undefined ? {} : { note }) });
    this.#sameDetails(message, stored, entry);
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
    const uid = entry?.uid ?? (this.#options.uids === true ? message.uid : undefined);
    if (isAnotherCopy(stored, entry)) {
      differ('movedByUser', `was UID ${uid}, and came back under another name`);
      return same;
    }
    const wanted = this.#storable(message.flags, message.folder);
    const found = sortFlags(stored.flags).join(' ');
    if (wanted !== found)
      differ(
        this.#whoChangedFlags(found, message.folder, entry),
        `flags in the source: ${wanted || 'none'}; in the target: ${found || 'none'}`,
      );
    const date = Math.floor((this.#stored.date(message.internalDate) ?? stored.internalDate) / 1000);
    const dateFound = Math.floor(stored.internalDate / 1000);
    if (date !== dateFound) differ('date', `date in the source: ${shownDate(date)}; in the target: ${shownDate(dateFound)}`);
    if (this.#isRenumbered(message.folder)) this.#tellRenumbered(stored, entry);
    else if (stored.uid === undefined ? isOurs(stored, entry) : uid !== undefined && stored.uid !== uid)
      differ('uid', `expected UID ${uid}, found ${stored.uid ?? 'none'}`);
    return same;
  }

  /** True where the UIDs of the ledger say nothing: the folder has another UIDVALIDITY than at the last run. */
  #isRenumbered(folder: FolderPath): boolean {
    const found = this.#uidValidities.get(pathKey(folder));
    const known = found === undefined ? undefined : this.#ledger.uidValidity?.(folder);
    return known !== undefined && known !== found;
  }

  /** Told once a folder, and not of one that the user removed and made again: there the files of the run are gone. */
  #tellRenumbered(stored: Stored, entry: LedgerEntry | undefined): void {
    const { folder } = stored;
    if (this.#renumbered.has(pathKey(folder)) || !isOurs(stored, entry)) return;
    this.#renumbered.add(pathKey(folder));
    const found = this.#uidValidities.get(pathKey(folder));
    this.#tell({
      kind: 'uid',
      folder,
      note: `expected UIDVALIDITY ${this.#ledger.uidValidity?.(folder)}, found ${found}; all UIDs are new`,
    });
  }

  #whoChangedFlags(found: string, folder: FolderPath, entry: LedgerEntry | undefined): DifferenceKind {
    if (entry === undefined) return 'flagsUnproven';
    // Without a change in the target since delivery it is the source that has others; else the user did it in the target after the run.
    return this.#storable(entry.flags, folder) === found ? 'flags' : 'flagsByUser';
  }

  /** Where it should be; the UIDs of a source mean nothing in an account. */
  #uidOf(message: Message, entry: LedgerEntry | undefined): number | undefined {
    if (this.#options.uids === false && entry?.uid === undefined) return undefined;
    return this.#isRenumbered(message.folder) ? undefined : (entry?.uid ?? message.uid);
  }

  #storable(flags: ReadonlySet<Flag>, folder: FolderPath): string {
    return sortFlags(this.#stored.flags(flags, folder)).join(' ');
  }

  /** Judges what has no equal, and what is left in the target. */
  settle(): void {
    for (const unmatched of this.#unmatched.filter((one) => !this.#hasTwin(one))) this.#tell(this.#judge(unmatched));
    for (const { taken, uid, ...place } of this.#holdings.unreadable) {
      if (!taken) this.#tell({ kind: 'unreadable', ...place, ...(uid === undefined ? {} : { uid }) });
    }
    this.#tellRest();
  }

  /** What no source message has claimed. */
  #tellRest(): void {
    let gone: ReadonlySet<string> | undefined;
    for (const stored of this.#holdings.all) {
      if (stored.taken) continue;
      const isTwin = this.#holdings.wasSought(stored);
      if (isTwin) gone ??= placesGone(this.#ledger);
      const kind = isTwin && gone?.has(placeOf(stored)) !== true ? 'doubled' : 'additional';
      this.#tell({ kind, folder: stored.folder, targetId: stored.targetId, ...(stored.uid === undefined ? {} : { uid: stored.uid }) });
    }
  }

  /** A copy with another UID than expected, which no other message wants. */
  #hasTwin({ message, sha256, entry }: Unmatched): boolean {
    const twin = this.#holdings.claim(message.folder, sha256, undefined);
    if (twin !== undefined && this.#sameDetails(message, twin, entry)) this.#equal += 1;
    return twin !== undefined;
  }

  #judge({ message, sha256, entry, foreseen }: Unmatched): Difference {
    const { folder, sourceId } = message;
    const uid = this.#uidOf(message, entry);
    const place = { folder, sourceId, ...(uid === undefined ? {} : { uid }) };
    const there =
      this.#holdings.claimUid(folder, uid) ??
      (foreseen === undefined ? undefined : this.#holdings.claimKey(folder, this.#options.keyOf?.(message.content)));
    if (there !== undefined) {
      const known = { ...place, targetId: there.targetId, ...(there.uid === undefined ? {} : { uid: there.uid }) };
      if (foreseen === undefined) return { kind: 'altered', ...known, note: 'the octets differ' };
      this.#sameDetails(message, there, entry);
      return { kind: 'alteredByServer', ...known, note: foreseen };
    }
    const lost =
      this.#holdings.claimUnreadable(folder, uid) ?? (entry === undefined ? this.#holdings.claimUnreadable(folder, undefined) : undefined);
    if (lost !== undefined) return { kind: 'missing', ...place, targetId: lost.targetId, note: lost.note };
    if (entry === undefined) return { kind: 'missing', ...place, ...(foreseen === undefined ? {} : { note: foreseen }) };
    const moved = this.#holdings.claimElsewhere(sha256);
    if (moved === undefined) return { kind: 'removedByUser', ...place };
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
