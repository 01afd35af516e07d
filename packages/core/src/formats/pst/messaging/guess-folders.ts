import { pathKey, type SpecialUse } from '../../../model/folder.js';
import { inboxRank } from '../../special-use/inbox-names.js';
import { assignSpecialUse } from '../../special-use/special-use.js';
import type { PstFolder } from './folder.js';

/** A folder that its name says the use of. */
export interface GuessedFolder {
  readonly folder: PstFolder;
  readonly use: SpecialUse | 'INBOX';
}

/** Folders of mail; those of contacts or appointments have names that mean something else. */
const MAIL_CLASS = /^(?:IPF\.(?:Note|Imap)\b|$)/i;

/**
 * What names say of the folders at the top of a store, for the uses that nothing else tells.
 *
 * @param known uses that entry ids tell, by nid
 * @param inbox the folder that mail arrives in, where that is known
 */
export function guessByName(
  tops: readonly PstFolder[],
  known: ReadonlyMap<number, SpecialUse>,
  inbox: number | undefined,
): readonly GuessedFolder[] {
  const open = tops.filter((folder) => folder.nid !== inbox && !known.has(folder.nid) && MAIL_CLASS.test(folder.containerClass));
  const found = inbox === undefined ? inboxOf(open) : undefined;
  const byKey = new Map<string, PstFolder>();
  for (const folder of open) {
    const key = pathKey([folder.name]);
    if (folder !== found && !byKey.has(key)) byKey.set(key, folder);
  }
  const told = new Set(known.values());
  const uses = [...assignSpecialUse([...byKey.values()].map(({ name }) => [name]))].flatMap(([key, use]): GuessedFolder[] => {
    const folder = byKey.get(key);
    return folder === undefined || told.has(use) ? [] : [{ folder, use }];
  });
  return found === undefined ? uses : [{ folder: found, use: 'INBOX' }, ...uses];
}

function inboxOf(folders: readonly PstFolder[]): PstFolder | undefined {
  let best: { readonly folder: PstFolder; readonly rank: number } | undefined;
  for (const folder of folders) {
    const rank = inboxRank(folder.name);
    if (rank !== undefined && (best === undefined || rank < best.rank)) best = { folder, rank };
  }
  return best?.folder;
}
