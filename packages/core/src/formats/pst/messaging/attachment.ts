import type { AttachmentDataKind, MapiAttachment, MapiMessage } from '../../mapi/object.js';
import type { NodeHandle } from '../ltp/node-handle.js';
import type { PropertyBag } from '../ltp/property-bag.js';
import { PROPERTY_TYPE } from '../ltp/property-type.js';
import type { DataTree } from '../ndb/data-tree.js';
import { u32 } from '../ndb/octets.js';
import type { MessageScope } from './message-scope.js';
import { PstObject } from './pst-object.js';

const PID_TAG_ATTACH_DATA = 0x3701;
const PID_TAG_ATTACH_METHOD = 0x3705;
/** afEmbeddedMessage ([MS-OXCMSG] 2.2.2.9). */
const METHOD_EMBEDDED = 5;

/** Where the data of an attachment lies: an HNID of the property context, or the octets of the record. */
export interface AttachmentNode {
  readonly node: NodeHandle | undefined;
  /** The last four octets of the property's record. */
  readonly handle: number | undefined;
}

/** One attachment of a message ([MS-PST] 2.4.6). */
export class PstAttachment extends PstObject implements MapiAttachment {
  readonly dataKind: AttachmentDataKind;
  readonly #place: AttachmentNode;
  readonly #scope: MessageScope;
  #embedded: MapiMessage | undefined;
  #isOpened = false;
  /** Opened when it is first asked for: a list of blocks is read once, though many ask for the size. */
  #subNode: DataTree | undefined;

  constructor(sourceId: string, bag: PropertyBag, place: AttachmentNode, scope: MessageScope) {
    super(sourceId, bag, scope.names, scope.decodeString8);
    this.#place = place;
    this.#scope = scope;
    this.dataKind = this.#kind();
  }

  get size(): number {
    return this.#data()?.size ?? this.#octets()?.length ?? 0;
  }

  *data(): Iterable<Uint8Array> {
    const octets = this.#octets();
    if (octets !== undefined) {
      yield octets;
    } else {
      yield* this.#data()?.chunks() ?? [];
    }
  }

  lent(): Iterable<Uint8Array> {
    return this.#data()?.lent() ?? this.data();
  }

  embedded(): MapiMessage | undefined {
    if (this.dataKind === 'message' && !this.#isOpened) {
      this.#isOpened = true;
      const nid = this.#objectNid();
      const node = nid === undefined ? undefined : this.#place.node?.sub(nid);
      this.#embedded = node === undefined ? undefined : this.#scope.openInner(`${this.sourceId}/nid:0x${nid?.toString(16)}`, node);
      if (node === undefined) {
        this.#scope.damage('PST_ATTACHMENT_UNREADABLE', `the message in the attachment ${this.sourceId} cannot be found`);
      }
    }
    return this.#embedded;
  }

  protected override isStreamed(id: number): boolean {
    return id === PID_TAG_ATTACH_DATA;
  }

  #kind(): AttachmentDataKind {
    const type = this.bag.type(PID_TAG_ATTACH_DATA);
    if (type === PROPERTY_TYPE.binary) {
      return 'binary';
    }
    if (type !== PROPERTY_TYPE.object) {
      return 'none';
    }
    return this.property(PID_TAG_ATTACH_METHOD) === METHOD_EMBEDDED ? 'message' : 'storage';
  }

  /** The value of a PtypObject: 0 nid u32, 4 size u32 ([MS-PST] 2.4.6.2.2). */
  #objectNid(): number | undefined {
    const value = this.bag.octets(PID_TAG_ATTACH_DATA);
    return value !== undefined && value.length >= 4 ? u32(value, 0) : undefined;
  }

  /** Data that is so small that it lies among the properties. */
  #octets(): Uint8Array | undefined {
    return this.dataKind === 'binary' && !isSubNode(this.#place.handle) ? this.bag.octets(PID_TAG_ATTACH_DATA) : undefined;
  }

  /** Data that has a subnode of its own. */
  #data(): DataTree | undefined {
    if (this.#subNode === undefined) {
      const { node, handle } = this.#place;
      const binary = this.dataKind === 'binary' && isSubNode(handle) ? handle : undefined;
      const nid = this.dataKind === 'storage' ? this.#objectNid() : binary;
      this.#subNode = nid === undefined ? undefined : node?.subData(nid);
    }
    return this.#subNode;
  }
}

function isSubNode(handle: number | undefined): handle is number {
  return handle !== undefined && (handle & 0x1f) !== 0;
}
