import type { AddressBook } from '../address.js';
import type { HeaderParts } from '../headers.js';
import { isClass } from '../item-kind.js';
import { componentText } from '../jcal.js';
import type { MapiMessage } from '../object.js';
import { calendarText } from './calendar-file.js';
import { eventComponents, isCounterProposal, type MeetingRole } from './event.js';

// Message classes of meetings ([MS-OXOCAL] 2.2.4 ff.) with what they say in iTIP (RFC 5546 §1.4).
const ROLES: readonly (readonly [string, MeetingRole])[] = [
  ['ipm.schedule.meeting.request', { method: 'REQUEST' }],
  ['ipm.schedule.meeting.canceled', { method: 'CANCEL' }],
  ['ipm.schedule.meeting.resp.pos', { method: 'REPLY', partstat: 'ACCEPTED' }],
  ['ipm.schedule.meeting.resp.neg', { method: 'REPLY', partstat: 'DECLINED' }],
  ['ipm.schedule.meeting.resp.tent', { method: 'REPLY', partstat: 'TENTATIVE' }],
];

/** What a message of a meeting says; undefined for all others. */
export function meetingRole(message: MapiMessage, messageClass: string): MeetingRole | undefined {
  const role = ROLES.find(([base]) => isClass(messageClass, base))?.[1];
  return role?.method === 'REPLY' && isCounterProposal(message) ? { ...role, method: 'COUNTER' } : role;
}

/** The iCalendar object that a meeting message carries, with its method. */
export function meetingText(message: MapiMessage, parts: HeaderParts, role: MeetingRole, book: AddressBook): string {
  const { components } = eventComponents(message, parts, role, book);
  return calendarText([components.map(componentText).join('')], role.method);
}
