// Flags and keywords of a message. MAPI keeps only the last verb: a message that was answered and then forwarded may say both
// only through its icon. "Completed" is not flagged; it becomes the keyword $FlagComplete.
import type { Flag } from '../../model/flag.js';
import type { ConversionContext } from './context.js';
import { itemKind } from './item-kind.js';
import type { MapiMessage } from './object.js';
import { Pid, PropertySet } from './properties.js';
import { asStrings, isTrue, numberOf } from './value.js';

// PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6)
const MSGFLAG_READ = 0x1;
const MSGFLAG_UNSENT = 0x8;
const MSGFLAG_NOTIFYREAD = 0x100;
// PidTagMessageStatus ([MS-OXCMSG] 2.2.1.8 and IMAP stores of Outlook)
const MSGSTATUS_HIGHLIGHTED = 0x2;
const MSGSTATUS_DELMARKED = 0x8;
const MSGSTATUS_ANSWERED = 0x200;
// PidTagLastVerbExecuted ([MS-OXOMSG] 2.2.1.11): NOTEIVERB_REPLYTOSENDER, _REPLYTOALL, _FORWARD
const REPLY_VERBS = [102, 103];
const FORWARD_VERB = 104;
// PidTagIconIndex ([MS-OXOMSG] 2.2.1.10): replied and forwarded mail, plain, signed and encrypted
const REPLIED_ICONS = [0x105, 0x113, 0x114];
const FORWARDED_ICONS = [0x106, 0x115, 0x116];
// PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1)
const FOLLOWUP_COMPLETE = 1;
const FOLLOWUP_FLAGGED = 2;

function verbFlags(message: MapiMessage, status: number): Flag[] {
  const verb = numberOf(message, Pid.PidTagLastVerbExecuted) ?? 0;
  const icon = numberOf(message, Pid.PidTagIconIndex) ?? 0;
  const flags: Flag[] = [];
  if (REPLY_VERBS.includes(verb) || REPLIED_ICONS.includes(icon) || status & MSGSTATUS_ANSWERED) flags.push('\\Answered');
  if (verb === FORWARD_VERB || FORWARDED_ICONS.includes(icon)) flags.push('$Forwarded');
  return flags;
}

function followUpFlags(message: MapiMessage, status: number): Flag[] {
  const followUp = numberOf(message, Pid.PidTagFlagStatus);
  if (followUp === FOLLOWUP_FLAGGED || status & MSGSTATUS_HIGHLIGHTED) return ['\\Flagged'];
  return followUp === FOLLOWUP_COMPLETE ? ['$FlagComplete'] : [];
}

function importanceFlags(message: MapiMessage): Flag[] {
  const importance = numberOf(message, Pid.PidTagImportance);
  if (importance === 2) return ['$Important'];
  return importance === 0 ? ['$LowImportance'] : [];
}

/** The system flags and the well-known keywords of a message. */
export function messageFlags(message: MapiMessage, context: Pick<ConversionContext, 'specialUse' | 'keepsDeleted'> = {}): Flag[] {
  const bits = numberOf(message, Pid.PidTagMessageFlags) ?? 0;
  const status = numberOf(message, Pid.PidTagMessageStatus) ?? 0;
  const flags: Flag[] = [];
  if (bits & MSGFLAG_READ) flags.push('\\Seen');
  // Contacts and appointments are "unsent" too, which makes no draft of them.
  if (bits & MSGFLAG_UNSENT && itemKind(message) === 'mail') flags.push('\\Draft');
  flags.push(...verbFlags(message, status), ...followUpFlags(message, status));
  if (context.keepsDeleted && status & MSGSTATUS_DELMARKED) flags.push('\\Deleted');
  if (isTrue(message, Pid.PidTagReadReceiptRequested) && bits & MSGFLAG_READ && !(bits & MSGFLAG_NOTIFYREAD)) flags.push('$MDNSent');
  flags.push(...importanceFlags(message));
  if (context.specialUse === '\\Junk') flags.push('$Junk');
  return flags;
}

/** Characters that an IMAP atom cannot have (RFC 9051 §9, atom-specials), and what Dovecot's keyword file uses. */
const NOT_ATOM = /[\p{Cc} (){%*"\\\]]+/gu;

/** A category as a keyword: spaces and specials become `_`, letters lose their accents, others beyond ASCII become their code points (`U+3042`). */
export function keywordOf(category: string): Flag | undefined {
  const word = category
    .normalize('NFC')
    .trim()
    .replace(NOT_ATOM, '_')
    .replace(/[^\x21-\x7e]/gu, (char) => fold(char));
  const keyword = word.replace(/_+/g, '_').slice(0, 64);
  return keyword === '' ? undefined : keyword;
}

/** A letter without its accents, or its code point in hexadecimal. */
function fold(char: string): string {
  const plain = char
    .replace('\u00df', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');
  if (/^[\x21-\x7e]+$/.test(plain)) return plain.replace(NOT_ATOM, '_');
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
}

/** The categories of a message as keywords, each once. */
export function messageKeywords(message: MapiMessage): Flag[] {
  const stored = message.named(PropertySet.PS_PUBLIC_STRINGS, 'Keywords');
  if (stored === undefined) return [];
  const categories = asStrings(stored);
  return [...new Set(categories.map(keywordOf).filter((keyword) => keyword !== undefined))];
}
