// Appointments, tasks and journal entries as iCalendar components without their frame; calendarText puts many into one file.
import type { Issue } from '../../model/issue.js';
import type { AddressBook } from './address.js';
import { eventComponents } from './calendar/event.js';
import { journalComponent, taskComponent } from './calendar/task.js';
import { type Conversion, type ConversionContext, IssueList } from './context.js';
import { addressBook, type HeaderParts, headerParts } from './headers.js';
import { itemKind } from './item-kind.js';
import { inventedUid } from './item-text.js';
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

/** An item before it is text. */
export interface ItemComponents {
  readonly uid: string;
  readonly components: readonly JComponent[];
}

/** The components of an item of a kind; an appointment when it is neither task nor journal entry. */
export function itemComponents(message: MapiMessage, parts: HeaderParts, book: AddressBook): ItemComponents {
  const kind = itemKind(message);
  if (kind === 'task') return taskComponent(message, parts, book);
  if (kind === 'journal') return journalComponent(message, parts, book);
  return eventComponents(message, parts, { method: 'PUBLISH' }, book);
}

/**
 * The UIDs that the items of one folder have so far. A copy that Outlook made of an appointment keeps the id of the first one, and a client that imports
 * both keeps one: for it they are versions of one appointment (RFC 5545 §3.8.4.7). Changed occurrences share the UID of their series.
 */
export class FolderUids {
  readonly #taken = new Set<string>();

  /** Components whose UID is their own in the folder: a copy gets the one of an item that never had any. */
  settle({ uid, components }: ItemComponents, message: MapiMessage, conversion: Conversion): ItemComponents {
    const isNew = this.#take(uid, components);
    const own = isNew ? uid : inventedUid(message, conversion);
    return isNew ? { uid, components } : { uid: own, components: components.map((component) => withUid(component, own)) };
  }

  #take(uid: string, components: readonly JComponent[]): boolean {
    const [, properties = []] = components.find(([name]) => name !== 'vtimezone') ?? [];
    const key = `${uid}\0${properties.find(([name]) => name === 'recurrence-id')?.[3] ?? ''}`;
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }
}

function withUid([name, properties, inner]: JComponent, uid: string): JComponent {
  return [name, properties.map((property) => (property[0] === 'uid' ? ['uid', {}, 'text', uid] : property)), inner];
}

/** An appointment, a task or a journal entry as VEVENT, VTODO or VJOURNAL, with the VTIMEZONE that it refers to. */
export function toIcalendar(message: MapiMessage, context: ConversionContext, uids: FolderUids = new FolderUids()): ItemText {
  const issues = new IssueList();
  const conversion = { context, issues, depth: 0, path: message.sourceId };
  const book = addressBook(readTransportHeaders(message), new StringReader(message, context), conversion);
  const { uid, components } = uids.settle(itemComponents(message, headerParts(message, book), book), message, conversion);
  return { uid, text: components.map(componentText).join(''), issues: issues.list };
}
