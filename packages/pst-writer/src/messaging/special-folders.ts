// Where a store says which folder is for what, whatever its name: [MS-OXOSFLD] 2.2 and the store of [MS-PST] 2.4.3.
import type { Property } from '../ltp/property.js';
import type { SpecialUse } from './spec.js';
import type { Writing } from './writing.js';

/** PidTagIpm…EntryId of the store object; a PST only. */
const OF_STORE: readonly (readonly [SpecialUse, number])[] = [
  ['outbox', 0x35e20102],
  ['trash', 0x35e30102],
  ['sent', 0x35e40102],
];

/** PidTagIpm…EntryId of the root folder and of the Inbox. */
const OF_INBOX: readonly (readonly [SpecialUse, number])[] = [
  ['calendar', 0x36d00102],
  ['contacts', 0x36d10102],
  ['journal', 0x36d20102],
  ['notes', 0x36d30102],
  ['tasks', 0x36d40102],
  ['drafts', 0x36d70102],
];

/** PidTagAdditionalRenEntryIds: its values in their order. */
const PidTagAdditionalRenEntryIds = 0x36d81102;
const ADDITIONAL: readonly SpecialUse[] = ['conflicts', 'syncIssues', 'localFailures', 'serverFailures', 'junk'];

/** NIDs that folders have in every OST that was seen. */
export const OST_NIDS: Readonly<Partial<Record<SpecialUse, number>>> = {
  trash: 0x2162,
  inbox: 0x2182,
  outbox: 0x21a2,
  sent: 0x21c2,
};

/** Which folder is for what. */
export type SpecialFolders = ReadonlyMap<SpecialUse, number>;

/** Properties of the store that name special folders. */
export function storeFolders(writing: Writing, folders: SpecialFolders): Property[] {
  return entryIds(writing, folders, OF_STORE);
}

/** Properties of the Inbox (and of the root folder) that name special folders. */
export function inboxFolders(writing: Writing, folders: SpecialFolders): Property[] {
  const properties = entryIds(writing, folders, OF_INBOX);
  if (ADDITIONAL.some((use) => folders.has(use))) {
    const values = ADDITIONAL.map((use) => optionalEntryId(writing, folders.get(use)));
    properties.push([PidTagAdditionalRenEntryIds, values]);
  }
  return properties;
}

function entryIds(writing: Writing, folders: SpecialFolders, tags: readonly (readonly [SpecialUse, number])[]): Property[] {
  const present = tags.filter(([use]) => folders.has(use));
  return present.map(([use, tag]): Property => [tag, optionalEntryId(writing, folders.get(use))]);
}

function optionalEntryId(writing: Writing, nid: number | undefined): Buffer {
  return nid === undefined ? Buffer.alloc(0) : writing.entryId(nid);
}
