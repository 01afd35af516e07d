import { type Issue, RemoteError } from '@mailferry/core';
import type { Session } from '../session/session.js';
import type { FolderNames } from './folder-names.js';
import type { UploadLedger } from './ledger.js';
import { Patience, type PatienceOptions } from './patience.js';
import type { RefusedMbox } from './refused-mbox.js';
import type { RepairKind } from './repair-kind.js';
import { SettleTime } from './settle-time.js';
import { RateLimit, SendWindow } from './window.js';
import { WireBlocks } from './wire-blocks.js';

/** What an upload may be told to do otherwise. */
export interface UploadTuning {
  /** Connections at a time; default: what suits the server. */
  readonly connections?: number;
  /** Messages a second at most. */
  readonly maxRate?: number;
  /** Messages of one MULTIAPPEND; default 100. */
  readonly batchMessages?: number;
  /** Octets of one MULTIAPPEND; default 1 MiB. */
  readonly batchOctets?: number;
  /** After a cut: silence after which the server is taken to have stored what it will, ms; longer on a slow server; default 2,000. */
  readonly settleMs?: number;
  /** How long after a cut the end of the upload waits for copies that come late, ms; default 10,000. */
  readonly lateMs?: number;
  readonly patience?: PatienceOptions;
}

/** What the parts of one upload share. */
export class UploadContext {
  readonly ledger: UploadLedger;
  readonly names: FolderNames;
  readonly repairs: ReadonlySet<RepairKind>;
  readonly refused: RefusedMbox | undefined;
  readonly isDryRun: boolean;
  readonly tuning: UploadTuning;
  readonly issues: Issue[] = [];
  readonly window: SendWindow = new SendWindow();
  readonly wires: WireBlocks = new WireBlocks();
  readonly rate: RateLimit;
  readonly settleTime: SettleTime;
  readonly patience: Patience;
  /** Octets that one message may have, as the server told. */
  appendLimit: number | undefined;
  /** Rungs of the ladder that are still trusted. */
  usesMultiappend: boolean;
  usesLiteralPlus: boolean;
  readonly session: Session;
  readonly runId: string;
  #isStopped = false;
  readonly #sleepers = new Set<() => void>();

  constructor(parts: {
    readonly ledger: UploadLedger;
    readonly names: FolderNames;
    readonly session: Session;
    readonly runId: string;
    readonly repairs: ReadonlySet<RepairKind>;
    readonly refused: RefusedMbox | undefined;
    readonly isDryRun: boolean;
    readonly tuning: UploadTuning;
  }) {
    this.ledger = parts.ledger;
    this.names = parts.names;
    this.session = parts.session;
    this.runId = parts.runId;
    this.repairs = parts.repairs;
    this.refused = parts.refused;
    this.isDryRun = parts.isDryRun;
    this.tuning = parts.tuning;
    this.rate = new RateLimit(parts.tuning.maxRate ?? parts.session.preset.rate);
    this.settleTime = new SettleTime(parts.tuning.settleMs);
    this.patience = new Patience(parts.tuning.patience);
    const { capabilities } = parts.session;
    this.usesMultiappend = capabilities.has('MULTIAPPEND');
    this.usesLiteralPlus = capabilities.has('LITERAL+');
  }

  /** Messages of one command. */
  get batchMessages(): number {
    const rate = this.tuning.maxRate ?? this.session.preset.rate ?? Number.POSITIVE_INFINITY;
    return Math.max(1, Math.min(this.tuning.batchMessages ?? 100, Math.floor(rate)));
  }

  /** Octets of one command. */
  get batchOctets(): number {
    return Math.min(this.tuning.batchOctets ?? 1 << 20, this.session.preset.maxCommand ?? Number.POSITIVE_INFINITY);
  }

  /** One rung down: whatever was tried last, the server (or something in between) does not bear it. */
  lowerLadder(): void {
    if (this.usesLiteralPlus) this.usesLiteralPlus = false;
    else this.usesMultiappend = false;
  }

  /** Something worth a line in the report. */
  report(issue: Issue): void {
    this.issues.push(issue);
  }

  /** Waits, unless the run ends meanwhile. */
  async sleep(ms: number): Promise<void> {
    if (ms > 0 && !this.#isStopped) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#sleepers.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        this.#sleepers.add(done);
      });
    }
    if (this.#isStopped) throw new RemoteError('IMAP_STOPPED', 'the upload was stopped', { retryable: true });
  }

  /** Does it again as long as the server is only out of reach and patience lasts. */
  async retried<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RemoteError) || !error.retryable) throw error;
        await this.sleep(this.patience.next(error));
      }
    }
  }

  /** Ends every wait. */
  stop(): void {
    this.#isStopped = true;
    for (const wake of this.#sleepers) wake();
  }
}
