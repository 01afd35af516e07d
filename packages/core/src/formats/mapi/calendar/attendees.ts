// Who a meeting is with ([MS-OXCICAL] 2.1.3.1.1.20.2, .16): the organizer, and each attendee with its part and its answer.
import { formatAddress, isAddress } from '../../mime/mailbox.js';
import { ADDRESS_IDS, type AddressBook, type ResolvedMailbox, resolveMailbox } from '../address.js';
import type { HeaderParts } from '../headers.js';
import { namedText } from '../item-text.js';
import type { JParameters, JProperty } from '../jcal.js';
import type { MapiMessage, MapiObject } from '../object.js';
import { Pid, PropertySet } from '../properties.js';
import { asNumber, isTrue, numberOf } from '../value.js';
import type { MeetingRole } from './event.js';

// LIDs of PSETID_Appointment ([MS-OXPROPS])
const STATE_FLAGS = 0x8217;
const RESPONSE_STATUS = 0x8218;
const REPLY_NAME = 0x8230;
const PARTSTATS: Readonly<Record<number, string>> = { 2: 'TENTATIVE', 3: 'ACCEPTED', 4: 'DECLINED', 5: 'NEEDS-ACTION' };
const ROLES = ['', 'REQ-PARTICIPANT', 'OPT-PARTICIPANT', 'NON-PARTICIPANT'];
/** PidTagRecipientFlags: recipOrganizer. */
const RECIPIENT_ORGANIZER = 0x2;
/** asfMeeting */
const STATE_MEETING = 0x1;

function mailto(mailbox: ResolvedMailbox): string {
  return `mailto:${isAddress(mailbox.address) ? formatAddress(mailbox.address) : 'unknown@unresolved.invalid'}`;
}

function nameParameter(mailbox: ResolvedMailbox): JParameters {
  const name = mailbox.name.replace(/\p{Cc}+/gu, ' ');
  return name === '' ? {} : { cn: name };
}

/** What one attendee of a meeting has of the meeting. */
interface AttendeeContext {
  readonly book: AddressBook;
  /** True where an answer is asked for. */
  readonly wantsReply: boolean;
  /** The answer of the owner of the calendar, by the name in lower case; rows have only those that came to the organizer. */
  readonly own: { readonly name: string; readonly status: number } | undefined;
}

function partstat(row: MapiObject, name: string, own: AttendeeContext['own']): string {
  const tracked = PARTSTATS[numberOf(row, Pid.PidTagRecipientTrackStatus) ?? 0];
  if (tracked !== undefined && tracked !== 'NEEDS-ACTION') return tracked;
  return (own?.name === name.toLowerCase() ? PARTSTATS[own.status] : undefined) ?? 'NEEDS-ACTION';
}

function attendee(row: MapiObject, { book, wantsReply, own }: AttendeeContext): JProperty[] {
  const flags = numberOf(row, Pid.PidTagRecipientFlags) ?? 0;
  const mailbox = resolveMailbox(row, ADDRESS_IDS.recipient, book);
  const type = (numberOf(row, Pid.PidTagRecipientType) ?? 1) & 0xf;
  if (!mailbox || type === 0 || flags & RECIPIENT_ORGANIZER) return [];
  const role = ROLES[type] ?? 'REQ-PARTICIPANT';
  const parameters = {
    ...(type === 3 ? { cutype: 'RESOURCE' } : {}),
    role,
    partstat: partstat(row, mailbox.name, own),
    ...(wantsReply ? { rsvp: 'TRUE' } : {}),
    ...nameParameter(mailbox),
  };
  return [['attendee', parameters, 'cal-address', mailto(mailbox)]];
}

/** The answer of the owner of the calendar, whose name stands beside it. */
function ownAnswer(message: MapiMessage): AttendeeContext['own'] {
  const name = namedText(message, PropertySet.PSETID_Appointment, REPLY_NAME)?.toLowerCase();
  const status = asNumber(message.named(PropertySet.PSETID_Appointment, RESPONSE_STATUS));
  return name === undefined || status === undefined ? undefined : { name, status };
}

/** ATTENDEE for all rows of the recipient table; none for a message without any. */
export function attendees(message: MapiMessage, book: AddressBook, wantsReply = false): JProperty[] {
  if (message.recipients.length === 0) return [];
  const own = ownAnswer(message);
  return message.recipients.flatMap((row) => attendee(row, { book, wantsReply, own }));
}

/** Where a meeting has no sender, the row of the one who called it says who that was ([MS-OXOCAL] 2.2.4.10.1). */
function organizerRow(message: MapiMessage, book: AddressBook): ResolvedMailbox | undefined {
  const row = message.recipients.find((one) => (numberOf(one, Pid.PidTagRecipientFlags) ?? 0) & RECIPIENT_ORGANIZER);
  return row && resolveMailbox(row, ADDRESS_IDS.recipient, book);
}

/** ORGANIZER and ATTENDEE: of a reply the one who answers is the only attendee, and who it goes to is the organizer. */
export function people(message: MapiMessage, parts: HeaderParts, role: MeetingRole, book: AddressBook): JProperty[] {
  const state = asNumber(message.named(PropertySet.PSETID_Appointment, STATE_FLAGS)) ?? 0;
  if (role.method === 'REPLY' || role.method === 'COUNTER') {
    const organizer = parts.recipients[0]?.mailbox;
    const answer: JProperty[] = parts.from
      ? [['attendee', { partstat: role.partstat ?? 'NEEDS-ACTION', ...nameParameter(parts.from) }, 'cal-address', mailto(parts.from)]]
      : [];
    return organizer ? [['organizer', nameParameter(organizer), 'cal-address', mailto(organizer)], ...answer] : answer;
  }
  // An invitation asks for an answer unless it says otherwise (RFC 5545 §3.2.17: without RSVP none is expected).
  const wantsReply = role.method === 'REQUEST' && isTrue(message, Pid.PidTagResponseRequested);
  const rows = attendees(message, book, wantsReply);
  const isMeeting = (state & STATE_MEETING) !== 0 || role.method !== 'PUBLISH';
  if (!isMeeting && rows.length === 0) return [];
  const host = parts.from ?? organizerRow(message, book);
  return host ? [['organizer', nameParameter(host), 'cal-address', mailto(host)], ...rows] : rows;
}
