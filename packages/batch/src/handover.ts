// Who is done, as the hand-over artefacts take them, from the report of a batch and its plans.
import { UsageError } from '@mailferry/core';
import { ARTEFACTS, type HandOver, type MigratedUser } from './artefacts.js';
import type { Job } from './job.js';
import type { BatchReport, ByHandKind, ReportJob } from './report.js';
import type { BatchState } from './state-file.js';

/** What the state of a batch does not say. */
export interface HandOverFacts {
  readonly newHost: string;
  readonly virtualDomain: string;
  /** Domain of the users' addresses, for names that are no addresses themselves. */
  readonly domain: string;
  /** Only users of these groups; all when empty. */
  readonly groups: readonly string[];
  /** The batch as a command line names it. */
  readonly batch?: string;
}

/** What can be handed over, and who cannot, each with the reason. */
export interface HandOverPlan {
  readonly handOver: HandOver;
  readonly notDone: readonly { readonly user: string; readonly state: string }[];
  readonly notRepresentable: readonly { readonly user: string; readonly reason: string }[];
}

const BY_HAND: Readonly<Partial<Record<ByHandKind, string>>> = {
  items: 'contacts, appointments and the like to import',
  lookalikes: 'places that look like mail and were not read',
  changed: 'files that changed while they were read',
  damaged: 'damaged sources',
  unreadable: 'files and directories that the user may not read',
};

/** The users of a batch who are done, with all their jobs. A user whose name has another meaning in a table is left out of all tables, and named. */
export function planHandOver(state: BatchState, report: BatchReport, facts: HandOverFacts): HandOverPlan {
  const open = openJobs(report);
  const notDone = new Map<string, string>();
  const notRepresentable: { user: string; reason: string }[] = [];
  const users: MigratedUser[] = [];
  for (const job of report.jobs) {
    if (facts.groups.length > 0 && !facts.groups.includes(job.group ?? '')) continue;
    const plan = state.jobs.get(job.job)?.plan;
    const openState = open.get(job.user);
    if (openState !== undefined || plan === undefined) {
      notDone.set(job.user, openState ?? job.state);
      continue;
    }
    const user = migrated(job, plan, report, facts.domain);
    const reason = refusalOf(user, facts);
    if (reason === undefined) users.push(user);
    else notRepresentable.push({ user: job.user, reason });
  }
  const { newHost, virtualDomain, batch } = facts;
  const handOver = { users: unique(users), newHost, virtualDomain, ...(batch === undefined ? {} : { batch }) };
  return { handOver, notDone: [...notDone].map(([user, jobState]) => ({ user, state: jobState })), notRepresentable };
}

/** How a job stands that is not done, by user: whoever has one such job is not handed over, whatever came of the others. */
function openJobs({ jobs }: BatchReport): ReadonlyMap<string, string> {
  return new Map(jobs.flatMap((job) => (job.state === 'done' ? [] : [[job.user, job.state] as const])));
}

function migrated(job: ReportJob, { sources, target }: Job, report: BatchReport, domain: string): MigratedUser {
  return {
    user: job.user,
    address: job.user.includes('@') ? job.user : `${job.user}@${domain}`,
    ...(job.group === undefined ? {} : { group: job.group }),
    sources,
    target,
    ...(job.format === undefined ? {} : { format: job.format }),
    messages: job.totals.written + job.totals.alreadyPresent,
    byHand: byHandOf(job.user, report),
  };
}

function byHandOf(user: string, report: BatchReport): string[] {
  return report.byHand.flatMap(({ kind, users }) => {
    const text = BY_HAND[kind];
    return users
      .filter((one) => one.user === user && text !== undefined)
      .map(({ count, note }) => `${count} ${text}${note === undefined ? '' : `: ${note}`}`);
  });
}

/** Undefined for a user whom every table can hold. */
function refusalOf(user: MigratedUser, { newHost, virtualDomain }: HandOverFacts): string | undefined {
  try {
    for (const artefact of ARTEFACTS) artefact.render({ users: [user], newHost, virtualDomain });
    return undefined;
  } catch (error) {
    if (error instanceof UsageError && error.code === 'NAME_NOT_REPRESENTABLE') return error.message;
    throw error;
  }
}

/** A user with several rows of the manifest stands once in a table, with all sources. */
function unique(users: readonly MigratedUser[]): MigratedUser[] {
  const byUser = new Map<string, MigratedUser>();
  for (const user of users) {
    const known = byUser.get(user.user);
    const messages = (known?.messages ?? 0) + (user.messages ?? 0);
    if (known === undefined) byUser.set(user.user, user);
    else byUser.set(user.user, { ...known, ...formatOfBoth(known, user), sources: [...known.sources, ...user.sources], messages });
  }
  return [...byUser.values()];
}

function formatOfBoth(a: MigratedUser, b: MigratedUser): Pick<MigratedUser, 'format'> {
  const formats = [...new Set([a.format, b.format].flatMap((format) => format?.split(',') ?? []))];
  return formats.length === 0 ? {} : { format: formats.join(',') };
}
