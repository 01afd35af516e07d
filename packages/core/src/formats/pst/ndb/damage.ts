import type { Issue, IssueCode } from '../../../model/issue.js';

/** Takes what was found damaged. Every read names the sink of what it reads for, so that damage lands at its message. */
export type DamageSink = (code: IssueCode, note: string, offset?: number) => void;

/** Issues kept in one list; beyond it they are only counted, so that a ruin does not fill the memory. */
const MAX_ISSUES = 1000;

/** A sink that fills a list, each distinct damage once. */
export function damageList(path: string, issues: Issue[]): DamageSink {
  // Nearly every message has none.
  let seen: Set<string> | undefined;
  return (code, note, offset) => {
    seen ??= new Set(issues.map(({ code: one, where, note: of }) => `${one} ${where?.offset ?? of}`));
    const key = `${code} ${offset ?? note}`;
    if (issues.length < MAX_ISSUES && !seen.has(key)) {
      seen.add(key);
      issues.push({ code, where: offset === undefined ? { path } : { path, offset }, note });
    }
  };
}
