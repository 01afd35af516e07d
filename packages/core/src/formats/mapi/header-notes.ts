// Fields for what Outlook keeps about a message beside sending it ([MS-OXCMAIL] 2.1.3.2): the flag for follow-up with its date, until when an answer
// is wanted and when the message expires, and where a post of a feed came from.
import { formatDateTime } from '../mime/date-time.js';
import { unstructuredField } from '../mime/header.js';
import { isClass, messageClass } from './item-kind.js';
import { namedText } from './item-text.js';
import type { MapiMessage } from './object.js';
import { Pid, PropertySet } from './properties.js';
import { asTime, numberOf } from './value.js';

// LIDs of PSETID_Common
const DUE = 0x8517;
const FLAG_REQUEST = 0x8530;
// LID of PSETID_PostRss
const RSS_LINK = 0x8901;
/** PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1) */
const FLAGGED = 2;

/** A field, ready but for its line end. */
interface NoteField {
  readonly name: string;
  readonly text: string;
}

function dateField(name: string, ms: number | undefined): NoteField[] {
  return ms === undefined ? [] : [{ name, text: `${name}: ${formatDateTime(ms)}` }];
}

/**
 * `X-Message-Flag` and `Reply-By` (RFC 4021) of a message that is flagged, which is how Exchange sends a flag along. When it is due is
 * PidLidCommonEnd, which is a moment; PidLidTaskDueDate is a day of no zone.
 */
function flagFields(message: MapiMessage): NoteField[] {
  if (numberOf(message, Pid.PidTagFlagStatus) !== FLAGGED) return [];
  const request = namedText(message, PropertySet.PSETID_Common, FLAG_REQUEST);
  const due = asTime(message.property(Pid.PidTagReplyTime)) ?? asTime(message.named(PropertySet.PSETID_Common, DUE));
  const flag = request === undefined ? [] : [{ name: 'X-Message-Flag', text: unstructuredField('X-Message-Flag', request) }];
  return [...flag, ...dateField('Reply-By', due)];
}

/** The page that a post of a feed is about, as Thunderbird writes it (RFC 2557 §4.2 has it for the same: what links in the text are relative to). */
function feedFields(message: MapiMessage): NoteField[] {
  if (!isClass(messageClass(message), 'ipm.post.rss')) return [];
  const link = namedText(message, PropertySet.PSETID_PostRss, RSS_LINK);
  return link !== undefined && /^https?:\/\/[\x21-\x7e]{1,900}$/i.test(link)
    ? [{ name: 'Content-Base', text: `Content-Base: ${link}` }]
    : [];
}

/** What belongs to a message whoever wrote its header: the flag, and the page of a feed. */
export function ownNotes(message: MapiMessage): NoteField[] {
  return [...flagFields(message), ...feedFields(message)];
}

/** What a header says that is made from properties: the flag, by when an answer is wanted, until when the message is of use. */
export function senderNotes(message: MapiMessage): NoteField[] {
  return [
    ...ownNotes(message),
    ...dateField('Reply-By', asTime(message.property(Pid.PidTagReplyTime))),
    ...dateField('Expires', asTime(message.property(Pid.PidTagExpiryTime))),
  ];
}
