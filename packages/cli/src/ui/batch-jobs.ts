import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  absoluteJob,
  chooseJobs,
  expand,
  isPerson,
  type Job,
  type JobChoice,
  type ManifestOptions,
  parseManifest,
  parseShard,
  splitSources,
  stateDirectoryOf,
} from '@mailferry/batch';
import { UsageError } from '@mailferry/core';
import { homeFinder, passwdEntries } from '../owner/job-identity.js';
import { foreignEntry, trustedUsers } from '../owner/roots-own.js';
import { quote } from './ending.js';
import type { Settings } from './settings.js';

/**
 * The jobs of a batch that a run takes, in their order, with paths that mean the same in every directory.
 * @throws {@link UsageError} USAGE for a group in which nobody is, MANIFEST_INVALID, MANIFEST_UNSAFE.
 */
export function jobsOf(args: readonly string[], settings: Settings): Job[] {
  const all = settings.on('from-passwd') ? fromPasswd(args) : fromManifest(args, settings);
  const directory = process.cwd();
  for (const group of settings.list('group')) {
    if (all.some((job) => job.group === group)) continue;
    throw new UsageError('USAGE', `no user is in the group ${group}`, { help: 'check the name against the column group of the manifest' });
  }
  return chooseJobs(all, choiceOf(settings)).map((job) => absoluteJob(job, directory));
}

/** The directory of a batch. */
export function stateDirectory(args: readonly string[], settings: Settings): string {
  const [manifest] = args;
  const isNamed = manifest !== undefined && !settings.on('from-passwd');
  return resolve(settings.text('state') ?? (isNamed ? stateDirectoryOf(manifest) : join(process.cwd(), 'mailferry.batch')));
}

/** The batch as the command line of `status` names it: its manifest, and where its state is when that was said. */
export function namedBatch(args: readonly string[], settings: Settings): string {
  const [manifest] = args;
  const state = settings.text('state');
  const isNamed = manifest !== undefined && !settings.on('from-passwd');
  return [...(state === undefined ? [] : ['--state', quote(state)]), ...(isNamed ? [quote(manifest)] : [])].join(' ');
}

function choiceOf(settings: Settings): JobChoice {
  const [priority, shard] = [settings.number('priority'), settings.text('shard')];
  return {
    groups: settings.list('group'),
    ...(priority === undefined ? {} : { priority }),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
  };
}

function fromManifest(args: readonly string[], settings: Settings): Job[] {
  const [path = '', more] = args;
  if (more !== undefined) {
    throw new UsageError('USAGE', 'batch takes one manifest', { help: 'with --from-passwd it takes SOURCE and TARGET instead' });
  }
  return parseManifest(readManifest(path), manifestOptions(resolve(path), settings));
}

function manifestOptions(path: string, settings: Settings): ManifestOptions {
  const [sourceTemplate, targetTemplate] = [settings.text('source-template'), settings.text('target-template')];
  return {
    path,
    homeOf: homeFinder(),
    ...(sourceTemplate === undefined ? {} : { sourceTemplate }),
    ...(targetTemplate === undefined ? {} : { targetTemplate }),
  };
}

/**
 * The text of a manifest. Root reads only what nobody else could have written: the manifest says what runs, and as whom.
 * @throws {@link UsageError} MANIFEST_UNSAFE, or MANIFEST_INVALID when it cannot be read.
 */
function readManifest(path: string): string {
  if (process.getuid?.() === 0) {
    const foreign = foreignEntry(path, trustedUsers(process.env));
    if (foreign !== undefined) {
      throw new UsageError('MANIFEST_UNSAFE', 'root does not follow a manifest that others could have written', {
        where: { path },
        notes: [`${foreign} does not belong to root alone`],
        help: 'put it where root alone can write, such as /root or /etc',
      });
    }
  }
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(fd).isFile()) throw new Error('it is no regular file');
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw new UsageError('MANIFEST_INVALID', 'the manifest cannot be read', { where: { path }, cause });
  }
}

function fromPasswd(args: readonly string[]): Job[] {
  const [source, target] = args;
  if (source === undefined || target === undefined) {
    throw new UsageError('USAGE', 'batch --from-passwd needs SOURCE and TARGET', {
      help: "such as 'mbox:%h/mail:INBOX=/var/mail/%u' 'maildir:%h/Maildir'",
    });
  }
  return passwdEntries()
    .filter(isPerson)
    .map(({ user, home }) => {
      const homeOf = (): string => home;
      const sources = splitSources(source).map((one) => expand(one, user, { homeOf }));
      return { id: user, user, sources, target: expand(target, user, { homeOf }), priority: 0, options: {} };
    });
}
