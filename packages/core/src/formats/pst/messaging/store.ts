import type { Issue } from '../../../model/issue.js';
import { damageList } from '../ndb/damage.js';
import type { RandomAccess } from '../ndb/random-access.js';
import type { PlacedFolder } from './folder.js';
import { readFolderTree } from './folder-tree.js';
import { associatedMessages, indexMessages, type MessageIndex } from './message-index.js';
import { MessageReader } from './message-reader.js';
import type { DecodeByCodePages } from './message-scope.js';
import { placeFolders } from './place-folders.js';
import { type SearchFolder, searchFolders } from './search-folder.js';
import { findSpecialFolders } from './special-folders.js';

/** A store ([MS-PST] 2.4): folders with their paths, and messages by nid. */
export class PstStore extends MessageReader {
  /** Parents first. */
  readonly folders: readonly PlacedFolder[];
  readonly index: MessageIndex;
  #associated: ReadonlyMap<number, readonly number[]> | undefined;

  private constructor(file: RandomAccess, path: string, decode: DecodeByCodePages) {
    const issues: Issue[] = [];
    super(file, path, decode, issues);
    const damage = damageList(path, issues);
    const tree = readFolderTree(this.database, damage, (octets) => decode(octets, []));
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
    return searchFolders(this.database, damageList(this.path, []), (octets) => this.decode(octets, []));
  }
}
