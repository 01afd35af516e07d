import type { Place } from '../errors.js';
import { IMAP_ISSUES } from './issue-imap.js';
import { MAILDIR_ISSUES } from './issue-maildir.js';
import { MAPI_ISSUES } from './issue-mapi.js';
import { MBOX_ISSUES } from './issue-mbox.js';
import { MESSAGE_ISSUES } from './issue-message.js';
import { PST_ISSUES } from './issue-pst.js';
import { SOURCE_ISSUES } from './issue-source.js';

/** How much an issue matters: `notice` is a guess that is nearly always right, `warning` wants a look, `failure` cost a message or a part of one. */
export type IssueSeverity = 'notice' | 'warning' | 'failure';

/** What `explain` and the docs say of a code. */
export interface IssueDescription {
  readonly severity: IssueSeverity;
  /** True if the source is damaged: it once held mail, or parts of a message, that could not be read. A run with such an issue is not `complete`. */
  readonly isDamage?: true;
  /** One line, lower case, no full stop. */
  readonly title: string;
  /** What it means, whole sentences. */
  readonly meaning: string;
  /** What to do. */
  readonly help: string;
}

/** Every issue code with its description: the one list that `explain`, the docs and the tests read. */
export const ISSUES: Readonly<Record<IssueCode, IssueDescription>> = {
  ...MESSAGE_ISSUES,
  ...MBOX_ISSUES,
  ...MAILDIR_ISSUES,
  ...MAPI_ISSUES,
  ...PST_ISSUES,
  ...IMAP_ISSUES,
  ...SOURCE_ISSUES,
};

/** A code of {@link ISSUES}. */
export type IssueCode =
  | keyof typeof MESSAGE_ISSUES
  | keyof typeof MBOX_ISSUES
  | keyof typeof MAILDIR_ISSUES
  | keyof typeof MAPI_ISSUES
  | keyof typeof PST_ISSUES
  | keyof typeof IMAP_ISSUES
  | keyof typeof SOURCE_ISSUES;

/** One message or place was odd; the run goes on and the report counts it. */
export interface Issue {
  readonly code: IssueCode;
  readonly where?: Place;
  /** What was found here, one line, lower case. */
  readonly note?: string;
}
