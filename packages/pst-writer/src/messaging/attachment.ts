// Attachments, [MS-PST] 2.4.6: each is a subnode with a PC, and a row in the attachment table.
import { type Property, PtypObject } from '../ltp/property.js';
import { PropertyBag } from '../ltp/property-bag.js';
import { writePropertyContext } from '../ltp/property-context.js';
import { TableContext } from '../ltp/table-context.js';
import { writeDataTree } from '../ndb/data-tree.js';
import { NID_TYPE_LTP, SubnodeTree } from '../ndb/subnode-tree.js';
import { NID_ATTACHMENT_TABLE, NID_TYPE_ATTACHMENT, NID_TYPE_NORMAL_MESSAGE } from './nid.js';
import type { AttachmentSpec, MessageSpec } from './spec.js';
import type { Writing } from './writing.js';

const PidTagAttachSize = 0x0e200003;
const PidTagDisplayName = 0x3001001f;
const PidTagAttachDataBinary = 0x37010102;
const PidTagAttachDataObject = 0x37010000 + PtypObject;
const PidTagAttachFilename = 0x3704001f;
const PidTagAttachMethod = 0x37050003;
const PidTagAttachLongFilename = 0x3707001f;
const PidTagRenderingPosition = 0x370b0003;
const PidTagAttachMimeTag = 0x370e001f;
const PidTagAttachContentId = 0x3712001f;

const COLUMNS: readonly number[] = [
  PidTagAttachSize,
  PidTagAttachFilename,
  PidTagAttachMethod,
  PidTagRenderingPosition,
  PidTagAttachLongFilename,
];

/** Values of PidTagAttachMethod, [MS-OXCMSG] 2.2.2.9. */
const BY_VALUE = 1;
const EMBEDDED = 5;
const OLE = 6;

/** Writes the blocks of an embedded message. */
export type WriteMessage = (spec: MessageSpec) => { readonly bidData: number; readonly bidSub: number; readonly size: number };

/** Writes the attachments of a message into its subnodes; returns the sum of their sizes. */
export function writeAttachments(
  writing: Writing,
  specs: readonly AttachmentSpec[],
  subnodes: SubnodeTree,
  writeMessage: WriteMessage,
): number {
  const table = new TableContext(writing.db, COLUMNS);
  let total = 0;
  for (const spec of specs) {
    const nid = subnodes.nextNid(NID_TYPE_ATTACHMENT);
    const own = new SubnodeTree(writing.db);
    const bag = new PropertyBag(writing.db.variant);
    const size = putContent(writing, spec, bag, own, writeMessage);
    putProperties(bag, spec, size);
    writing.setNamed(bag, spec.named);
    const bidData = writePropertyContext(writing.db, bag, own);
    subnodes.add(nid, bidData, own.write());
    table.addRow(nid, bag);
    total += size;
    writing.tally.attachments++;
  }
  const { bidData, bidSub } = table.write();
  subnodes.add(NID_ATTACHMENT_TABLE, bidData, bidSub);
  return total;
}

function putProperties(bag: PropertyBag, spec: AttachmentSpec, size: number): void {
  bag.set(PidTagAttachSize, size);
  bag.set(PidTagAttachMethod, methodOf(spec));
  bag.set(PidTagRenderingPosition, 0xffff_ffff);
  bag.set(PidTagDisplayName, spec.name);
  bag.set(PidTagAttachLongFilename, spec.name);
  bag.set(PidTagAttachFilename, spec.name === undefined ? undefined : shortName(spec.name));
  bag.set(PidTagAttachMimeTag, spec.mimeType);
  bag.set(PidTagAttachContentId, spec.contentId);
  bag.setAll(spec.properties ?? []);
}

function methodOf(spec: AttachmentSpec): number {
  if (spec.method !== undefined) {
    return spec.method;
  }
  if (spec.message !== undefined) {
    return EMBEDDED;
  }
  return spec.ole === undefined ? BY_VALUE : OLE;
}

/** Stores what the attachment holds; returns its octets. */
function putContent(writing: Writing, spec: AttachmentSpec, bag: PropertyBag, own: SubnodeTree, writeMessage: WriteMessage): number {
  if (spec.message !== undefined) {
    const nid = own.nextNid(NID_TYPE_NORMAL_MESSAGE);
    const written = writeMessage(spec.message);
    own.add(nid, written.bidData, written.bidSub);
    bag.setAll([objectProperty(nid, written.size)]);
    writing.tally.embedded++;
    return written.size;
  }
  if (spec.ole !== undefined) {
    const nid = own.nextNid(NID_TYPE_LTP);
    own.add(nid, writeDataTree(writing.db, spec.ole), 0);
    bag.setAll([objectProperty(nid, spec.ole.length)]);
    return spec.ole.length;
  }
  bag.set(PidTagAttachDataBinary, spec.data);
  writing.tally.attachmentBytes += spec.data?.length ?? 0;
  return spec.data?.length ?? 0;
}

/** PtypObject, [MS-PST] 2.3.3.5: nid(4) size(4) of the subnode. */
function objectProperty(nid: number, size: number): Property {
  const value = Buffer.alloc(8);
  value.writeUInt32LE(nid, 0);
  value.writeUInt32LE(size, 4);
  return [PidTagAttachDataObject, value];
}

/** A name of the form 8.3 in ASCII, as PidTagAttachFilename has it. */
function shortName(name: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return (stem.slice(0, 8) + extension.slice(0, 4)).replace(/[^!-~]/g, '_');
}
