// What the process of a job is told, over a pipe: a command of the program with its arguments and flags. The password is the only secret that is ever in
// it, so an order is never written down.
import { resolve } from 'node:path';
import { UsageError } from '@mailferry/core';
import type { Job } from './job.js';

/** What the process of a job is to run. */
export interface JobOrder {
  readonly command: 'convert' | 'upload';
  readonly args: readonly string[];
  /** By the names of the flags without dashes. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  readonly password?: string;
  /** 0: the other cores have jobs of their own, so no second thread writes. */
  readonly lanes?: 0;
  /** Files that belong to others are not read. */
  readonly ownFilesOnly?: boolean;
}

/** What all orders of a batch share. */
export interface OrderOptions {
  readonly dryRun?: boolean;
  /** Flags for every job; those of the job win. */
  readonly defaults?: Job['options'];
  readonly password?: string;
  /** The file that the process itself is to read the password from, with the rights of its user. */
  readonly passwordFile?: string;
  readonly lanes?: 0;
  /** Files that belong to others than the user of the job are not read. */
  readonly ownFilesOnly?: boolean;
}

/** Flags that speak of the run and not of the mail: the batch sets them itself, or they make no sense in it. */
export const NOT_FOR_JOBS: ReadonlySet<string> = new Set(
  ['owner', 'config', 'log-file', 'report', 'json', 'quiet', 'verbose', 'progress', 'color'].concat(['dry-run', 'report-details']),
);

/** True for an account on a server, false for a Maildir. */
export function isUpload(job: Pick<Job, 'target'>): boolean {
  return /^[a-z]+:\/\//iu.test(job.target);
}

/**
 * The command that does a job.
 * @throws {@link UsageError} MANIFEST_INVALID for an option that a job cannot have, or standard input as its source.
 */
export function orderOf(job: Job, options: OrderOptions = {}): JobOrder {
  const { password, lanes, dryRun, passwordFile, ownFilesOnly } = options;
  if (job.sources.includes('-')) throw refused(job, 'standard input cannot be the source of a job');
  const { verify, ...others } = optionFlags(job, options.defaults ?? {});
  const flags = {
    ...others,
    // Where nothing is written nothing can be compared.
    ...(verify === undefined || dryRun === true ? {} : { verify }),
    ...(dryRun === true ? { 'dry-run': ['1'] } : {}),
    ...(job.folderMap === undefined ? {} : { 'folder-map': [job.folderMap] }),
    ...(passwordFile === undefined ? {} : { 'password-file': [passwordFile] }),
    ...(isUpload(job) ? accountFlags(job) : {}),
  };
  return {
    command: isUpload(job) ? 'upload' : 'convert',
    args: [...job.sources, job.target],
    flags,
    ...(password === undefined ? {} : { password }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(ownFilesOnly === true ? { ownFilesOnly } : {}),
  };
}

function optionFlags(job: Job, defaults: Job['options']): Record<string, readonly string[]> {
  const flags: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries({ ...defaults, ...job.options })) {
    // `owner` of a job is for whoever starts it.
    if (name === 'owner' && job.options[name] !== undefined) continue;
    if (NOT_FOR_JOBS.has(name)) throw refused(job, `the option ${name} cannot stand in a manifest`);
    flags[name] = [value].flat().map((one) => (one === true ? '1' : String(one)));
  }
  return flags;
}

function accountFlags(job: Job): Record<string, readonly string[]> {
  const login = job.login ?? loginOf(job);
  return { ...(login === undefined ? {} : { user: [login] }), ...(job.authUser === undefined ? {} : { 'auth-user': [job.authUser] }) };
}

/** The login at the server when the manifest names none: the one in the URL, else the user. */
function loginOf(job: Job): string | undefined {
  return /^[a-z]+:\/\/[^/@]+@/iu.test(job.target) ? undefined : job.user;
}

/** The job with the paths that are relative to a directory made absolute, so that it means the same anywhere. */
export function absoluteJob(job: Job, directory: string): Job {
  const absolute = (location: string): string => {
    if (location === '-' || /^[a-z]+:\/\//iu.test(location)) return location;
    const typed = /^(mbox|maildir|mh|eml|pst):(.*)$/su.exec(location);
    if (typed === null) return resolve(directory, location);
    const [root = '', ...rest] = (typed[2] ?? '').split(':');
    return [`${typed[1]}:${root === '' ? '' : resolve(directory, root)}`, ...rest].join(':');
  };
  const { folderMap } = job;
  return {
    ...job,
    sources: job.sources.map(absolute),
    target: absolute(job.target),
    ...(folderMap === undefined ? {} : { folderMap: resolve(directory, folderMap) }),
  };
}

function refused(job: Job, what: string): UsageError {
  return new UsageError('MANIFEST_INVALID', `the manifest cannot be read: ${what}`, { notes: [`it is said of ${job.id}`] });
}
