// Where a message ends. A line that begins with "From " is judged by everything that is known about it; each rule is one line of `judge`.
// Dovecot believes an address and a date, mb2md a blank line, Thunderbird two header lines, mutt a Content-Length: none of them alone is right.
// What follows decides first (a message goes on with a header block, a sentence does not), then Content-Length, then an open MIME part.
import type { FromLineGrade } from './from-line.js';
import type { Following } from './header-shape.js';

/** What is known of a line that begins with `From `. */
export interface Evidence {
  readonly grade: FromLineGrade;
  readonly following: Following;
  /** The line before is blank, or there is none. */
  readonly blankBefore: boolean;
  /** Messages without any header were seen before in this file. */
  readonly headerless: boolean;
  /** The first From_ line of the file is bare too (Thunderbird, Takeout). */
  readonly bareDialect: boolean;
}

/** What became of a line. */
export interface Verdict {
  readonly starts: boolean;
  /** Why the other decision would have been possible; undefined when it was not. */
  readonly doubt?: string;
}

const STARTS: Verdict = { starts: true };
const TEXT: Verdict = { starts: false };
const UNUSUAL = 'its date is of no usual form, but a header block follows';

/** Judges a line by itself, what follows and the line before. */
export function judge(evidence: Evidence): Verdict {
  const { kind } = evidence.following;
  if (kind === 'headers') return evidence.grade === 'strict' ? strictWithHeaders(evidence) : looseWithHeaders(evidence);
  if (evidence.grade === 'strict') return strictWithoutHeaders(evidence);
  if (evidence.blankBefore && evidence.grade !== 'bare') return text('no address and date end it, and no header follows');
  return TEXT;
}

function strictWithHeaders({ following, blankBefore }: Evidence): Verdict {
  if (following.known > 0 || following.fields > 1) return STARTS;
  // One line `Name: text` and then prose: a header is longer, or ends with a blank line.
  if (following.clean === false && !blankBefore) return text('it looks like a From_ line, but only text follows');
  return STARTS;
}

function strictWithoutHeaders({ following, blankBefore, headerless }: Evidence): Verdict {
  const { kind } = following;
  if (kind === 'end') return blankBefore ? STARTS : text('it looks like a From_ line, but the file ends there');
  if (kind === 'text') return text('it looks like a From_ line, but no header block follows');
  if (blankBefore && headerless) return STARTS;
  return text('it looks like a From_ line, but no header follows');
}

function looseWithHeaders({ grade, following, blankBefore, bareDialect }: Evidence): Verdict {
  if (grade === 'prose') return blankBefore ? text('headers seem to follow, but the line is a sentence') : TEXT;
  const { known } = following;
  // `From` and one word is a From_ line where the file has such; in the text of others it takes more.
  if (grade === 'bare' && !bareDialect) return blankBefore && known > 1 ? accepted(UNUSUAL) : TEXT;
  if (!isHeader(following)) return blankBefore ? text('it has no date, and hardly a header follows') : TEXT;
  if (blankBefore) return bareDialect ? STARTS : accepted(UNUSUAL);
  return known > 1 ? accepted('no blank line is before it and its date is of no usual form, but a header block follows') : TEXT;
}

function isHeader({ known, fields, clean }: Following): boolean {
  return known > 1 || (known === 1 && (clean !== false || fields > 1)) || (fields > 1 && clean !== false);
}

function text(doubt: string): Verdict {
  return { starts: false, doubt };
}

function accepted(doubt: string): Verdict {
  return { starts: true, doubt };
}
