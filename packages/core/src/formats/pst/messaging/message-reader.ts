import type { Issue } from '../../../model/issue.js';
import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import { type DamageSink, damageList } from '../ndb/damage.js';
import { formatNid, NID } from '../ndb/nid.js';
import { type NodeDatabase, openNodeDatabase, type SharedIndexes } from '../ndb/node-database.js';
import type { RandomAccess } from '../ndb/random-access.js';
import { openMessage, type PstMessage } from './message.js';
import type { DecodeByCodePages, OuterScope } from './message-scope.js';
import { NamedProperties } from './named-properties.js';

const PID_TAG_RECORD_KEY = 0x0ff9;
const PID_TAG_DISPLAY_NAME = 0x3001;

/** Embedded messages that are opened under one message, all depths together. */
const EMBEDDED_BUDGET = 10_000;

/** What is needed to open messages by nid: the indexes of nodes and blocks, the named properties, the key of the store. No folder is read. */
export class MessageReader {
  readonly path: string;
  readonly database: NodeDatabase;
  /** Damage that belongs to no message. */
  readonly issues: readonly Issue[];
  readonly names: NamedProperties;
  /** PidTagRecordKey in hexadecimal: the same in every copy of the file; empty when it is lost. */
  readonly recordKey: string;
  readonly displayName: string;
  protected readonly decode: DecodeByCodePages;

  /**
   * @param shared the indexes, where another thread has read them
   * @throws {@link SourceError} PST_NOT_RECOGNISED when the file is no PST
   */
  constructor(file: RandomAccess, path: string, decode: DecodeByCodePages, issues: Issue[] = [], shared?: SharedIndexes) {
    const damage = damageList(path, issues);
    this.path = path;
    this.issues = issues;
    this.decode = decode;
    this.database = openNodeDatabase(file, path, damage, shared);
    const decodeString8 = (octets: Uint8Array): string => decode(octets, []);
    this.names = new NamedProperties(openContext(this.database, NID.nameToIdMap, damage));
    const store = openContext(this.database, NID.messageStore, damage);
    const key = store?.value(PID_TAG_RECORD_KEY, decodeString8);
    this.recordKey = key instanceof Uint8Array ? Buffer.from(key).toString('hex') : '';
    const displayName = store?.value(PID_TAG_DISPLAY_NAME, decodeString8);
    this.displayName = typeof displayName === 'string' ? displayName : '';
  }

  /** Opens a message. Where it cannot be, the issues say why. */
  message(nid: number): { readonly message: PstMessage | undefined; readonly issues: readonly Issue[] } {
    const issues: Issue[] = [];
    const damage = damageList(this.path, issues);
    const entry = this.database.nodes.find(nid);
    const scope: OuterScope = {
      names: this.names,
      issues,
      damage,
      decodeByCodePages: this.decode,
      depth: 0,
      budget: { left: EMBEDDED_BUDGET },
    };
    const message = entry === undefined ? undefined : openMessage(formatNid(nid), new NodeHandle(this.database, entry, damage), scope);
    return { message, issues };
  }
}

function openContext(database: NodeDatabase, nid: number, damage: DamageSink): PropertyContext | undefined {
  const entry = database.nodes.find(nid);
  return entry === undefined ? undefined : PropertyContext.open(new NodeHandle(database, entry, damage));
}
