import { BATCH_ERRORS } from './error-batch.js';
import { COMMAND_ERRORS } from './error-command.js';
import type { ErrorDescription } from './error-description.js';
import { IMAP_ERRORS } from './error-imap.js';
import { INTERNAL_ERRORS } from './error-internal.js';
import { SOURCE_ERRORS } from './error-source.js';
import { OTHER_TARGET_ERROR, TARGET_ERRORS } from './error-target.js';
import { ISSUES, type IssueCode, type IssueDescription } from './issue.js';

/** Every error code with its description. What is thrown has its entry here; a test demands it. */
export const ERRORS: Readonly<Record<string, ErrorDescription>> = {
  ...COMMAND_ERRORS,
  ...BATCH_ERRORS,
  ...SOURCE_ERRORS,
  ...TARGET_ERRORS,
  ...IMAP_ERRORS,
  ...INTERNAL_ERRORS,
};

/** What a code means, whether it is an issue or an error; undefined when there is no such code. */
export function explanationOf(
  code: string,
): (ErrorDescription & { readonly severity: IssueDescription['severity'] | 'error' }) | undefined {
  const issue = Object.hasOwn(ISSUES, code) ? ISSUES[code as IssueCode] : undefined;
  if (issue !== undefined) return issue;
  const error = Object.hasOwn(ERRORS, code) ? ERRORS[code] : /^TARGET_E[A-Z0-9]+$/.test(code) ? OTHER_TARGET_ERROR : undefined;
  return error === undefined ? undefined : { severity: 'error', ...error };
}
