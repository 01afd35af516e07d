import type { Issue } from '../../../model/issue.js';
import type { MapiAttachment, MapiMessage, MapiObject } from '../../mapi/object.js';
import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import type { DecodeString8 } from '../ltp/property-type.js';
import { TableContext, type TableRow } from '../ltp/table-context.js';
import { formatNid, NID, NID_TYPE, nidType } from '../ndb/nid.js';
import { PstAttachment } from './attachment.js';
import type { MessageScope, OuterScope } from './message-scope.js';
import { PstObject } from './pst-object.js';

const PID_TAG_INTERNET_CODEPAGE = 0x3fde;
const PID_TAG_MESSAGE_CODEPAGE = 0x3ffd;

/** Messages inside messages that are followed. */
const MAX_DEPTH = 32;

/** A message ([MS-PST] 2.4.5): its properties, and the tables among its subnodes. */
export class PstMessage extends PstObject implements MapiMessage {
  readonly #context: PropertyContext;
  readonly #scope: MessageScope;
  #recipients: readonly MapiObject[] | undefined;
  #attachments: readonly MapiAttachment[] | undefined;

  constructor(sourceId: string, context: PropertyContext, scope: MessageScope) {
    super(sourceId, context, scope.names, scope.decodeString8);
    this.#context = context;
    this.#scope = scope;
  }

  get issues(): readonly Issue[] {
    return this.#scope.issues;
  }

  get recipients(): readonly MapiObject[] {
    this.#recipients ??= this.#readRecipients();
    return this.#recipients;
  }

  get attachments(): readonly MapiAttachment[] {
    this.#attachments ??= this.#readAttachments();
    return this.#attachments;
  }

  #table(nid: number): TableContext | undefined {
    const node = this.#context.node.sub(nid);
    return node === undefined ? undefined : TableContext.open(node);
  }

  #readRecipients(): MapiObject[] {
    const { names, decodeString8 } = this.#scope;
    const recipients: MapiObject[] = [];
    for (const row of this.#table(NID.recipientTable)?.rows() ?? []) {
      recipients.push(new PstObject(`${this.sourceId}/row:${recipients.length}`, row, names, decodeString8));
    }
    return recipients;
  }

  /** The attachments that the table lists, then those that lie there unlisted: they are mail of somebody, too. */
  #readAttachments(): MapiAttachment[] {
    const attachments: MapiAttachment[] = [];
    const listed = new Set<number>();
    for (const row of this.#table(NID.attachmentTable)?.rows() ?? []) {
      if (!listed.has(row.id)) {
        listed.add(row.id);
        attachments.push(this.#attachment(row.id, row));
      }
    }
    for (const nid of this.#context.node.subNodes.keys()) {
      if (nidType(nid) === NID_TYPE.attachment && !listed.has(nid)) {
        this.#scope.damage('PST_ATTACHMENT_UNLISTED', `no table lists the attachment ${formatNid(nid)}`);
        attachments.push(this.#attachment(nid, undefined));
      }
    }
    return attachments;
  }

  /** One attachment; where its node is lost, what its row in the table says of it. */
  #attachment(nid: number, row: TableRow | undefined): MapiAttachment {
    const sourceId = `${this.sourceId}/${formatNid(nid)}`;
    const node = this.#context.node.sub(nid);
    const context = node === undefined ? undefined : PropertyContext.open(node);
    if (node !== undefined && context !== undefined) {
      return new PstAttachment(sourceId, context, { node, handle: context.handle(0x3701) }, this.#scope);
    }
    this.#scope.damage('PST_ATTACHMENT_UNREADABLE', `the attachment ${sourceId} cannot be read`);
    return new PstAttachment(sourceId, row ?? NO_PROPERTIES, { node: undefined, handle: undefined }, this.#scope);
  }
}

const NO_PROPERTIES = { ids: () => [], type: () => undefined, octets: () => undefined, value: () => undefined };

/** Opens the message of a node inside another message; undefined, with an issue, when it has no properties or lies too deep. */
export function openMessage(sourceId: string, node: NodeHandle, outer: OuterScope): PstMessage | undefined {
  const { depth, budget, damage } = outer;
  if (depth >= MAX_DEPTH || budget.left <= 0) {
    damage('PST_MESSAGE_TOO_DEEP', `the message ${sourceId.slice(0, 80)} is not followed`);
    return undefined;
  }
  budget.left -= 1;
  const context = PropertyContext.open(new NodeHandle(node.database, node.blocks, damage));
  if (context === undefined) {
    return undefined;
  }
  return new PstMessage(sourceId, context, new InnerScope(outer, context));
}

/** The scope of one message: what its strings are decoded with, and how what lies in it is opened. */
class InnerScope implements MessageScope {
  readonly names: OuterScope['names'];
  readonly issues: OuterScope['issues'];
  readonly damage: OuterScope['damage'];
  readonly budget: OuterScope['budget'];
  readonly depth: number;
  readonly decodeByCodePages: OuterScope['decodeByCodePages'];
  readonly #context: PropertyContext;
  #codePages: readonly number[] | undefined;

  constructor(outer: OuterScope, context: PropertyContext) {
    this.names = outer.names;
    this.issues = outer.issues;
    this.damage = outer.damage;
    this.budget = outer.budget;
    this.depth = outer.depth + 1;
    this.decodeByCodePages = outer.decodeByCodePages;
    this.#context = context;
  }

  readonly decodeString8: DecodeString8 = (octets) => {
    this.#codePages ??= [PID_TAG_MESSAGE_CODEPAGE, PID_TAG_INTERNET_CODEPAGE]
      .map((id) => this.#context.value(id, () => ''))
      .filter((value): value is number => typeof value === 'number');
    return this.decodeByCodePages(octets, this.#codePages);
  };

  openInner(sourceId: string, node: NodeHandle): PstMessage | undefined {
    return openMessage(sourceId, node, this);
  }
}
