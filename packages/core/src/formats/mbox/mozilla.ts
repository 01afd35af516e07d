// Thunderbird's own headers (comm-central nsMsgMessageFlags.idl). Believed only in a file of Thunderbird's and only the first of each: Thunderbird
// writes them on top, so what a sender forged stands below. A message with Expunged set was deleted and waits for compacting.
import type { Flag } from '../../model/flag.js';
import type { HeaderFields } from './header-block.js';
import { ANSWERED, DELETED, FLAGGED, SEEN } from './status-flags.js';

/** What the headers of one message say. */
export interface MozillaState {
  /** See status-flags. */
  readonly bits: number;
  readonly keywords: readonly Flag[];
  readonly isExpunged: boolean;
}

const READ = 0x0001;
const REPLIED = 0x0002;
const MARKED = 0x0004;
const EXPUNGED = 0x0008;
const FORWARDED = 0x1000;
const IMAP_DELETED = 0x0020_0000;
const MDN_REPORT_SENT = 0x0080_0000;
const LABELS = 0x0e00_0000;
const LABEL_SHIFT = 25;

/** Reads X-Mozilla-Status, -Status2 (eight digits, the high word of the same flags) and -Keys. */
export function mozillaState(fields: HeaderFields): MozillaState {
  const low = hex(fields.get('x-mozilla-status'), 4);
  const high = hex(fields.get('x-mozilla-status2'), 8);
  const keywords = new Set((fields.get('x-mozilla-keys') ?? '').split(/\s+/).filter((key) => key !== ''));
  if ((low & FORWARDED) !== 0) keywords.add('$Forwarded');
  if ((high & MDN_REPORT_SENT) !== 0) keywords.add('$MDNSent');
  const label = (high & LABELS) >>> LABEL_SHIFT;
  if (label >= 1 && label <= 5) keywords.add(`$label${label}`);
  let bits = 0;
  if ((low & READ) !== 0) bits |= SEEN;
  if ((low & REPLIED) !== 0) bits |= ANSWERED;
  if ((low & MARKED) !== 0) bits |= FLAGGED;
  if ((high & IMAP_DELETED) !== 0) bits |= DELETED;
  return { bits, keywords: [...keywords].sort(), isExpunged: (low & EXPUNGED) !== 0 };
}

function hex(value: string | undefined, digits: number): number {
  const match = new RegExp(`^[0-9a-f]{1,${digits}}(?=\\s|$)`, 'i').exec(value ?? '');
  return match === null ? 0 : Number.parseInt(match[0], 16);
}
