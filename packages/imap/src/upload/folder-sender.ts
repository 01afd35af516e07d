import { type Delivery, RemoteError, TargetError } from '@mailferry/core';
import { append, appendUid } from '../commands/append.js';
import { create } from '../commands/create.js';
import type { Completion, ImapConnection } from '../connection/connection.js';
import { describe } from '../connection/refusal.js';
import { AppendLiteral } from './append-literal.js';
import { askServer } from './ask-server.js';
import { bringBack } from './bin.js';
import type { UploadContext } from './context.js';
import { type Group, group, octetsOf, split, without } from './group.js';
import type { Lane, LanePool } from './lane.js';
import { settleLateCopies } from './late-copies.js';
import { hasOpenEnds, type LedgerFolder } from './ledger.js';
import { busyError, judge } from './patience.js';
import { withoutKeywords } from './prepare.js';
import type { Prepared } from './prepared.js';
import { isToWait, mayBeKeywords, waitOf } from './waiting.js';

const MOST_LOSSES = 5;
const LATE_MS = 10_000;

/** Sends the messages of one folder, keeps many on the way, and brings every one to an end exactly once. */
export class FolderSender {
  readonly #context: UploadContext;
  readonly #pool: LanePool;
  readonly #mailbox: string;
  readonly #deliver: (delivery: Delivery) => void;
  #folder: LedgerFolder;
  #uidNext: number;
  /** Sent and not brought to an end. */
  readonly #open = new Set<Group>();
  #isInTrouble = false;
  /** A message was given up for a limit that no wait lifted, and none was stored since. */
  #hasGivenUp = false;

  constructor(context: UploadContext, pool: LanePool, folder: LedgerFolder, uidNext: number, deliver: (delivery: Delivery) => void) {
    this.#context = context;
    this.#pool = pool;
    this.#mailbox = folder.mailbox;
    this.#folder = folder;
    this.#uidNext = uidNext;
    this.#deliver = deliver;
  }

  /**
   * Writes ahead, then sends; resolves when the octets are on their way, not when they are answered.
   *
   * @throws {@link TargetError} IMAP_OVERQUOTA; {@link RemoteError} when the server cannot be reached or does not relent.
   */
  async send(items: readonly Prepared[]): Promise<void> {
    if (this.#isInTrouble) await this.#recover();
    await this.#checkValidity(await this.#pool.take(this.#mailbox, this.#lanes));
    const groups = await this.#writeAhead(items);
    for (const one of groups) this.#open.add(one);
    for (const one of groups) {
      if (this.#isInTrouble) break;
      await this.#room(one);
      if (this.#isInTrouble) break;
      const lane = await this.#pool.take(this.#mailbox, this.#lanes);
      if (this.#isInTrouble) break;
      void this.#dispatch(lane, one);
    }
    if (this.#isInTrouble) await this.#recover();
  }

  /** Resolves when the server has answered everything that is on the way. */
  async idle(): Promise<void> {
    for (const lane of this.#pool.of(this.#mailbox)) await lane.idle();
  }

  /** Nothing more is sent: the server is asked once more for what it refused as a whole, and may have stored in part. */
  async abandon(): Promise<void> {
    await this.idle();
    const lane = this.#pool.of(this.#mailbox).find(({ connection }) => connection.isOpen);
    if (lane !== undefined) await this.#settleOpen(lane);
  }

  /** Resolves when every message is brought to an end. */
  async drain(): Promise<void> {
    do {
      await this.idle();
      if (this.#open.size > 0) await this.#recover();
    } while (this.#open.size > 0);
  }

  /** Settles what an earlier run left open; call before anything is sent. */
  async settleEarlier(): Promise<void> {
    const { ledger } = this.#context;
    const folder = this.#folder;
    const batches = [...folder.batches.values()];
    if (!hasOpenEnds(folder)) return;
    const { connection, session } = await this.#pool.take(this.#mailbox, 1);
    if (session.capabilities.has('MOVE')) await bringBack({ connection, ledger, folder });
    await this.#adoptLate(connection);
    const doubts = batches.flatMap((batch) =>
      [...batch.open].map(([index, item]) => ({ item, uidNext: batch.uidNext, of: { batch, index } })),
    );
    const { stored, missing } = await askServer(this.#context, connection, folder, doubts);
    for (const { doubt, uid } of stored) ledger.done(folder, doubt.of.batch, [doubt.of.index], [uid]);
    for (const { of } of missing) ledger.void(folder, of.batch, [of.index], Date.now());
    await this.#settleLate();
  }

  /** After the last message: everything is brought to an end, and copies that came late are dealt with. */
  async finish(): Promise<void> {
    await this.drain();
    const last = Math.max(...this.#folder.suspects.map(({ since }) => since));
    if (!Number.isFinite(last)) return;
    // A clock that was set back must not make this long.
    const lateMs = this.#context.tuning.lateMs ?? LATE_MS;
    await this.#context.sleep(Math.min(lateMs, last + lateMs - Date.now()));
    await this.#context.retried(() => this.#settleLate());
  }

  /** What an earlier run did not find, and did not come to send again, may have come since. */
  async #adoptLate(connection: ImapConnection): Promise<void> {
    const { ledger } = this.#context;
    const folder = this.#folder;
    const open = new Set([...folder.batches.values()].flatMap((batch) => [...batch.open.values()].map(({ identity }) => identity)));
    const lost = folder.suspects.filter(({ item: { identity } }) => !folder.done.has(identity) && !open.has(identity));
    const once = [...new Map(lost.map((suspect) => [suspect.item.identity, suspect])).values()];
    const doubts = once.map(({ item, uidNext }) => ({ item, uidNext, of: item.identity }));
    const { stored } = await askServer(undefined, connection, folder, doubts);
    for (const { doubt, uid } of stored) {
      ledger.done(folder, ledger.sent(folder, doubt.uidNext, [doubt.item]), [0], [uid]);
      ledger.late(folder, doubt.of, uid);
    }
  }

  async #settleLate(): Promise<void> {
    const lane = await this.#pool.take(this.#mailbox, 1);
    await settleLateCopies(this.#context, lane, this.#folder);
    await this.#context.ledger.sync();
  }

  /** Several lanes on one folder pay only where each message waits for the server. */
  get #lanes(): number {
    return this.#context.usesMultiappend || this.#context.usesLiteralPlus ? 1 : 4;
  }

  async #writeAhead(items: readonly Prepared[]): Promise<Group[]> {
    const batch = this.#context.ledger.sent(this.#folder, this.#uidNext, items);
    await this.#context.ledger.sync();
    const whole = group(batch, [...items.keys()], [...items]);
    return split(whole, this.#context.usesMultiappend ? items.length : 1);
  }

  async #room(next: Group): Promise<void> {
    const context = this.#context;
    await context.sleep(context.rate.delay(next.items.length, Date.now()));
    const octets = octetsOf(next);
    for (;;) {
      const lanes = this.#pool.of(this.#mailbox).filter((lane) => lane.commands > 0);
      const onTheWay = lanes.reduce((sum, lane) => sum + lane.octets, 0);
      const commands = lanes.reduce((sum, lane) => sum + lane.commands, 0);
      const isFull = onTheWay + octets > context.window.size || commands >= context.session.preset.depth;
      if (lanes.length === 0 || !isFull || this.#isInTrouble) return;
      await Promise.race(lanes.map((lane) => lane.change()));
    }
  }

  /** Sends a group and deals with the answer when it comes. */
  async #dispatch(lane: Lane, one: Group): Promise<void> {
    const octets = octetsOf(one);
    lane.commands++;
    lane.octets += octets;
    one.isDoubtful = true;
    const start = Date.now();
    try {
      const completion = await append(
        lane.connection,
        this.#mailbox,
        one.items.map((item) => new AppendLiteral(this.#context, lane, one, item)),
      );
      if (completion.status === 'OK') {
        const now = Date.now();
        this.#context.window.acknowledged(octets, now);
        this.#context.settleTime.answered(now - start);
        this.#stored(one, completion);
      } else {
        one.refusal = completion;
        // A single message that was answered with NO is not there; of several, some may be (RFC 3502 is not trusted).
        one.isDoubtful = one.items.length > 1 || completion.status === 'BAD';
        this.#isInTrouble = true;
      }
    } catch {
      one.losses++;
      this.#isInTrouble = true;
    } finally {
      lane.commands--;
      lane.octets -= octets;
      lane.wake();
    }
  }

  #stored(one: Group, completion: Completion): void {
    const told = appendUid(completion, one.items.length);
    const uids = told?.uidValidity === this.#folder.uidValidity ? told.uids : one.items.map(() => 0);
    this.#context.patience.reset();
    this.#hasGivenUp = false;
    this.#finish(one, this.#foundAgain(one, uids));
  }

  /**
   * A server that keeps one copy of the same mail (Gmail) tells the UID of the one that was there: below what it said the next one would be. That one
   * is not of this run, so that `undo` leaves it alone. Gives the UIDs that are left, with the group cut to them.
   */
  #foundAgain(one: Group, uids: readonly number[]): readonly number[] {
    const isOld = (uid: number): boolean => uid > 0 && uid < one.batch.uidNext;
    const places = [...uids.keys()].filter((i) => isOld(uids[i] ?? 0));
    if (places.length === 0) return uids;
    const found = places.flatMap((i) => {
      const item = one.items[i];
      return item === undefined ? [] : [{ item, uid: uids[i] ?? 0 }];
    });
    const { ledger } = this.#context;
    ledger.void(
      this.#folder,
      one.batch,
      places.flatMap((i) => one.indexes[i] ?? []),
    );
    ledger.found(this.#folder, found);
    for (const { item, uid } of found) this.#deliver({ message: item.message, status: 'alreadyPresent', uid });
    without(one, new Set(places));
    return uids.filter((uid) => !isOld(uid));
  }

  #finish(one: Group, uids: readonly number[]): void {
    this.#context.ledger.done(this.#folder, one.batch, one.indexes, uids);
    one.items.forEach((item, i) => {
      const uid = uids[i] ?? 0;
      this.#uidNext = Math.max(this.#uidNext, uid + 1);
      const { message, issues } = item;
      this.#deliver(uid === 0 ? { message, status: 'written', issues } : { message, status: 'written', issues, uid });
    });
    this.#open.delete(one);
  }

  /** Brings everything that is open to an end, one command at a time. */
  async #recover(): Promise<void> {
    await this.idle();
    while (this.#open.size > 0) {
      try {
        const lane = await this.#pool.take(this.#mailbox, 1);
        await this.#checkValidity(lane);
        await this.#settleOpen(lane);
        await this.#resend(lane);
      } catch (error) {
        if (!(error instanceof RemoteError) || !error.retryable) throw error;
        await this.#context.sleep(this.#context.patience.next(error));
      }
    }
    this.#isInTrouble = false;
  }

  /** The mailbox was made anew meanwhile: nothing of ours is in it, and UIDs start again. */
  async #checkValidity(lane: Lane): Promise<void> {
    const selected = lane.selected;
    if (selected === undefined || selected.uidValidity === this.#folder.uidValidity) return;
    this.#context.report({ code: 'IMAP_UIDVALIDITY_CHANGED', note: this.#folder.path.join('/') });
    this.#folder = this.#context.ledger.openFolder(this.#folder.path, this.#mailbox, selected.uidValidity, false);
    this.#uidNext = 1;
    for (const one of this.#open) {
      one.batch = this.#context.ledger.sent(this.#folder, 1, one.items);
      one.indexes = [...one.items.keys()];
    }
    await this.#context.ledger.sync();
  }

  async #settleOpen(lane: Lane): Promise<void> {
    const groups = [...this.#open].filter(({ isDoubtful }) => isDoubtful);
    if (groups.length === 0) return;
    const doubts = groups.flatMap((one) => one.items.map((item, place) => ({ item, uidNext: one.batch.uidNext, of: { one, place } })));
    const wasCut = groups.some(({ refusal }) => refusal === undefined);
    const { stored } = await askServer(wasCut ? this.#context : undefined, lane.connection, this.#folder, doubts);
    const found = new Map<Group, Map<number, number>>();
    for (const { doubt, uid } of stored) {
      const places = found.get(doubt.of.one) ?? new Map<number, number>();
      found.set(doubt.of.one, places.set(doubt.of.place, uid));
    }
    for (const [one, places] of found) {
      const order = [...places.keys()].sort((a, b) => a - b);
      const part = { ...one, items: order.flatMap((i) => one.items[i] ?? []), indexes: order.flatMap((i) => one.indexes[i] ?? []) };
      this.#finish(
        part,
        order.map((i) => places.get(i) ?? 0),
      );
      without(one, new Set(order));
      this.#context.patience.reset();
    }
    for (const one of groups) {
      one.isDoubtful = false;
      // A server that has answered has nothing more to store.
      one.missingSince = one.refusal === undefined ? Date.now() : undefined;
    }
  }

  async #resend(lane: Lane): Promise<void> {
    await this.#waitIfBusy();
    for (const one of [...this.#open]) {
      const pieces = one.items.length === 0 ? [] : await this.#rethink(one);
      this.#open.delete(one);
      for (const piece of pieces) this.#open.add(piece);
    }
    for (const one of [...this.#open]) {
      if (!lane.connection.isOpen) throw new RemoteError('IMAP_CLOSED', 'the connection was lost', { retryable: true });
      this.#context.ledger.void(this.#folder, one.batch, one.indexes, one.missingSince);
      one.missingSince = undefined;
      one.batch = this.#context.ledger.sent(this.#folder, this.#uidNext, one.items);
      one.indexes = [...one.items.keys()];
      await this.#context.ledger.sync();
      await this.#dispatch(lane, one);
      if (one.refusal !== undefined || one.isDoubtful) return;
    }
  }

  /** However many commands were told to wait, one wait is enough. */
  async #waitIfBusy(): Promise<void> {
    const busy = [...this.#open].filter(isToWait);
    const said = busy.at(-1)?.refusal;
    if (said === undefined) return;
    this.#context.window.halve();
    const asked = busy.map(({ refusal }) => waitOf(refusal));
    const own = this.#hasGivenUp ? undefined : busy.find(({ refusal, items }) => refusal?.code?.name === 'LIMIT' && items.length === 1);
    for (const one of busy) {
      one.waits++;
      if (one !== own) one.refusal = undefined;
    }
    let ms: number;
    try {
      ms = this.#context.patience.next(busyError(describe(said)), Math.max(...asked) || undefined);
    } catch (error) {
      // It may be a limit of this very message: without it, the others show whether it is.
      if (own === undefined) throw error;
      this.#context.patience.reset();
      return;
    }
    if (own !== undefined) own.refusal = undefined;
    this.#context.report({ code: 'IMAP_SERVER_BUSY', note: `waited ${Math.round(ms / 100) / 10} s: ${describe(said)}` });
    await this.#context.sleep(ms);
  }

  /** What to send again of a group that failed: as it is, in pieces, or not at all. */
  async #rethink(one: Group): Promise<Group[]> {
    const { refusal } = one;
    if (refusal === undefined) return this.#afterLoss(one);
    const verdict = judge(refusal);
    // Of a batch that does not fit, some messages may.
    if (verdict.kind === 'quota' && one.items.length === 1) throw overQuota(refusal);
    one.refusal = undefined;
    if (verdict.kind === 'gone') await this.#recreate(refusal);
    if (one.items.length === 1 && (refusal.status === 'NO' || one.isCareful)) return this.#lighten(one, refusal);
    if (refusal.status === 'NO') return split(one, Math.ceil(one.items.length / 2));
    return split({ ...one, isCareful: true }, 1);
  }

  /** Without its keywords, where they may be what the server does not take; else it is refused. */
  async #lighten(one: Group, refusal: Completion): Promise<Group[]> {
    const lighter = mayBeKeywords(refusal) ? one.items.flatMap((item) => withoutKeywords(item) ?? []) : [];
    if (lighter.length > 0) return [{ ...one, items: lighter }];
    this.#hasGivenUp ||= judge(refusal).kind === 'busy';
    return await this.#refuse(one, describe(refusal));
  }

  #afterLoss(one: Group): Group[] | Promise<Group[]> {
    if (one.losses >= 2) this.#context.window.halve();
    if (one.losses >= MOST_LOSSES && one.items.length === 1)
      return this.#refuse(one, `the connection was lost ${one.losses} times at this message`);
    if (one.losses < 2 || one.items.length === 1) return [one];
    this.#context.lowerLadder();
    return split({ ...one, losses: 1 }, Math.ceil(one.items.length / 2));
  }

  async #recreate(refusal: Completion): Promise<void> {
    await this.#context.sleep(this.#context.patience.next(new RemoteError('IMAP_REFUSED', `the folder is gone: ${describe(refusal)}`)));
    const lane = this.#pool.of(this.#mailbox)[0] ?? (await this.#pool.take(this.#mailbox, 1));
    await create(lane.connection, this.#mailbox);
    lane.selected = undefined;
    throw new RemoteError('IMAP_CLOSED', 'the folder was made again', { retryable: true });
  }

  async #refuse(one: Group, reason: string): Promise<Group[]> {
    this.#context.ledger.void(this.#folder, one.batch, one.indexes, one.missingSince);
    for (const item of one.items) {
      await this.#context.refused?.add(item, reason);
      const failure = item.forecast ?? { code: 'IMAP_MESSAGE_REFUSED', note: reason };
      this.#deliver({ message: item.message, status: 'failed', failure: { ...failure, note: reason }, issues: item.issues });
    }
    this.#context.patience.reset();
    return [];
  }
}

function overQuota(refusal: Completion): TargetError {
  return new TargetError('IMAP_OVERQUOTA', `the account is full: ${describe(refusal)}`, {
    help: 'get more space, then run the same command again: what is there is known and is not sent twice',
  });
}
