// A Takeout of single labels has a file for each, and a message in the file of every label that it has: one message, octet by octet.
import { IdentityCounter } from '../formats/content/identity.js';
import type { Message } from '../model/message.js';
import { MboxMessage } from './mbox-message.js';

/** What is known of an mbox. */
interface Part {
  readonly hasLabels?: boolean;
}

/** Remembers what earlier files of a Takeout had. */
export class TakeoutCopies {
  readonly #hasSeveral: boolean;
  /** 16 octets of each hash, as characters, and the number among equal ones: about 50 octets a message. */
  readonly #seen = new Set<string>();

  constructor(parts: readonly Part[]) {
    this.#hasSeveral = parts.filter(({ hasLabels }) => hasLabels === true).length > 1;
  }

  /** What numbers the messages of such a file: it begins anew with each, so that equal ones of one file stay two. */
  counterOf({ hasLabels }: Part): IdentityCounter | undefined {
    return this.#hasSeveral && hasLabels === true ? new IdentityCounter() : undefined;
  }

  /** Marks what an earlier file had as `duplicate`. */
  mark({ hasLabels }: Part, messages: readonly Message[]): void {
    if (!this.#hasSeveral || hasLabels !== true) return;
    for (const message of messages) {
      if (!(message instanceof MboxMessage)) continue;
      const { identity } = message;
      const key = Buffer.from(identity.slice(0, 32), 'hex').toString('latin1') + identity.slice(64);
      if (this.#seen.has(key)) message.filtered ??= 'duplicate';
      else this.#seen.add(key);
    }
  }
}
