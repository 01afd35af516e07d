// A job is one user's transfer as JSON: what a runner starts, a queue carries and a state file names. It refers to secrets and never holds one.
import type { JobOptions } from './job-options.js';

/** Where a secret is to be had when the job runs. */
export type SecretReference =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  /** A column of the manifest, by the number of its record (from 1, without the header). */
  | { readonly kind: 'manifest'; readonly path: string; readonly record: number };

/** One user's transfer. */
export interface Job {
  /** Unique in a batch: the user, or the user and the number of the row when a user has several. */
  readonly id: string;
  /** Login name of the owner of the home. */
  readonly user: string;
  readonly sources: readonly string[];
  /** A Maildir location or an IMAP URL. */
  readonly target: string;
  /** Login at an IMAP target, when it is not the user. */
  readonly login?: string;
  /** Master user at an IMAP target (SASL PLAIN authorization identity is the login). */
  readonly authUser?: string;
  readonly secret?: SecretReference;
  readonly group?: string;
  /** Higher runs earlier; 0 by default. */
  readonly priority: number;
  /** What the survey expects: to say how long the rest will take. */
  readonly expected?: { readonly messages?: number; readonly bytes?: number; readonly seconds?: number };
  readonly folderMap?: string;
  /** Options of `convert` or `upload`, by their long names without dashes. */
  readonly options: JobOptions;
}
