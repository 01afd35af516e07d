import type { Folder, FolderPath } from './folder.js';
import type { Issue } from './issue.js';
import type { Item, ItemPlace } from './item.js';
import type { KnownSource, LedgerEntry, LedgerView, RunFacts } from './ledger.js';
import type { FilterReason, Message } from './message.js';
import type { NodeBooks, SourceFile } from './store.js';

/** What became of a message. `updated` is a part of `alreadyPresent` in the books. */
export type DeliveryStatus = 'written' | 'updated' | 'alreadyPresent' | 'filtered' | 'failed';

/** What a ledger keeps of a source file beside its state. */
export type SourceFacts = Pick<KnownSource, 'fingerprint' | 'counts' | 'resume' | 'items' | 'nodes' | 'isOpaque'> & {
  /** The same as `nodes`, node by node. */
  readonly nodeBooks?: NodeBooks;
};

/** The target's answer for one message. */
export interface Delivery {
  readonly message: Message;
  readonly status: DeliveryStatus;
  /** Why, when filtered. */
  readonly reason?: FilterReason;
  /** Why, when failed. */
  readonly failure?: Issue;
  /** The UID in the target, when it is known. */
  readonly uid?: number;
  /** What the target had to change. */
  readonly issues?: readonly Issue[];
}

/** How to treat messages that vanished from the source. */
export interface GoneOptions {
  /** Of this run. */
  readonly fingerprint: string;
  readonly propagate: boolean;
  /** True for a file that an earlier run read and that is no longer in the source. */
  readonly lacks: (path: string) => boolean;
}

/** What a target takes: folders and messages. */
export interface MailTarget extends AsyncDisposable {
  /** `maildir`, `imap`, `memory`. */
  readonly format: string;
  readonly location: string;
  /** Issues that belong to no message. */
  readonly issues: readonly Issue[];
  /** What an earlier run left in this target's ledger. */
  ledger(): Promise<LedgerView>;
  /** Whether the target has a message now, for a run that is only tried: reads only; an ability. */
  holds?(message: Pick<Message, 'folder' | 'identity'>): boolean;
  /** Told which folders there are before the first of them is made; an ability. */
  noteFolders?(folders: readonly Folder[]): void;
  /** Safe to repeat; parents first. */
  createFolder(folder: Folder): Promise<void>;
  /** Says by its issues what of a folder's name could not stay, and makes nothing; an ability. */
  foreseeFolder?(folder: Folder): Promise<void>;
  /** Told before the first message which files {@link SourceSpan.file} counts in (the list may grow); an ability. */
  noteSources?(files: readonly SourceFile[]): void;
  /** True for a file whose residue is wanted: not when an earlier run kept it; an ability. */
  keepsResidueOf?(file: number): boolean;
  /** Takes octets of a source file that no stored message holds, to be kept with the next commit; they are lent for the call; an ability. */
  noteResidue?(residue: { readonly file: number; readonly ranges: readonly number[]; readonly octets: Uint8Array }): void;
  /** Told that a source file was read to its end; an ability. */
  noteSourceRead?(file: number, facts: SourceFacts): void;
  /**
   * Told when all messages are delivered: gives those that earlier runs took from files that this one read whole, with the same options, and that are there no more.
   * Each is given once. With `propagate` they are flagged \\Deleted, unless the user moved or deleted them; an ability.
   */
  gone?(options: GoneOptions): AsyncIterable<LedgerEntry>;
  /** Told before the last commit what the run did; an ability. */
  noteRun?(facts: RunFacts): void;
  /** Told before the last commit that the source was read to its end, so that its next UIDs count; an ability. */
  noteComplete?(): void;
  /** One delivery for each message, in any order. Pulls batches and keeps its own window. */
  deliver(batches: AsyncIterable<readonly Message[]>, last: LedgerView): AsyncIterable<Delivery>;
  /** The same, with the deliveries of many messages at a time; an ability. */
  deliverBatches?(batches: AsyncIterable<readonly Message[]>, last: LedgerView): AsyncIterable<readonly Delivery[]>;
  /** Takes what is not mail; an ability. */
  deliverItems?(
    items: AsyncIterable<Item>,
  ): AsyncIterable<{ readonly item: Item; readonly status: DeliveryStatus; readonly failure?: Issue }>;
  /** The directory that items go to; an ability. */
  readonly itemsLocation?: string;
  /** Whether there is still something in each place that items went to: else their source is read again; an ability. */
  holdsItems?(places: readonly ItemPlace[]): boolean;
  /** True while a commit would cost messages that are still to come something; it waits then, unless the run ends; an ability. */
  readonly isMidway?: boolean;
  /**
   * Told before the last commit of a run that was told to stop: takes back what would cost messages that were not read yet something.
   * How many messages of which folder; the next run delivers them. An ability.
   */
  withdraw?(): Promise<readonly { readonly path: FolderPath; readonly messages: number }[]>;
  /** Durable and consistent; safe to call often. */
  commit(): Promise<void>;
}
