import { RemoteError } from '@mailferry/core';
import { logout } from '../commands/logout.js';
import { type SelectedMailbox, select } from '../commands/select.js';
import type { ImapConnection } from '../connection/connection.js';
import type { Session } from '../session/session.js';
import type { UploadContext } from './context.js';
import { judge } from './patience.js';

/** A connection that stands in one mailbox at a time. */
export class Lane {
  session: Session;
  selected: SelectedMailbox | undefined;
  /** Flag lists that this connection's server has accepted. */
  readonly proven: Set<string> = new Set();
  /** Commands on the way. */
  commands = 0;
  octets = 0;
  lastUsed = 0;
  #waiting: (() => void)[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  get connection(): ImapConnection {
    return this.session.connection;
  }

  /** A command ended: whoever waits looks again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Resolves when the next command ends. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when nothing is on the way. */
  async idle(): Promise<void> {
    while (this.commands > 0) await this.change();
  }
}

/** The connections of one upload. */
export class LanePool {
  readonly #context: UploadContext;
  readonly #open: () => Promise<Session>;
  readonly #lanes: Lane[] = [];
  #most: number;
  #clock = 0;

  constructor(context: UploadContext, first: Session, open: () => Promise<Session>, most: number) {
    this.#context = context;
    this.#open = open;
    this.#most = most;
    this.#lanes.push(new Lane(first));
    this.#listen(first);
  }

  /** Lanes that stand in this mailbox. */
  of(mailbox: string): readonly Lane[] {
    return this.#lanes.filter((lane) => lane.selected?.name === mailbox);
  }

  /**
   * A connected lane that stands in the mailbox, the least busy of at most `most` of them.
   *
   * @throws {@link RemoteError} when the server cannot be reached with all patience.
   */
  async take(mailbox: string, most: number): Promise<Lane> {
    for (;;) {
      const lane = await this.#choose(mailbox, most);
      lane.lastUsed = ++this.#clock;
      try {
        if (!lane.connection.isOpen) await this.#reconnect(lane);
        if (lane.selected?.name !== mailbox) {
          await lane.idle();
          lane.selected = await select(lane.connection, mailbox);
        }
        return lane;
      } catch (error) {
        if (!(error instanceof RemoteError) || !error.retryable) throw error;
        lane.connection.destroy();
        await this.#context.sleep(this.#context.patience.next(error, askedFor(error)));
      }
    }
  }

  /** A connection for a command that needs no mailbox. */
  async any(): Promise<ImapConnection> {
    for (;;) {
      const lane = this.#lanes.find(({ connection }) => connection.isOpen) ?? this.#lanes[0];
      if (lane === undefined) throw new Error('no lane');
      if (lane.connection.isOpen) return lane.connection;
      try {
        await this.#reconnect(lane);
      } catch (error) {
        if (!(error instanceof RemoteError) || !error.retryable) throw error;
        await this.#context.sleep(this.#context.patience.next(error, askedFor(error)));
      }
    }
  }

  /** Says goodbye on every connection. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => (lane.commands > 0 ? lane.connection.destroy() : logout(lane.connection))));
  }

  async #choose(mailbox: string, most: number): Promise<Lane> {
    const here = this.of(mailbox).toSorted((a, b) => a.octets - b.octets);
    const best = here[0];
    if (best !== undefined && (best.commands === 0 || here.length >= Math.min(most, this.#most))) return best;
    const idle = this.#lanes.find((lane) => lane.selected === undefined && lane.commands === 0);
    if (idle !== undefined) return idle;
    if (this.#lanes.length < this.#most) {
      const added = await this.#add();
      if (added !== undefined) return added;
    }
    if (best !== undefined) return best;
    const oldest = this.#lanes.toSorted((a, b) => a.lastUsed - b.lastUsed)[0];
    if (oldest === undefined) throw new Error('no lane');
    return oldest;
  }

  /** One more connection; when the server does not grant it, those that there are have to do. */
  async #add(): Promise<Lane | undefined> {
    try {
      const lane = new Lane(await this.#open());
      this.#listen(lane.session);
      this.#lanes.push(lane);
      return lane;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.#most = this.#lanes.length;
      return undefined;
    }
  }

  async #reconnect(lane: Lane): Promise<void> {
    await lane.idle();
    lane.selected = undefined;
    lane.proven.clear();
    lane.session = await this.#open();
    this.#listen(lane.session);
    this.#context.report({ code: 'IMAP_RECONNECTED' });
  }

  #listen(session: Session): void {
    session.connection.onNotice = ({ code, text }) => {
      if (code?.name === 'ALERT')
        this.#context.report({ code: 'IMAP_SERVER_NOTICE', note: text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200) });
    };
  }
}

/** A wait that the server's last words asked for. */
function askedFor(error: RemoteError): number | undefined {
  const verdict = judge({ code: undefined, text: error.message });
  return verdict.kind === 'busy' ? verdict.waitMs : undefined;
}
