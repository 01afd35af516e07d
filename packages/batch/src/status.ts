// Where everyone stands, from the state file alone: the rows of `mailferry status`, and when the rest will be done.
import type { Job } from './job.js';
import type { BatchState, JobState, JobStatus } from './state-file.js';

/** Where one user stands. The names of `lastOk`, `successes` and `lastMessage` in tables are LastOK, NumSuccessCollects and LastMsg. */
export interface StatusRow {
  readonly job: string;
  readonly user: string;
  readonly group?: string;
  readonly state: JobState;
  readonly tries: number;
  readonly exitStatus?: number;
  readonly code?: string;
  /** Milliseconds since the epoch, as all moments here. */
  readonly lastOk?: number;
  readonly successes: number;
  readonly lastMessage?: string;
  /** Messages that the last or the running try has read. */
  readonly messages?: number;
  readonly failed?: number;
  /** Octets read by it. */
  readonly bytes?: number;
  /** Octets of the sources, when known. */
  readonly bytesTotal?: number;
  /** Octets a second. */
  readonly rate?: number;
  readonly started?: number;
  readonly ended?: number;
  /** Seconds that a running job still needs, when that can be said. */
  readonly secondsLeft?: number;
  readonly target?: string;
  readonly report?: string;
}

/** Where a batch stands. */
export interface BatchStatus {
  readonly time: number;
  readonly round: number;
  /** True while a batch works on it, as far as the state says. */
  readonly isRunning: boolean;
  /** Users by state. */
  readonly counts: Readonly<Record<JobState, number>>;
  readonly messages: number;
  readonly bytes: number;
  /** Seconds until all are done, when that can be said. */
  readonly secondsLeft?: number;
  readonly rows: readonly StatusRow[];
}

/** Where the batch of a state stands at a moment (milliseconds since the epoch). */
export function statusOf(state: BatchState, now: number): BatchStatus {
  const rows = [...state.jobs.values()].map((job) => rowOf(job, now));
  const counts: Record<JobState, number> = { waiting: 0, running: 0, retry: 0, interrupted: 0, failed: 0, incomplete: 0, done: 0 };
  for (const row of rows) counts[row.state] = (counts[row.state] ?? 0) + 1;
  const isRunning = state.running.length > 0;
  const left = isRunning ? secondsLeft(state, rows) : undefined;
  return {
    time: now,
    round: Math.max(0, ...state.runs.map(({ round }) => round)),
    isRunning,
    counts,
    messages: rows.reduce((sum, { messages = 0 }) => sum + messages, 0),
    bytes: rows.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    ...(left === undefined ? {} : { secondsLeft: left }),
    rows,
  };
}

function rowOf(status: JobStatus, now: number): StatusRow {
  const { job, user, state, attempts, lastOk, successes, lastMessage, started, ended, report, plan, latest } = status;
  const bytes = latest?.bytesRead;
  const bytesTotal = latest?.bytesTotal ?? plan?.expected?.bytes;
  const ms = started === undefined ? undefined : (state === 'running' ? (latest?.time ?? now) : (ended ?? now)) - started;
  const rate = bytes === undefined || ms === undefined || ms <= 0 ? undefined : Math.round((bytes * 1000) / ms);
  const isKnown = state === 'running' && bytesTotal !== undefined && bytes !== undefined && rate !== undefined && rate > 0;
  return defined({
    job,
    user,
    group: plan?.group,
    state,
    tries: attempts,
    exitStatus: latest?.exitStatus,
    code: latest?.code,
    lastOk,
    successes,
    lastMessage,
    messages: latest?.totals?.read ?? latest?.messages,
    failed: latest?.totals?.failed,
    bytes,
    bytesTotal,
    rate,
    started: state === 'waiting' ? undefined : started,
    ended: state === 'waiting' ? undefined : ended,
    secondsLeft: isKnown ? Math.max(0, Math.round((bytesTotal - bytes) / rate)) : undefined,
    target: plan?.target,
    report,
  });
}

/** The rest by the pace of this round: in octets where the survey counted them, else in users. */
function secondsLeft(state: BatchState, rows: readonly StatusRow[]): number | undefined {
  const since = Math.min(...state.running.map(({ time }) => time));
  const done = rows.filter(({ ended, state: at }) => ended !== undefined && ended >= since && at !== 'retry');
  const open = rows.filter(({ state: at }) => at === 'waiting' || at === 'running' || at === 'retry');
  const latest = Math.max(...done.map(({ ended = 0 }) => ended));
  if (done.length < 2 || latest <= since) return open.length === 0 ? 0 : undefined;
  const plans = (row: StatusRow): Job | undefined => state.jobs.get(row.job)?.plan;
  const isCounted = [...done, ...open].every((row) => (plans(row)?.expected?.bytes ?? 0) > 0);
  const weight = (row: StatusRow): number => (isCounted ? (plans(row)?.expected?.bytes ?? 0) : 1);
  const pace = done.reduce((sum, row) => sum + weight(row), 0) / (latest - since);
  const running = open.filter(({ state: at }) => at === 'running').reduce((sum, row) => sum + weight(row) * shareOf(row), 0);
  const rest = open.reduce((sum, row) => sum + weight(row), 0) - running;
  return Math.round(rest / pace / 1000);
}

function shareOf({ bytes, bytesTotal }: StatusRow): number {
  return bytes === undefined || bytesTotal === undefined || bytesTotal === 0 ? 0.5 : Math.min(1, bytes / bytesTotal);
}

/** The columns of the CSV, by what stands in its header. */
const COLUMNS: readonly (readonly [name: string, value: (row: StatusRow) => string | number | undefined])[] = [
  ['user', ({ user }) => user],
  ['job', ({ job }) => job],
  ['group', ({ group }) => group],
  ['state', ({ state }) => state],
  ['tries', ({ tries }) => tries],
  ['exitStatus', ({ exitStatus }) => exitStatus],
  ['code', ({ code }) => code],
  ['LastOK', ({ lastOk }) => moment(lastOk)],
  ['NumSuccessCollects', ({ successes }) => successes],
  ['LastMsg', ({ lastMessage }) => lastMessage],
  ['messages', ({ messages }) => messages],
  ['failed', ({ failed }) => failed],
  ['bytes', ({ bytes }) => bytes],
  ['bytesTotal', ({ bytesTotal }) => bytesTotal],
  ['bytesPerSecond', ({ rate }) => rate],
  ['started', ({ started }) => moment(started)],
  ['ended', ({ ended }) => moment(ended)],
  ['secondsLeft', ({ secondsLeft: left }) => left],
];

/** The rows as CSV (RFC 4180) with a header. A field that a spreadsheet would take for a formula is kept from it by an apostrophe. */
export function statusCsv({ rows }: BatchStatus): string {
  const header = COLUMNS.map(([name]) => name).join(',');
  return `${[header, ...rows.map((row) => COLUMNS.map(([, value]) => csvField(value(row))).join(','))].join('\r\n')}\r\n`;
}

function csvField(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** ISO 8601, UTC. */
function moment(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Without the members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ReturnType<typeof defined<T>>;
}
