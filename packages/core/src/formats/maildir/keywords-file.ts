// dovecot-keywords: one line a keyword, `<0-25> <name>`; letter `a` is number 0. One file a folder.
// A damaged line is skipped as Dovecot skips it; of two lines with one number the later counts.

import { MAX_KEYWORDS } from './filename.js';

/** Keyword names by number; a hole where a number has no name. */
export function parseKeywordsFile(text: string): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const line of text.split('\n')) {
    const m = /^(\d{1,2}) ([^\0]+)$/.exec(line);
    const index = Number(m?.[1]);
    if (m !== null && index < MAX_KEYWORDS) {
      while (names.length < index) {
        names.push(undefined);
      }
      names[index] = m[2];
    }
  }
  return names;
}

/** The file's text; holes are left out. */
export function formatKeywordsFile(names: readonly (string | undefined)[]): string {
  return names.map((name, i) => (name === undefined ? '' : `${i} ${name}\n`)).join('');
}
