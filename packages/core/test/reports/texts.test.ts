import { describe, expect, it } from 'vitest';
import { EN, REPORT_TEXTS, type ReportTexts } from '../../src/index.js';

/** Texts by the path of their key. */
function leaves(texts: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'object') for (const [path, text] of leaves(value as object, `${prefix}${key}.`)) found.set(path, text);
    else if (typeof value === 'string') found.set(prefix + key, value);
  }
  return found;
}

/** Words that are the same in two languages. */
const SHARED = new Set(['Code', 'Total', 'Messages', 'Versions', 'Options', 'Source', '.', ',']);

describe.each(Object.entries(REPORT_TEXTS))('the texts in %s', (language, texts: ReportTexts) => {
  it('are complete', () => {
    const own = leaves(texts);
    expect(texts.language).toBe(language);
    expect([...own.keys()].sort()).toEqual([...leaves(EN).keys()].sort());
    expect([...own.values()].every((text) => text !== '')).toBe(true);
  });

  it('are translated', () => {
    if (language === 'en') return;
    const english = leaves(EN);
    const same = [...leaves(texts)].filter(([path, text]) => text === english.get(path) && !SHARED.has(text));
    expect(same).toEqual([]);
  });

  it('say the verdict with both numbers and the target', () => {
    const target = texts.target('maildir', '/srv/Maildir');
    for (const outcome of ['complete', 'failed', 'damaged', 'interrupted'] as const) {
      for (const dryRun of [true, false]) {
        const verdict = texts.verdict({ outcome, dryRun, read: 1221, arrived: 1, isUnchanged: false, target });
        expect(verdict).toMatch(new RegExp(`1${texts.groupSeparator === '.' ? '\\.' : texts.groupSeparator}221`));
        expect(verdict).toContain('/srv/Maildir');
      }
    }
  });
});
