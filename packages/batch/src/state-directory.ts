// The directory of a batch: `state.jsonl` (or `state-K-of-N.jsonl`, one a shard) and `reports/JOB.json`, the latest report of each job.
// It belongs to who runs the batch, and nobody else can write it.

import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SourceError, TargetError } from '@mailferry/core';
import { type BatchState, readBatchState } from './state-file.js';

const STATE_FILE = /^state(?:-\d+-of-\d+)?\.jsonl$/u;

/** A part of a manifest: the K-th of N. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** The directory of the batch of a manifest, when none is named: beside it. */
export function stateDirectoryOf(manifest: string): string {
  return `${manifest}.batch`;
}

/**
 * Makes the directory of a batch, unless it is there.
 * @throws {@link TargetError} OUTPUT_UNWRITABLE when it cannot be made, is no directory, or others can write it.
 */
export function makeStateDirectory(path: string): void {
  try {
    mkdirSync(join(path, 'reports'), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TargetError('OUTPUT_UNWRITABLE', 'the directory of the batch cannot be made', { where: { path }, cause });
  }
  for (const place of [path, join(path, 'reports')]) {
    const { mode, uid } = lstatSync(place);
    if ((mode & 0o170_000) === 0o040_000 && uid === process.getuid?.() && (mode & 0o022) === 0) continue;
    throw new TargetError('OUTPUT_UNWRITABLE', 'the directory of the batch is not ours alone', {
      where: { path: place },
      help: 'name another one with --state, or give it to the user who runs the batch, with mode 0700',
    });
  }
}

/** Path of the state file within the directory of a batch. */
export function stateFileIn(directory: string, shard?: Shard): string {
  return join(directory, shard === undefined ? 'state.jsonl' : `state-${shard.part}-of-${shard.of}.jsonl`);
}

/**
 * Reads where a batch stands, all its shards together. An absent directory is a batch that has not begun.
 * @throws {@link SourceError} STATE_UNREADABLE when it is there and cannot be read.
 */
export function readStateDirectory(directory: string): BatchState {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { jobs: new Map(), runs: [], running: [] };
    throw new SourceError('STATE_UNREADABLE', 'the directory of the batch cannot be read', { where: { path: directory }, cause });
  }
  return readBatchState(
    names
      .filter((name) => STATE_FILE.test(name))
      .sort()
      .map((name) => join(directory, name)),
  );
}

/**
 * The same as one shard plans by it: all jobs, and the runs of that shard alone where it has had any. A round of one shard neither ends nor goes on with
 * that of another.
 */
export function readStateOfShard(directory: string, stateFile: string): BatchState {
  const { jobs, runs, running } = readStateDirectory(directory);
  const own = readBatchState([stateFile]).runs;
  return { jobs, runs: own.length === 0 ? runs : own, running };
}

/** Path of a job's report within the directory of a batch: `reports/ann.json`. */
export function reportPathOf(job: string): string {
  const name = encodeURIComponent(job).replaceAll('%40', '@').replace(/^\./u, '%2E');
  return `reports/${name.length > 200 ? createHash('sha256').update(job).digest('hex') : name}.json`;
}

/** Writes the report of a job in one step and gives its path within the directory. @throws {@link TargetError} OUTPUT_UNWRITABLE. */
export function keepReport(directory: string, job: string, report: unknown): string {
  const relative = reportPathOf(job);
  const path = join(directory, relative);
  const aside = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
    try {
      writeFileSync(fd, `${JSON.stringify(report)}\n`);
    } finally {
      closeSync(fd);
    }
    renameSync(aside, path);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw new TargetError('OUTPUT_UNWRITABLE', 'the report of a job cannot be written', { where: { path }, cause });
  }
  return relative;
}

/** The kept report of a job (`mailferry.report/1`), or undefined when there is none that can be read. */
export function readKeptReport(directory: string, relative: string): unknown {
  try {
    return JSON.parse(readFileSync(join(directory, relative), 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
