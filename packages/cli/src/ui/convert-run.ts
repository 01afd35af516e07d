import { existsSync } from 'node:fs';
import { type MaildirTargetOptions, type MailTarget, maildirTarget, UsageError, withItemFiles } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { itemsDirectory, maildirLocation } from './maildir-location.js';
import { refuseSourceAsTarget } from './named-maildir.js';
import { openSources } from './open-options.js';
import type { Settings } from './settings.js';
import { type Ends, runTransfer } from './transfer-run.js';

/** Converts the sources to the Maildir that is the last argument; the exit status. */
export async function runConvert(context: Context): Promise<number> {
  const { args, settings, job } = context;
  const { path, ...location } = maildirLocation(args.at(-1) ?? '');
  refuseSourceAsTarget(args.slice(0, -1), path);
  const layout = settings.text('layout') ?? location.layout;
  if (location.layout !== undefined && layout !== location.layout) {
    throw new UsageError('USAGE', `--layout ${layout} and LAYOUT= in the target exclude each other`, { help: 'give one of them' });
  }
  const open = async (): Promise<Ends> => {
    const source = await openSources(args.slice(0, -1), settings, { defers: true, target: path });
    try {
      return {
        source,
        target: withItems(await maildirTarget(path, { ...location, ...maildirOptions(settings), ...lanesOf(job) }), path, settings),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  };
  if (settings.on('forecast')) return await (await import('./forecast-run.js')).runForecast(context, open);
  return await runTransfer(context, 'convert', open, async () => {
    // Where nothing was wanted no Maildir was made.
    if (!existsSync(path)) return EXIT.ok;
    const { runVerify } = await import('./verify-run.js');
    return await runVerify(context, 'verify');
  });
}

/** What is not mail goes to files beside the target, unless it is wanted as mail or not at all. */
function withItems(target: MailTarget, path: string, settings: Settings): MailTarget {
  const items = itemsDirectory(path, settings);
  return items === undefined ? target : withItemFiles(target, items, ownedByRoot());
}

function lanesOf(job: Context['job']): Pick<MaildirTargetOptions, 'lanes'> {
  return job?.lanes === undefined ? {} : { lanes: job.lanes };
}

function maildirOptions(settings: Settings): MaildirTargetOptions {
  const [layout, separator, fsync] = [settings.text('layout'), settings.text('name-separator'), settings.text('fsync')];
  return {
    ...(layout === undefined ? {} : { layout: layout as NonNullable<MaildirTargetOptions['layout']> }),
    ...(separator === undefined ? {} : { nameSeparator: separator as NonNullable<MaildirTargetOptions['nameSeparator']> }),
    ...(fsync === undefined ? {} : { fsync: fsync as NonNullable<MaildirTargetOptions['fsync']> }),
    ...ownedByRoot(),
  };
}

/** What belongs to others was refused before (see roots-own); this holds against who makes a target in /tmp meanwhile. */
function ownedByRoot(): { readonly ownedBy?: number } {
  return process.getuid?.() === 0 ? { ownedBy: 0 } : {};
}
