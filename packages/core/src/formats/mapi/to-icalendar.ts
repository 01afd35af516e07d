// Appointments, tasks and journal entries as iCalendar components without their frame; calendarText puts many into one file.
import type { Issue } from '../../model/issue.js';
import type { AddressBook } from './address.js';
import { eventComponents } from './calendar/event.js';
import { journalComponent, taskComponent } from './calendar/task.js';
import { type ConversionContext, IssueList } from './context.js';
import { addressBook, type HeaderParts, headerParts } from './headers.js';
import { itemKind } from './item-kind.js';
import { componentText, type JComponent } from './jcal.js';
import type { MapiMessage } from './object.js';
import { readTransportHeaders } from './transport-headers.js';
import { StringReader } from './value.js';

/** An item in text form. */
export interface ItemText {
  /** The same in every run. */
  readonly uid: string;
  readonly text: string;
  readonly issues: readonly Issue[];
}

/** The components of an item of a kind; an appointment when it is neither task nor journal entry. */
export function itemComponents(message: MapiMessage, parts: HeaderParts, book: AddressBook): { uid: string; components: JComponent[] } {
  const kind = itemKind(message);
  if (kind === 'task') return taskComponent(message, parts, book);
  if (kind === 'journal') return journalComponent(message, parts, book);
  return eventComponents(message, parts, { method: 'PUBLISH' }, book);
}

/** An appointment, a task or a journal entry as VEVENT, VTODO or VJOURNAL, with the VTIMEZONE that it refers to. */
export function toIcalendar(message: MapiMessage, context: ConversionContext): ItemText {
  const issues = new IssueList();
  const conversion = { context, issues, depth: 0, path: message.sourceId };
  const book = addressBook(readTransportHeaders(message), new StringReader(message, context), conversion);
  const { uid, components } = itemComponents(message, headerParts(message, book), book);
  return { uid, text: components.map(componentText).join(''), issues: issues.list };
}
