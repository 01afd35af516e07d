// The files that scripts/make-pst.mjs makes, by name.
import type { FolderSpec, PstSpec } from '../messaging/spec.js';
import { bulkPst, LARGE_5G, MAIL_20K, SMALL_60K } from './bulk.js';
import { items, oddMail } from './items.js';
import {
  attachmentMethods,
  attachmentsLikeZlib,
  crowdedFolder,
  deepEmbedded,
  deepFolders,
  largeValues,
  localisedSpecialFolders,
  manyAttachments,
  manyProperties,
  manyRecipients,
  orphans,
  recoverableItems,
  string8WithoutCodePage,
  type TortureCase,
  unknownPropertyTypes,
} from './torture.js';

/** The torture cases by name. */
export const TORTURE_CASES: Readonly<Record<string, () => TortureCase>> = {
  manyRecipients,
  manyAttachments,
  manyProperties,
  attachmentsLikeZlib,
  crowdedFolder: () => crowdedFolder(2000),
  string8WithoutCodePage,
  orphans,
  unknownPropertyTypes,
  localisedSpecialFolders,
  recoverableItems,
  deepFolders: () => deepFolders(60),
  deepEmbedded: () => deepEmbedded(12),
  attachmentMethods,
  largeValues,
  items,
  oddMail,
};

/** What each kind is made of; `seed` matters for the bulk kinds only. */
export const KINDS: Readonly<Record<string, (seed: number) => PstSpec>> = {
  mail20k: (seed) => bulkPst(seed, MAIL_20K),
  large5g: (seed) => bulkPst(seed, LARGE_5G),
  small60k: (seed) => bulkPst(seed, SMALL_60K),
  torture: () => tortureFile(),
};

/** All cases in one file, a folder each; special folders are special once only, in the case that is about them. */
function tortureFile(): PstSpec {
  const cases = Object.entries(TORTURE_CASES);
  const folders = cases.map(([name, make]): FolderSpec => {
    const own = make().folders;
    return { name, folders: name === 'localisedSpecialFolders' ? own : own.map(withoutUse) };
  });
  return { folders, rootFolders: recoverableItems().rootFolders ?? [] };
}

function withoutUse({ specialUse: _use, ...folder }: FolderSpec): FolderSpec {
  return folder;
}
