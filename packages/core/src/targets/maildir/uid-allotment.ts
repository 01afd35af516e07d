/** Messages without a UID after which nobody expects another that has one. */
const LATE_TAIL = 4096;

/**
 * Which UID the next message of a folder gets. One without a UID (a sender forged it, say) stands behind all that have one, at the source's next UID:
 * the UIDs below belong to messages that come later, or to some that are gone.
 */
export class UidAllotment {
  /** The least UID that is free for a message that brings its own. */
  next = 1;
  readonly #sourceNext: number;
  #firstLate = Number.POSITIVE_INFINITY;
  #nextLate = 0;
  /** Late messages since the last one that kept its UID. */
  #run = 0;
  /** Messages in order since {@link UidAllotment.settle}. */
  #inOrder = 0;

  /** @param sourceNext the next UID of the source's folder; 0 when it has none */
  constructor(sourceNext: number) {
    this.#sourceNext = sourceNext;
  }

  /** Above all UIDs that were given. */
  get end(): number {
    return Math.max(this.next, this.#nextLate);
  }

  /** True while UIDs were given above those of messages that may still come. */
  get awaitsMore(): boolean {
    return this.#nextLate > 0 && this.#run < LATE_TAIL;
  }

  /** True where the late ones are few among messages in order: a run that is cut short may leave them to the next one, which comes further. */
  get hasFewLate(): boolean {
    return this.awaitsMore && this.#nextLate - this.#firstLate <= this.#inOrder;
  }

  /** True for a UID whose line stands behind those of the messages that kept theirs. */
  isLate(uid: number): boolean {
    return uid >= this.#firstLate;
  }

  /** @param wanted the UID that the message brings; undefined when it has none, or none that counts here */
  give(wanted: number | undefined, keepsUids: boolean): number {
    const uid = keepsUids ? Math.max(wanted ?? 0, this.next) : this.next;
    const isOpen = keepsUids && wanted === undefined && this.#sourceNext > this.next;
    if (isOpen || this.isLate(uid)) return this.#giveLate();
    this.next = uid + 1;
    this.#run = 0;
    this.#inOrder += 1;
    return uid;
  }

  #giveLate(): number {
    if (this.#nextLate === 0) {
      this.#firstLate = Math.max(this.next, this.#sourceNext);
      this.#nextLate = this.#firstLate;
    }
    this.#run += 1;
    this.#nextLate += 1;
    return this.#nextLate - 1;
  }

  /** All that was given is published, or was given anew: the next one is `next`. */
  settle(next: number): void {
    this.next = next;
    this.#firstLate = Number.POSITIVE_INFINITY;
    this.#nextLate = 0;
    this.#run = 0;
    this.#inOrder = 0;
  }
}
