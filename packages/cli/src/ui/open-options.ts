import { type MailStore, mergeStores, type OpenOptions, openStore } from '@mailferry/core';
import { PST_PARTS } from './flags-source.js';
import { refuseSourceTwice } from './named-maildir.js';
import type { Settings } from './settings.js';

let demanded: number | undefined;

/** From now on only files of that user are read: a hard link in a home could lead to the file of another. */
export function demandOwner(uid: number): void {
  demanded = uid;
}

/** How sources are read, from the flags. */
export function openOptions(settings: Settings): OpenOptions {
  const [fromTz, quoting, labels, pop3Uidl, vcard] = ['from-tz', 'unescape', 'labels', 'pop3-uidl', 'vcard'].map((name) =>
    settings.text(name),
  );
  const codePage = settings.number('codepage');
  return {
    ...(demanded === undefined ? {} : { owner: demanded }),
    ...(fromTz === undefined ? {} : { fromTz }),
    ...(quoting === undefined ? {} : { unescape: quoting as NonNullable<OpenOptions['unescape']> }),
    ...(labels === undefined ? {} : { labels: labels as NonNullable<OpenOptions['labels']> }),
    ...(pop3Uidl === undefined ? {} : { pop3Uidl }),
    ...(settings.on('lock') ? { lock: true } : {}),
    ...(settings.on('keep-headers') ? { keepHeaders: true } : {}),
    ...(codePage === undefined ? {} : { codePage }),
    ...(vcard === undefined ? {} : { vcard: vcard === '3' ? 3 : 4 }),
    ...pstOptions(settings),
    ...(settings.text('items') === 'mail' ? { itemsAs: 'mail' } : {}),
  };
}

/** What is read of a PST beside its mail, and how. */
function pstOptions(settings: Settings): OpenOptions {
  const parts = new Set<string>(settings.list('pst-include'));
  const include = (['outside', 'sync-issues', 'hidden'] as const).filter((part) => parts.has(part)).map((part) => PST_PARTS[part]);
  return {
    ...(include.length > 0 ? { include } : {}),
    ...(parts.has('associated') ? { associated: true } : {}),
    ...(parts.has('search-folders') ? { searchFolders: true } : {}),
    ...(settings.on('recoverable') ? { recoverable: true } : {}),
    ...(settings.on('keep-winmail') ? { keepsWinmail: true } : {}),
    ...(settings.on('keep-deleted') ? { keepsDeleted: true } : {}),
  };
}

/** Opens the sources of a command as one; if one cannot be opened, those before it are closed again. */
export async function openSources(locations: readonly string[], settings: Settings, more: OpenOptions = {}): Promise<MailStore> {
  refuseSourceTwice(locations);
  const stores: MailStore[] = [];
  try {
    for (const location of locations) stores.push(await openStore(location, { ...openOptions(settings), ...more }));
  } catch (error) {
    for (const store of stores) await store[Symbol.asyncDispose]();
    throw error;
  }
  const [only] = stores;
  return stores.length === 1 && only !== undefined ? only : mergeStores(stores);
}
