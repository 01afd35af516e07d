// What the process of a job says to the one that started it, one message each. It runs as somebody who may be hostile: nothing in it is believed
// beyond its form.
import type { JobProgress, JobTotals } from './job-result.js';

/** A message of the process of a job. */
export type JobMessage =
  | { readonly type: 'progress'; readonly messages: number; readonly bytesRead: number; readonly bytesTotal?: number }
  | { readonly type: 'report'; readonly report: Readonly<Record<string, unknown>> }
  | { readonly type: 'end'; readonly exitStatus: number; readonly code?: string; readonly message?: string };

/** Octets of text that are kept of what a job says. */
const LONGEST = 2000;
/** Codes of failures that the last word names. */
const MOST_REASONS = 3;

/** A message as it came, or undefined for what is none. */
export function readJobMessage(raw: unknown): JobMessage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const held = raw as Record<string, unknown>;
  if (held['type'] === 'progress') {
    return { type: 'progress', messages: count(held['messages']), bytesRead: count(held['bytesRead']), ...total(held['bytesTotal']) };
  }
  if (held['type'] === 'report' && typeof held['report'] === 'object' && held['report'] !== null)
    return { type: 'report', report: held['report'] as Record<string, unknown> };
  if (held['type'] !== 'end') return undefined;
  const { code, message } = held;
  return {
    type: 'end',
    exitStatus: Math.min(255, count(held['exitStatus'])),
    ...(typeof code === 'string' ? { code: code.slice(0, 80) } : {}),
    ...(typeof message === 'string' ? { message: message.slice(0, LONGEST) } : {}),
  };
}

/** The verdict and the books of a report, as far as it has them. */
export function factsOfReport(report: unknown): { verdict?: string; totals?: JobTotals; bytesRead?: number; bytesWritten?: number } {
  const held = (typeof report === 'object' && report !== null ? report : {}) as Record<string, unknown>;
  const { verdict, totals } = held;
  const books = (typeof totals === 'object' && totals !== null ? totals : undefined) as Record<string, unknown> | undefined;
  return {
    ...(typeof verdict === 'string' ? { verdict: `${reasons(held['failures'])}${verdict.slice(0, LONGEST)}` } : {}),
    ...(books === undefined
      ? {}
      : {
          totals: {
            read: count(books['read']),
            written: count(books['written']),
            alreadyPresent: count(books['alreadyPresent']),
            updated: count(books['updated']),
            filtered: count(books['filtered']),
            failed: count(books['failed']),
          },
          bytesRead: count(books['bytesRead']),
          bytesWritten: count(books['bytesWritten']),
        }),
  };
}

/** Why messages failed, as the report counts it, before all else, since a table may cut the rest off: `13 PST_MESSAGE_UNREADABLE; `. */
function reasons(failures: unknown): string {
  const codes = (Array.isArray(failures) ? failures.slice(0, MOST_REASONS) : []).flatMap((failure: unknown) => {
    const { code, count: times } = (failure ?? {}) as Record<string, unknown>;
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,79}$/u.test(code) ? [`${count(times)} ${code}`] : [];
  });
  return codes.length === 0 ? '' : `${codes.join(', ')}; `;
}

/** How far a job is, from its message. */
export function progressOf(message: Extract<JobMessage, { type: 'progress' }>): JobProgress {
  const { type: _, ...progress } = message;
  return progress;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : 0;
}

function total(value: unknown): { bytesTotal?: number } {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? { bytesTotal: value } : {};
}
