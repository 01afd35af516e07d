// A batch that never ran: its state and the reports of its jobs, made from a seed, with everything that a report of a batch has a place for.
import type { BatchState, JobState, JobStatus, JobTotals } from '../src/index.js';

const GROUPS = ['pilot', 'physics', 'library', 'office', undefined];
const FOLDERS = [['INBOX'], ['Sent'], ['Отчёты'], ['Work', 'Projects'], ['家庭'], ['Archive', '2009'], ['<b>bold</b> & "quoted"']];
const START = Date.UTC(2026, 0, 30, 22, 0, 0);
const SIZES = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576];

/** State and reports of a batch. */
export interface SampleBatch {
  readonly state: BatchState;
  readonly jobReport: (path: string) => unknown;
}

/** A batch of so many users; the same from the same number. */
export function sampleBatch(users: number): SampleBatch {
  const random = numbers(users);
  const jobs = new Map<string, JobStatus>();
  const reports = new Map<string, unknown>();
  for (let index = 0; index < users; index++) {
    const status = sampleJob(index, random, reports);
    jobs.set(status.job, status);
  }
  return { state: { jobs, runs: [], running: [] }, jobReport: (path) => reports.get(path) };
}

function sampleJob(index: number, random: (below: number) => number, reports: Map<string, unknown>): JobStatus {
  const user = `user${String(index + 1).padStart(3, '0')}${index % 50 === 7 ? '<i>' : ''}`;
  const state = stateOf(index);
  const group = GROUPS[index % GROUPS.length];
  const started = START + Math.floor(index / 2) * 40_000 + random(20_000);
  const ended = started + 5000 + random(60_000);
  const folders = FOLDERS.slice(0, 2 + random(FOLDERS.length - 2)).map((path) =>
    folderOf(path, random, state === 'incomplete' && path[0] === 'INBOX'),
  );
  const hasReport = state === 'done' || state === 'incomplete';
  const totals = hasReport ? totalsOf(folders) : NOTHING;
  const bytes = hasReport ? folders.reduce((sum, folder) => sum + folder.bytes, 0) : 0;
  const report = `reports/${user}.json`;
  if (hasReport) reports.set(report, reportOf(user, folders, totals, random));
  const failure = state === 'failed' ? { code: 'SOURCE_PERMISSION', message: 'no permission to read the source' } : {};
  return {
    job: user,
    user,
    state,
    attempts: state === 'waiting' ? 0 : 1,
    round: 1,
    successes: state === 'done' ? 1 : 0,
    plan: {
      id: user,
      user,
      sources: [`mbox:/home/${user}/mail`],
      target: `maildir:/home/${user}/Maildir`,
      ...(group === undefined ? {} : { group }),
      priority: 0,
      options: {},
    },
    ...(state === 'waiting' ? {} : { started, ended }),
    ...(state === 'failed' ? { lastMessage: 'no permission to read the source' } : {}),
    ...(hasReport ? { report } : {}),
    latest: { time: ended, job: user, user, state, attempt: 1, totals, bytesRead: bytes, bytesWritten: bytes, ...failure },
  };
}

const NOTHING: JobTotals = { read: 0, written: 0, alreadyPresent: 0, updated: 0, filtered: 0, failed: 0 };

function stateOf(index: number): JobState {
  if (index % 40 === 11) return 'failed';
  if (index % 25 === 3) return 'incomplete';
  return index % 60 === 59 ? 'waiting' : 'done';
}

interface SampleFolder extends JobTotals {
  readonly path: readonly string[];
  readonly bytes: number;
  readonly years: Record<string, number>;
}

function folderOf(path: readonly string[], random: (below: number) => number, loses: boolean): SampleFolder {
  const failed = loses ? 2 : 0;
  const filtered = random(4);
  const alreadyPresent = random(30);
  const written = 20 + random(400);
  const read = written + alreadyPresent + filtered + failed;
  return {
    path,
    read,
    written,
    alreadyPresent,
    updated: Math.min(alreadyPresent, 3),
    filtered,
    failed,
    bytes: read * (3000 + random(20_000)),
    years: yearsOf(read, random),
  };
}

function yearsOf(read: number, random: (below: number) => number): Record<string, number> {
  const years: Record<string, number> = {};
  for (let left = read; left > 0; ) {
    const count = Math.min(left, 1 + random(60));
    const year = String(1996 + random(15));
    years[year] = (years[year] ?? 0) + count;
    left -= count;
  }
  return years;
}

function totalsOf(folders: readonly SampleFolder[]): JobTotals {
  const sum = (key: keyof JobTotals): number => folders.reduce((all, folder) => all + folder[key], 0);
  return {
    read: sum('read'),
    written: sum('written'),
    alreadyPresent: sum('alreadyPresent'),
    updated: sum('updated'),
    filtered: sum('filtered'),
    failed: sum('failed'),
  };
}

function reportOf(user: string, folders: readonly SampleFolder[], totals: JobTotals, random: (below: number) => number): unknown {
  const years: Record<string, number> = {};
  for (const folder of folders) for (const [year, count] of Object.entries(folder.years)) years[year] = (years[year] ?? 0) + count;
  const target = { ...years };
  const [first] = Object.keys(target);
  if (first !== undefined) target[first] = Math.max(0, (target[first] ?? 0) - totals.filtered - totals.failed);
  const items = random(5) === 0 ? 7 : 0;
  return {
    schema: 'mailferry.report/1',
    outcome: totals.failed > 0 ? 'failed' : 'complete',
    target: { location: `/home/${user}/Maildir`, format: 'maildir', items: `/home/${user}/items` },
    totals: {
      ...totals,
      filteredBy: { option: 0, expunged: totals.filtered, removedByUser: 0, duplicate: 0 },
      items: { read: items, written: items, alreadyPresent: 0, filtered: 0, failed: 0 },
      bytesRead: 0,
      bytesWritten: 0,
    },
    folders,
    years: { source: years, target },
    sizes: [...SIZES.map((upTo, index) => ({ upTo, messages: index === 0 ? totals.read - 5 : 1 })), { messages: 0 }],
    issues: [
      {
        code: 'MBOX_FROM_LINE_AMBIGUOUS',
        count: 1 + random(5),
        first: [{ where: { path: `/home/${user}/mail/a`, offset: 17 }, note: 'a line starting with "From "' }],
      },
      ...(totals.failed > 0 ? [{ code: 'PST_BLOCK_CRC', count: totals.failed, first: [{ where: { path: `/home/${user}/x.pst` } }] }] : []),
    ],
    failures:
      totals.failed > 0 ? [{ code: 'PST_BLOCK_CRC', count: totals.failed, first: [{ where: { path: `/home/${user}/x.pst` } }] }] : [],
    leftAlone: [
      { path: `/home/${user}/mail/procmail.log`, reason: 'text that is not mail' },
      ...(random(9) === 0 ? [{ path: `/home/${user}/mail/.old`, reason: 'a hidden file; it looks like an mbox, name it to read it' }] : []),
    ],
  };
}

/** A number below a limit, again and again; mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
