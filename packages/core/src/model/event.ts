import type { FolderPath } from './folder.js';
import type { Issue } from './issue.js';
import type { Delivery } from './target.js';

/** What `transfer` tells its observer; events are the log. */
export type TransferEvent =
  | { readonly type: 'folder'; readonly path: FolderPath }
  | { readonly type: 'delivery'; readonly delivery: Delivery }
  | { readonly type: 'issue'; readonly issue: Issue; readonly sourceId?: string; readonly folder?: FolderPath }
  | { readonly type: 'progress'; readonly progress: TransferProgress };

/** Counts while a transfer runs. `bytesRead` equal to `bytesTotal` does not mean that all is committed. */
export interface TransferProgress {
  readonly messages: number;
  /** Of `bytesTotal`; of a source whose messages are no part of its octets (a PST), by the share of its messages. */
  readonly bytesRead: number;
  /** Octets of the source in all, when known. */
  readonly bytesTotal: number | undefined;
  readonly folder: FolderPath | undefined;
}
