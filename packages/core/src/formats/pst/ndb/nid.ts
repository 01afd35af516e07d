/** Node ids ([MS-PST] 2.2.2.1): the low five bits are the type, the rest an index. */

/** The types of nodes that the reader knows. */
export const NID_TYPE = {
  internal: 0x01,
  folder: 0x02,
  searchFolder: 0x03,
  message: 0x04,
  attachment: 0x05,
  associatedMessage: 0x08,
  hierarchyTable: 0x0d,
  contentsTable: 0x0e,
  associatedContentsTable: 0x0f,
  searchContentsTable: 0x10,
} as const;

/** Nodes with a fixed id ([MS-PST] 2.4.1), and the tables inside every message (2.4.5). */
export const NID = {
  messageStore: 0x21,
  nameToIdMap: 0x61,
  rootFolder: 0x122,
  receiveFolderTable: 0x62b,
  attachmentTable: 0x671,
  recipientTable: 0x692,
} as const;

/** The type in a node id. */
export function nidType(nid: number): number {
  return nid & 0x1f;
}

/** The id of a node's companion: the same index, another type. */
export function withNidType(nid: number, type: number): number {
  return ((nid & ~0x1f) | type) >>> 0;
}

/** `nid:0x200024`. */
export function formatNid(nid: number): string {
  return `nid:0x${nid.toString(16)}`;
}
