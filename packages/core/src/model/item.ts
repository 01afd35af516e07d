import type { FolderPath } from './folder.js';
import type { Issue } from './issue.js';

/** What is not mail. */
export type ItemKind = 'contact' | 'distributionList' | 'appointment' | 'task' | 'note' | 'journal' | 'other';

/** Where items of a folder go together. */
export type ItemPlace = Pick<Item, 'format' | 'folder'>;

/** A contact, an appointment and the like, in the format that clients import. */
export interface Item {
  readonly kind: ItemKind;
  readonly folder: FolderPath;
  readonly sourceId: string;
  /** The same in every run (iCalendar and vCard `UID`). */
  readonly uid: string;
  /** One vCard, or the components of an iCalendar object without its VCALENDAR frame. */
  readonly format: 'vcard' | 'icalendar';
  readonly text: string;
  readonly issues: readonly Issue[];
  /** Index into {@link MailStore.files}. */
  readonly file?: number;
}

/** Where an item should be in a target, and whether it is there as the source has it. */
export interface ItemFinding {
  readonly item: Item;
  readonly path: string;
  readonly state: 'equal' | 'altered' | 'missing';
}
