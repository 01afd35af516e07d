import { type Delivery, type Flag, type Issue, type Message, sortFlags } from '@mailferry/core';
import { status } from '../commands/status.js';
import { uidSearch } from '../commands/uid-search.js';
import type { ImapConnection } from '../connection/connection.js';
import { changeFlags } from './change-flags.js';
import type { UploadContext } from './context.js';
import { chooseFlags, FlagChooser } from './flag-list.js';
import type { FolderPlace } from './folder-names.js';
import { FolderSender } from './folder-sender.js';
import type { LanePool } from './lane.js';
import type { LedgerFolder } from './ledger.js';
import { type Match, Matcher } from './matcher.js';
import { prepare } from './prepare.js';
import type { Prepared, PrepareOptions } from './prepared.js';
import { bodyHash, scanMailbox } from './scan.js';
import type { DoneItem } from './sent-item.js';

/** The upload into one mailbox: recognises what is there, gathers the rest into batches, hands them to the sender. */
export class FolderUpload {
  readonly #context: UploadContext;
  readonly #pool: LanePool;
  readonly #place: FolderPlace;
  readonly #deliver: (delivery: Delivery) => void;
  #ledger: LedgerFolder | undefined;
  #sender: FolderSender | undefined;
  #prepareOptions: PrepareOptions;
  #exists = 0;
  /** UIDs that are there, when the ledger knows some. */
  #present: ReadonlySet<number> | undefined;
  #matcher: Matcher | undefined;
  readonly #onTheWay = new Set<string>();
  #waiting: Prepared[] = [];
  #octets = 0;

  private constructor(context: UploadContext, pool: LanePool, place: FolderPlace, deliver: (delivery: Delivery) => void) {
    this.#context = context;
    this.#pool = pool;
    this.#place = place;
    this.#deliver = deliver;
    const { preset, capabilities } = context.session;
    const { appendLimit, repairs, wires } = context;
    const sourceOf = ({ span, file }: Message): number | undefined => context.ledger.sources.numberOf(span?.file ?? file);
    this.#prepareOptions = { preset, capabilities, permanentFlags: undefined, appendLimit, repairs, wires, sourceOf };
  }

  /** Selects the mailbox, and settles what an earlier run left open. */
  static async open(
    context: UploadContext,
    pool: LanePool,
    place: FolderPlace,
    isMade: boolean,
    deliver: (delivery: Delivery) => void,
  ): Promise<FolderUpload> {
    const upload = new FolderUpload(context, pool, place, deliver);
    if (!context.isDryRun || place.exists) await context.retried(() => upload.#begin(isMade));
    return upload;
  }

  async #begin(isMade: boolean): Promise<void> {
    const { ledger } = this.#context;
    const lane = await this.#pool.take(this.#place.mailbox, 1);
    const { selected } = lane;
    if (selected === undefined) return;
    const before = ledger.folder(this.#place.path);
    if (before !== undefined && before.mailbox === selected.name && before.uidValidity !== selected.uidValidity) {
      this.#context.report({ code: 'IMAP_UIDVALIDITY_CHANGED', note: this.#place.path.join('/') });
    }
    this.#ledger = ledger.openFolder(this.#place.path, this.#place.mailbox, selected.uidValidity, isMade);
    this.#exists = selected.exists;
    this.#prepareOptions = {
      ...this.#prepareOptions,
      permanentFlags: selected.permanentFlags,
      flags: new FlagChooser(selected.permanentFlags, this.#prepareOptions.preset.maxKeyword),
      appendLimit: await this.#appendLimit(lane.connection),
    };
    this.#sender = new FolderSender(this.#context, this.#pool, this.#ledger, selected.uidNext ?? 1, this.#deliver);
    if (!this.#context.isDryRun) await this.#sender.settleEarlier();
    if (!this.#ledger.done.uids().next().done) {
      this.#present = new Set(await uidSearch((await this.#pool.take(this.#place.mailbox, 1)).connection, 'ALL'));
    }
  }

  /** A limit of this mailbox (RFC 7889 §3), where the server has one for each. */
  async #appendLimit(connection: ImapConnection): Promise<number | undefined> {
    if (!this.#context.session.capabilities.has('APPENDLIMIT')) return this.#context.appendLimit;
    const told = await status(connection, this.#place.mailbox, ['APPENDLIMIT']).catch(() => undefined);
    return told?.get('APPENDLIMIT') ?? this.#context.appendLimit;
  }

  /** Octets that wait to be sent. */
  get octets(): number {
    return this.#octets;
  }

  /** Takes a message: it is delivered now, or when the server has it. A promise where that takes waiting. */
  take(message: Message): Promise<void> | undefined {
    const done = this.#ledger?.done.get(message.identity);
    if (done !== undefined) return this.#known(message, done);
    if (this.#onTheWay.has(message.identity)) {
      this.#deliver({ message, status: 'filtered', reason: 'duplicate' });
      return undefined;
    }
    this.#onTheWay.add(message.identity);
    const item = prepare(message, this.#prepareOptions);
    return this.#exists === 0 ? this.#upload(item) : this.#compare(item);
  }

  async #compare(item: Prepared): Promise<void> {
    const { absent, present, isUncertain } = await (await this.#theMatcher()).match(item);
    this.#recognised(present);
    for (const one of absent) await this.#upload(isUncertain ? { ...one, issues: [...one.issues, { code: 'IMAP_MATCH_UNCERTAIN' }] } : one);
  }

  /** Sends what has gathered. */
  async flush(): Promise<void> {
    await this.#send(this.#takeWaiting());
  }

  /** Resolves when every message that was taken is delivered. */
  async finish(): Promise<void> {
    this.#recognised(this.#matcher?.release() ?? []);
    await this.flush();
    await this.#sender?.finish();
  }

  /** Nothing more is sent: what is known to be there is delivered, the rest is left. */
  async abandon(): Promise<void> {
    this.#recognised(this.#matcher?.release() ?? []);
    await this.#sender?.abandon();
  }

  async #known(message: Message, done: DoneItem): Promise<void> {
    this.#ledger?.done.see(message.identity);
    if (done.isGone === true && this.#ledger !== undefined) this.#context.ledger.gone(this.#ledger, [message.identity], false);
    if (done.uid !== undefined && this.#present !== undefined && done.run !== this.#context.runId && !this.#present.has(done.uid)) {
      if (this.#ledger !== undefined && wasFlaggedByUs(message, done)) {
        this.#context.ledger.undone(this.#ledger, [message.identity]);
        return await this.take(message);
      }
      this.#deliver({ message, status: 'filtered', reason: 'removedByUser', uid: done.uid });
      return;
    }
    const uid = done.uid === undefined ? {} : { uid: done.uid };
    const outcome = await this.#updateFlags(message, done);
    if (typeof outcome === 'boolean') this.#deliver({ message, status: outcome ? 'updated' : 'alreadyPresent', ...uid });
    else this.#deliver({ message, status: 'alreadyPresent', ...uid, issues: [outcome] });
  }

  /** Three-way: only what changed in the source since the last run is changed on the server. True when that was done; an issue where it was refused. */
  async #updateFlags(message: Message, done: DoneItem): Promise<boolean | Issue> {
    const ledger = this.#ledger;
    if (done.uid === undefined || ledger === undefined || done.isFound) return false;
    const { permanentFlags, preset } = this.#prepareOptions;
    const { kept } = chooseFlags(message.flags, permanentFlags, preset.maxKeyword);
    const added = kept.filter((flag) => !done.flags.includes(flag));
    const removed = done.flags.filter((flag) => !kept.includes(flag));
    if (added.length + removed.length === 0) return false;
    const said = this.#context.isDryRun ? undefined : await this.#store(ledger, done.uid, added, removed);
    if (said !== undefined) return { code: 'IMAP_FLAG_DROPPED', note: `${[...added, ...removed].join(' ')}: ${said}` };
    this.#context.ledger.flags(ledger, message.identity, sortFlags(kept));
    return true;
  }

  async #store(ledger: LedgerFolder, uid: number, added: readonly Flag[], removed: readonly Flag[]): Promise<string | undefined> {
    await this.#sender?.drain();
    const changes = [{ sign: '+', flags: added } as const, { sign: '-', flags: removed } as const];
    return await changeFlags(this.#context, this.#pool, ledger, [String(uid)], changes);
  }

  async #theMatcher(): Promise<Matcher> {
    if (this.#matcher !== undefined) return this.#matcher;
    const connect = async (): Promise<ImapConnection> => (await this.#pool.take(this.#place.mailbox, 1)).connection;
    const claimed = new Set(this.#ledger?.done.uids() ?? []);
    const there = await this.#context.retried(async () => scanMailbox(await connect(), 1));
    this.#matcher = new Matcher(
      there.filter(({ uid }) => !claimed.has(uid)),
      (uid) => this.#context.retried(async () => bodyHash(await connect(), uid)),
    );
    return this.#matcher;
  }

  #recognised(matches: readonly Match[]): void {
    if (this.#ledger !== undefined) this.#context.ledger.found(this.#ledger, matches);
    for (const { item, uid } of matches) this.#deliver({ message: item.message, status: 'alreadyPresent', uid });
  }

  #upload(item: Prepared): Promise<void> | undefined {
    if (item.isHopeless || (this.#context.isDryRun && item.forecast !== undefined)) return this.#refuse(item);
    if (this.#context.isDryRun) {
      this.#deliver({ message: item.message, status: 'written', issues: item.issues });
      return undefined;
    }
    const isAlone = item.isLarge || item.isBinary || item.forecast !== undefined;
    const isFull = isAlone || this.#octets + item.size > this.#context.batchOctets;
    const before = isFull ? this.#takeWaiting() : [];
    this.#waiting.push(item);
    this.#octets += item.size;
    const after = isAlone || this.#waiting.length >= this.#context.batchMessages ? this.#takeWaiting() : [];
    return before.length + after.length === 0 ? undefined : this.#send(before, after);
  }

  #takeWaiting(): Prepared[] {
    const items = this.#waiting;
    this.#waiting = [];
    this.#octets = 0;
    return items;
  }

  async #send(...batches: Prepared[][]): Promise<void> {
    for (const items of batches) if (items.length > 0) await this.#sender?.send(items);
  }

  async #refuse(item: Prepared): Promise<void> {
    const failure = item.forecast ?? { code: 'IMAP_MESSAGE_REFUSED' };
    if (!this.#context.isDryRun) await this.#context.refused?.add(item, failure.note ?? failure.code);
    this.#deliver({ message: item.message, status: 'failed', failure, issues: item.issues });
  }
}

/** Flagged \Deleted when the source had lost it: that it was expunged since is no wish of the user's, and the source has it again. */
function wasFlaggedByUs({ flags }: Message, done: DoneItem): boolean {
  return done.flags.includes('\\Deleted') && !flags.has('\\Deleted');
}
