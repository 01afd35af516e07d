// Node ids, [MS-PST] 2.2.2.1 (types) and 2.4.1 (fixed nodes).

export const NID_TYPE_NORMAL_FOLDER = 0x02;
export const NID_TYPE_SEARCH_FOLDER = 0x03;
export const NID_TYPE_NORMAL_MESSAGE = 0x04;
export const NID_TYPE_ATTACHMENT = 0x05;
export const NID_TYPE_SEARCH_UPDATE_QUEUE = 0x06;
export const NID_TYPE_SEARCH_CRITERIA_OBJECT = 0x07;
export const NID_TYPE_ASSOC_MESSAGE = 0x08;
export const NID_TYPE_HIERARCHY_TABLE = 0x0d;
export const NID_TYPE_CONTENTS_TABLE = 0x0e;
export const NID_TYPE_ASSOC_CONTENTS_TABLE = 0x0f;
export const NID_TYPE_SEARCH_CONTENTS_TABLE = 0x10;

export const NID_MESSAGE_STORE = 0x21;
export const NID_NAME_TO_ID_MAP = 0x61;
export const NID_ROOT_FOLDER = 0x122;
export const NID_SEARCH_MANAGEMENT_QUEUE = 0x1e1;
export const NID_SEARCH_ACTIVITY_LIST = 0x201;
export const NID_HIERARCHY_TABLE_TEMPLATE = 0x60d;
export const NID_CONTENTS_TABLE_TEMPLATE = 0x60e;
export const NID_ASSOC_CONTENTS_TABLE_TEMPLATE = 0x60f;
export const NID_SEARCH_CONTENTS_TABLE_TEMPLATE = 0x610;
export const NID_RECEIVE_FOLDER_TABLE = 0x62b;
export const NID_OUTGOING_QUEUE_TABLE = 0x64c;
export const NID_ATTACHMENT_TABLE = 0x671;
export const NID_RECIPIENT_TABLE = 0x692;

const FIRST_INDEX = 0x400;
const FIRST_INDEXES: ReadonlyMap<number, number> = new Map([
  [NID_TYPE_SEARCH_FOLDER, 0x4000],
  [NID_TYPE_NORMAL_MESSAGE, 0x10000],
  [NID_TYPE_ASSOC_MESSAGE, 0x8000],
]);

/** The NID with the same index and another type, as the tables of a folder have it. */
export function withType(nid: number, type: number): number {
  return nid - (nid % 32) + type;
}

/** Gives out NIDs; `rgnid` of the header, [MS-PST] 2.2.2.6. */
export class NidCounters {
  readonly #indexes: number[] = Array.from({ length: 32 }, (_, type) => FIRST_INDEXES.get(type) ?? FIRST_INDEX);

  next(type: number): number {
    const index = (this.#indexes[type] as number) + 1;
    this.#indexes[type] = index;
    return index * 32 + type;
  }

  /** The indexes as the header has them. */
  get indexes(): readonly number[] {
    return this.#indexes;
  }
}
