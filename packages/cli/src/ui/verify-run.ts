import {
  compareItemFiles,
  decorateStore,
  type FolderPath,
  type MailStore,
  openMaildir,
  pathKey,
  type ReadLedger,
  readLedger,
  replaceInMessage,
  type StoredForm,
  storedDate,
  storedFlags,
  storedFolders,
  UsageError,
} from '@mailferry/core';
import type { Context } from '../command.js';
import { compare } from './compare-run.js';
import { itemsDirectory, maildirLocation } from './maildir-location.js';
import { demandMaildir } from './named-maildir.js';
import { openSources } from './open-options.js';
import type { Settings } from './settings.js';
import { chosenStore } from './transfer-run.js';

/** Compares the sources with the Maildir that is the last argument; the exit status. After a transfer, which has a summary of its own, the verdict is a `verify` event. */
export async function runVerify(context: Context, verdictType: 'summary' | 'verify' = 'summary'): Promise<number> {
  const { args, settings } = context;
  const locations = args.slice(0, -1);
  if (locations.includes('-')) {
    throw new UsageError('USAGE', 'standard input cannot be compared', { help: 'write it to a file first, and verify that' });
  }
  const { path: root } = maildirLocation(args.at(-1) ?? '');
  demandMaildir(root, 'to compare with', 'last');
  await using sources = await openSources(locations, settings, { target: root });
  const source = chosenStore(sources, settings);
  const ledger = readLedger(root);
  try {
    const { target, stored } = await viewOf(source, root, ledger);
    await using _target = target;
    await using asItLies = await openAsItLies(locations, settings, root);
    const items = settings.text('items') === undefined && leftItems(ledger) ? undefined : itemsDirectory(root, settings);
    return await compare(
      context,
      { source, target, verdictType },
      {
        stored,
        asItLies,
        ledger: ledger.layout === undefined ? undefined : ledger.view,
        ...(items === undefined ? {} : { findItems: (each) => compareItemFiles(each, items) }),
      },
    );
  } finally {
    ledger.close();
  }
}

/** True when what is not mail was not wanted: the runs that the ledger knows read items, and delivered none. */
function leftItems(ledger: ReadLedger): boolean {
  const items = [...(ledger.view.sources?.() ?? [])].flatMap((source) => source.items ?? []).filter(({ read }) => read > 0);
  return items.length > 0 && items.every(({ read, filtered }) => read === filtered);
}

/** The source as it lies there, when its signatures are to be counted. */
export async function openAsItLies(locations: readonly string[], settings: Settings, target?: string): Promise<MailStore | undefined> {
  return settings.on('signatures')
    ? chosenStore(await openSources(locations, settings, { unescape: 'none', ...(target === undefined ? {} : { target }) }), settings)
    : undefined;
}

/** The Maildir under the names that its folders have in the source, and what it can hold of a message. */
export async function viewOf(source: MailStore, root: string, ledger: ReadLedger): Promise<{ target: MailStore; stored: StoredForm }> {
  const folders: FolderPath[] = [];
  for await (const { path } of source.folders()) folders.push(path);
  const layout = ledger.layout === 'fs' ? 'fs' : 'maildir++';
  const maildir = await openMaildir(root, { namesAbsent: true, ...(ledger.layout === undefined ? {} : { layout }) });
  const names = storedFolders(folders, ledger.folders, layout);
  const named = (path: FolderPath): FolderPath => names.get(pathKey(path)) ?? path;
  const keywords = new Map<string, readonly string[]>();
  for await (const folder of maildir.folders()) keywords.set(pathKey(named(folder.path)), folder.keywords ?? []);
  return {
    target: decorateStore(maildir, {
      folder: (folder) => ({ ...folder, path: named(folder.path) }),
      message: (message) => replaceInMessage(message, { folder: named(message.folder) }),
    }),
    stored: { flags: (flags, folder) => storedFlags(flags, keywords.get(pathKey(folder)) ?? []), date: storedDate },
  };
}
