// Which jobs run, in which order, and when: groups, priorities, parts of a manifest, hours of the day.
import { createHash } from 'node:crypto';
import { UsageError } from '@mailferry/core';
import type { Job } from './job.js';
import type { Shard } from './state-directory.js';

/** Which jobs of a manifest are taken. */
export interface JobChoice {
  /** Only these groups; all when empty. */
  readonly groups?: readonly string[];
  /** Only jobs of that priority or higher. */
  readonly priority?: number;
  readonly shard?: Shard;
}

/** The jobs that a run takes, in the order in which they begin: priority, then the longest first, so that none is left to run alone at the end. */
export function chooseJobs(jobs: readonly Job[], { groups = [], priority, shard }: JobChoice = {}): Job[] {
  return jobs
    .filter((job) => groups.length === 0 || groups.includes(job.group ?? ''))
    .filter((job) => priority === undefined || job.priority >= priority)
    .filter((job) => shard === undefined || shardOf(job.user, shard.of) === shard.part)
    .sort((a, b) => b.priority - a.priority || lengthOf(b) - lengthOf(a));
}

function lengthOf({ expected }: Job): number {
  return expected?.seconds ?? (expected?.bytes ?? 0) / 1e8;
}

/** The part that a user belongs to: the same on every machine, whatever else is in the manifest. */
export function shardOf(user: string, of: number): number {
  return (createHash('sha256').update(user).digest().readUInt32BE(0) % of) + 1;
}

/** Reads `3/16`. @throws {@link UsageError} USAGE. */
export function parseShard(text: string): Shard {
  const [, part = '', of = ''] = /^(\d{1,5})\/(\d{1,5})$/u.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (part === '' || shard.part < 1 || shard.part > shard.of) {
    throw new UsageError('USAGE', `--shard cannot be "${text}"`, { help: 'give the part and the number of parts, such as 3/16' });
  }
  return shard;
}

/** Hours of the day in which jobs run, in minutes since midnight, local time; `from` after `to` spans midnight. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Reads `22:00-06:00`. @throws {@link UsageError} USAGE. */
export function parseWindow(text: string): Window {
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/u.exec(text);
  const [hours, minutes, toHours, toMinutes] = (match ?? []).slice(1).map(Number);
  const window = { from: (hours ?? 0) * 60 + (minutes ?? 0), to: ((toHours ?? 0) * 60 + (toMinutes ?? 0)) % 1440 };
  const isTime = (hour = 0, minute = 0): boolean => minute < 60 && hour * 60 + minute <= 1440;
  if (match === null || !isTime(hours, minutes) || !isTime(toHours, toMinutes) || window.from === window.to || window.from === 1440) {
    throw new UsageError('USAGE', `--window cannot be "${text}"`, { help: 'give two times of the day, such as 22:00-06:00' });
  }
  return window;
}

/** Whether jobs may run at a moment (milliseconds since the epoch), and when that changes. */
export function lookAtWindow({ from, to }: Window, now: number): { readonly isOpen: boolean; readonly until: number } {
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const isOpen = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  const next = isOpen ? to : from;
  // By the clock on the wall: a day in which it is changed is longer or shorter.
  const until = new Date(date.getFullYear(), date.getMonth(), date.getDate() + (next > minute ? 0 : 1), Math.floor(next / 60), next % 60);
  return { isOpen, until: Math.max(until.getTime(), now + 1000) };
}
