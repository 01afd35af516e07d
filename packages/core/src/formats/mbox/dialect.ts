// Which software wrote an mbox, as far as it changes how it is read. Decided once, from the first message.

import type { FromLine } from './from-line.js';
import type { HeaderFields } from './header-block.js';

/** `mbox` where nothing tells more. */
export type MboxDialect = 'mbox' | 'mboxcl' | 'mmdf' | 'uw' | 'dovecot' | 'thunderbird' | 'takeout' | 'pipermail';

/** What the head of a file shows. */
export interface HeadEvidence {
  readonly isMmdf: boolean;
  readonly from: FromLine | undefined;
  /** Fields of the first message, see header-block. */
  readonly fields: HeaderFields;
  /** The header block of the first message, latin1. */
  readonly header: string;
}

const MOZILLA_ON_TOP = /^(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,6}x-mozilla-status2?:/i;

/** True for a message, from its From_ line on, that Thunderbird wrote: into an mbox that somebody put into its folders, say. */
export function isThunderbirds(text: string): boolean {
  const [line] = /^From (?:-(?: [^\n]*)?)?\r?\n/.exec(text) ?? [];
  return line !== undefined && MOZILLA_ON_TOP.test(text.slice(line.length));
}

/** Names the dialect. */
export function dialectOf({ isMmdf, from, fields, header }: HeadEvidence): MboxDialect {
  if (isMmdf) return 'mmdf';
  const sender = from?.envelopeSender ?? '';
  if (isTakeoutSender(sender)) return 'takeout';
  // Thunderbird writes its headers on top, before Received: further down they came with the message.
  if ((sender === '-' || sender === '') && MOZILLA_ON_TOP.test(header)) return 'thunderbird';
  if (fields.has('x-imap')) return 'uw';
  if (fields.has('x-imapbase')) return 'dovecot';
  if (/^\S+ at \S+$/.test(sender)) return 'pipermail';
  return fields.has('content-length') ? 'mboxcl' : 'mbox';
}

/** True for what a Takeout has in place of an address and a date: the number of the conversation. */
export function isTakeoutSender(sender: string): boolean {
  return /^\d{10,}@xxx$/.test(sender);
}
