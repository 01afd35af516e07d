import type { Issue } from '../../../model/issue.js';
import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import { type DamageSink, damageList } from '../ndb/damage.js';
import { formatNid, NID } from '../ndb/nid.js';
import { type NodeDatabase, openNodeDatabase } from '../ndb/node-database.js';
import type { RandomAccess } from '../ndb/random-access.js';
import type { PlacedFolder } from './folder.js';
import { readFolderTree } from './folder-tree.js';
import { openMessage, type PstMessage } from './message.js';
import { associatedMessages, indexMessages, type MessageIndex } from './message-index.js';
import type { DecodeByCodePages, OuterScope } from './message-scope.js';
import { NamedProperties } from './named-properties.js';
import { placeFolders } from './place-folders.js';
import { type SearchFolder, searchFolders } from './search-folder.js';
import { findSpecialFolders } from './special-folders.js';

const PID_TAG_RECORD_KEY = 0x0ff9;
const PID_TAG_DISPLAY_NAME = 0x3001;

/** Embedded messages that are opened under one message, all depths together. */
const EMBEDDED_BUDGET = 10_000;

/** A store ([MS-PST] 2.4): folders with their paths, and messages by nid. */
export class PstStore {
  readonly path: string;
  readonly database: NodeDatabase;
  /** Damage that belongs to no message. */
  readonly issues: readonly Issue[];
  readonly names: NamedProperties;
  /** PidTagRecordKey in hexadecimal: the same in every copy of the file; empty when it is lost. */
  readonly recordKey: string;
  readonly displayName: string;
  /** Parents first. */
  readonly folders: readonly PlacedFolder[];
  readonly index: MessageIndex;
  readonly #decode: DecodeByCodePages;
  #associated: ReadonlyMap<number, readonly number[]> | undefined;

  private constructor(file: RandomAccess, path: string, decode: DecodeByCodePages) {
    const issues: Issue[] = [];
    const damage = damageList(path, issues);
    this.path = path;
    this.issues = issues;
    this.#decode = decode;
    this.database = openNodeDatabase(file, path, damage);
    const decodeString8 = (octets: Uint8Array): string => decode(octets, []);
    this.names = new NamedProperties(openContext(this.database, NID.nameToIdMap, damage));
    const store = openContext(this.database, NID.messageStore, damage);
    const key = store?.value(PID_TAG_RECORD_KEY, decodeString8);
    this.recordKey = key instanceof Uint8Array ? Buffer.from(key).toString('hex') : '';
    const displayName = store?.value(PID_TAG_DISPLAY_NAME, decodeString8);
    this.displayName = typeof displayName === 'string' ? displayName : '';
    const tree = readFolderTree(this.database, damage, decodeString8);
    this.folders = placeFolders(tree, findSpecialFolders(this.database, tree, damage), damage);
    this.index = indexMessages(this.database, tree, damage);
  }

  /**
   * Opens a store: both indexes of nodes and blocks, the folders and the lists of their messages are read, no message is.
   *
   * @throws {@link SourceError} PST_NOT_RECOGNISED when the file is no PST
   */
  static open(file: RandomAccess, path: string, decode: DecodeByCodePages): PstStore {
    return new PstStore(file, path, decode);
  }

  /** The variant in words. */
  get dialect(): string {
    const { header, layout } = this.database;
    const kind = header.client === 'SO' ? 'OST' : 'PST';
    return `${{ ansi: 'ANSI', unicode: 'Unicode', unicode4k: '4k-page' }[layout.variant]} ${kind}`;
  }

  /** Messages of a folder that are found in its associated contents: views, rules, forms. */
  associated(folderNid: number): readonly number[] {
    this.#associated ??= associatedMessages(this.database);
    return this.#associated.get(folderNid) ?? [];
  }

  /** The search folders with what they list. */
  searchFolders(): readonly SearchFolder[] {
    return searchFolders(this.database, damageList(this.path, []), (octets) => this.#decode(octets, []));
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
      decodeByCodePages: this.#decode,
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
