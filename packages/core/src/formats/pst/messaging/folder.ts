import type { FolderPath, SpecialUse } from '../../../model/folder.js';

/** Why messages of a folder are not read unless asked for. */
export type ExclusionReason = 'outsideIpmSubtree' | 'recoverableItems' | 'syncIssues' | 'hidden';

/** A folder of the store ([MS-PST] 2.4.4). */
export interface PstFolder {
  readonly nid: number;
  /** PidTagDisplayName, as stored. */
  readonly name: string;
  /** The nid of the folder that it lies in; 0 for the root and for folders whose parent is lost. */
  readonly parent: number;
  /** PidTagContainerClass: `IPF.Note`, `IPF.Contact` …; empty when absent. */
  readonly containerClass: string;
  /** PidTagAttributeHidden. */
  readonly isHidden: boolean;
  /** Folders inside, in the order of the hierarchy table. */
  readonly children: PstFolder[];
}

/** A folder with its place among what is delivered. */
export interface PlacedFolder {
  readonly folder: PstFolder;
  readonly path: FolderPath;
  readonly specialUse?: SpecialUse;
  /** Set when it is not read by default. */
  readonly excluded?: ExclusionReason;
}
