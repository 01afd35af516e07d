// The recipient table of a message, [MS-PST] 2.4.5.3.
import { PropertyBag } from '../ltp/property-bag.js';
import { TableContext } from '../ltp/table-context.js';
import type { SubnodeTree } from '../ndb/subnode-tree.js';
import { NID_RECIPIENT_TABLE } from './nid.js';
import type { RecipientSpec } from './spec.js';
import type { Writing } from './writing.js';

const PidTagRecipientType = 0x0c150003;
const PidTagResponsibility = 0x0e0f000b;
const PidTagRecordKey = 0x0ff90102;
const PidTagObjectType = 0x0ffe0003;
const PidTagEntryId = 0x0fff0102;
const PidTagDisplayName = 0x3001001f;
const PidTagAddressType = 0x3002001f;
const PidTagEmailAddress = 0x3003001f;
const PidTagSearchKey = 0x300b0102;
const PidTagDisplayType = 0x39000003;
const PidTag7BitDisplayName = 0x39ff001f;
const PidTagSendRichInfo = 0x3a40000b;

/** The columns that [MS-PST] 2.4.5.3.1 demands. */
export const RECIPIENT_COLUMNS: readonly number[] = [
  PidTagRecipientType,
  PidTagResponsibility,
  PidTagRecordKey,
  PidTagObjectType,
  PidTagEntryId,
  PidTagDisplayName,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSearchKey,
  PidTagDisplayType,
  PidTag7BitDisplayName,
  PidTagSendRichInfo,
];

const MAPI_MAILUSER = 6;

/** Writes the recipient table of a message into its subnodes. */
export function writeRecipients(writing: Writing, specs: readonly RecipientSpec[], subnodes: SubnodeTree): void {
  const table = new TableContext(writing.db, columnsOf(specs));
  for (const [index, spec] of specs.entries()) {
    table.addRow(index, bagOf(writing, spec));
  }
  const { bidData, bidSub } = table.write();
  subnodes.add(NID_RECIPIENT_TABLE, bidData, bidSub);
}

/** The columns, and what the recipients have besides. */
function columnsOf(specs: readonly RecipientSpec[]): readonly number[] {
  const known = new Set(RECIPIENT_COLUMNS.map((tag) => tag >>> 16));
  const tags = specs.flatMap(({ properties = [] }) => properties.map(([tag]) => tag));
  const more = tags.filter((tag) => !known.has(tag >>> 16));
  return more.length === 0 ? RECIPIENT_COLUMNS : [...RECIPIENT_COLUMNS, ...more];
}

function bagOf(writing: Writing, spec: RecipientSpec): PropertyBag {
  const addressType = spec.addressType ?? 'SMTP';
  const bag = new PropertyBag(writing.db.variant);
  bag.set(PidTagRecipientType, spec.type ?? 1);
  bag.set(PidTagResponsibility, true);
  bag.set(PidTagObjectType, MAPI_MAILUSER);
  bag.set(PidTagDisplayName, spec.name ?? spec.address);
  bag.set(PidTagDisplayType, 0);
  bag.set(PidTagSendRichInfo, false);
  if (spec.address !== undefined) {
    bag.set(PidTagAddressType, addressType);
    bag.set(PidTagEmailAddress, spec.address);
    bag.set(PidTagSearchKey, Buffer.from(`${addressType}:${spec.address}\0`.toUpperCase(), 'latin1'));
  }
  return bag.setAll(spec.properties ?? []);
}
