import { digestCrlf, type Folder, UsageError } from '@mailferry/core';
import { openUploaded } from '@mailferry/imap';
import type { Context } from '../command.js';
import { accountOptions, ledgerDirectory, repairKinds } from './account-options.js';
import { compare } from './compare-run.js';
import { openSources } from './open-options.js';
import { READY_LISTS } from './ready-lists.js';
import { chosenStore } from './transfer-run.js';
import { openAsItLies } from './verify-run.js';

/** Compares the sources with the account that is the last argument; the exit status. Nothing in the account is changed. */
export async function runVerifyAccount(context: Context, verdictType: 'summary' | 'verify' = 'summary'): Promise<number> {
  const { args, settings } = context;
  if (!['mail', 'none', undefined].includes(settings.text('items'))) {
    throw new UsageError('USAGE', 'an account has no .vcf and .ics files to compare with', {
      help: 'give --items mail if contacts and appointments were uploaded as mail, or leave --items out',
    });
  }
  await using sources = await openSources(args.slice(0, -1), settings);
  const source = chosenStore(sources, settings, READY_LISTS);
  const folders: Folder[] = [];
  for await (const folder of source.folders()) folders.push(folder);
  await using asItLies = await openAsItLies(args.slice(0, -1), settings);
  await using account = await openUploaded(
    {
      ...accountOptions(settings),
      url: args.at(-1) ?? '',
      ledger: ledgerDirectory(settings),
      mapsSpecialUse: !settings.on('keep-names'),
      repairs: repairKinds(settings),
    },
    folders,
  );
  const { store, ledger, stored } = account;
  return await compare(
    context,
    { source, target: store, verdictType },
    {
      ledger,
      asItLies,
      stored,
      digest: digestCrlf,
      uids: false,
      sent: (message) => account.sent(message),
      keyOf: (content) => account.keyOf(content),
    },
  );
}
