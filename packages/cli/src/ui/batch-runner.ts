import {
  collectOptions,
  type Job,
  type JobLimits,
  localRunner,
  NOT_FOR_JOBS,
  orderOf,
  type Runner,
  readOption,
  readSecret,
} from '@mailferry/batch';
import { UsageError } from '@mailferry/core';
import { convert } from '../commands/convert.js';
import { upload } from '../commands/upload.js';
import { jobProcessEntry } from '../entry-points.js';
import { exitStatusOf } from '../exit-codes.js';
import { JobIdentities } from '../owner/job-identity.js';
import { foreignEntry, trustedUsers } from '../owner/roots-own.js';
import { readDuration } from './duration.js';
import type { Settings } from './settings.js';

/** Octets of memory that a job may take unless somebody says otherwise. */
export const JOB_MEMORY: number = 1024 ** 3;
/** With less Node does not start, and does not say so. */
const LEAST_MEMORY = 128 * 1024 ** 2;

/** What the orders of a batch share. */
export interface RunnerChoice {
  readonly dryRun: boolean;
  /** True when the jobs at a time are as many as the cores, so that a job has no core to spare. */
  readonly isFull: boolean;
  /** Flags for every job of the batch. */
  readonly defaults: Job['options'];
}

/** A runner of processes on this machine, each with the rights of the owner of its job. */
export function runnerOf(settings: Settings, { dryRun, isFull, defaults }: RunnerChoice): Runner {
  const identities = new JobIdentities(settings.text('owner'), defaults['lock'] === true);
  // Where all is our own there is nothing to be gained by a link to the file of another.
  const ownFilesOnly = process.getuid?.() === 0 && !settings.on('any-owner');
  return localRunner({
    entry: jobProcessEntry(),
    identityOf: identities.of,
    orderFor: async (job) => orderOf(job, { ...(await secretFor(job)), dryRun, defaults, ownFilesOnly, ...(isFull ? { lanes: 0 } : {}) }),
    limits: limitsOf(settings),
    exitStatusOf,
  });
}

/** What a job can be told. */
const JOB_FLAGS: ReadonlySet<string> = new Set([...convert.flags, ...upload.flags].map(({ name }) => name));

/**
 * `--option subscribe --option layout=fs`
 * @throws {@link UsageError} USAGE before anything is done for anybody.
 */
export function defaultOptions(settings: Settings): Job['options'] {
  return collectOptions(
    settings.list('option').map((text) => {
      const option = readOption(text);
      if (option === undefined) throw new UsageError('USAGE', `--option cannot be "${text}"`, { help: 'give NAME or NAME=VALUE' });
      const [name] = option;
      if (NOT_FOR_JOBS.has(name))
        throw new UsageError('USAGE', `--option cannot set ${name}`, {
          help: 'the batch has a flag of its own for it, or each user another value',
        });
      if (!JOB_FLAGS.has(name))
        throw new UsageError('USAGE', `neither convert nor upload has a flag --${name}`, {
          help: 'mailferry convert --help and mailferry upload --help list them',
        });
      return option;
    }),
  );
}

function limitsOf(settings: Settings): JobLimits {
  const [memory, niceness, time] = [settings.number('job-memory') ?? JOB_MEMORY, settings.number('nice'), settings.text('job-time')];
  if (niceness !== undefined && niceness > 19) throw new UsageError('USAGE', `--nice cannot be ${niceness}`, { help: 'give 0 to 19' });
  if (memory > 0 && memory < LEAST_MEMORY) {
    throw new UsageError('USAGE', `--job-memory cannot be ${memory}`, { help: 'give at least 128M, or 0 for no limit' });
  }
  return {
    ...(memory === 0 ? {} : { memory }),
    ...(niceness === undefined ? {} : { niceness }),
    ...(time === undefined ? {} : { time: readDuration(time, 'job-time') }),
  };
}

/** The secret of a job. A password file that is not root's own is not opened here: the process of the job does it, with the rights of its user. */
async function secretFor(job: Job): Promise<Pick<Parameters<typeof orderOf>[1] & object, 'password' | 'passwordFile'>> {
  const { secret } = job;
  if (secret === undefined) return {};
  const isOurs = process.getuid?.() === 0 ? secret.kind !== 'file' || isTrusted(secret.path) : secret.kind !== 'file';
  if (!isOurs && secret.kind === 'file') return { passwordFile: secret.path };
  return { password: await readSecret(secret) };
}

function isTrusted(path: string): boolean {
  return foreignEntry(path, trustedUsers(process.env)) === undefined;
}
