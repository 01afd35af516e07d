// How much was done when: the work of each job, spread evenly over the time of its latest try, cut into stretches of equal length.
import type { BatchReport } from './report.js';

/** Stretches of a chart, about. */
const STRETCHES = 48;
/** Lengths that people can read, seconds. */
const LENGTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** One job's try. Times in milliseconds since the epoch. */
export interface TimedJob {
  readonly started: number;
  readonly ended: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Messages and octets by stretch of time; sums are those of the jobs. */
export function throughputOf(jobs: readonly TimedJob[]): BatchReport['throughput'] {
  if (jobs.length === 0) return { stretchSeconds: 0, stretches: [] };
  const from = jobs.reduce((least, { started }) => Math.min(least, started), Number.POSITIVE_INFINITY);
  const to = jobs.reduce((most, { ended }) => Math.max(most, ended), from);
  const wanted = (to - from) / 1000 / STRETCHES;
  const seconds = LENGTHS.find((length) => length >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
  const length = seconds * 1000;
  const start = Math.floor(from / length) * length;
  const sums = Array.from({ length: Math.floor((to - start) / length) + 1 }, () => ({ messages: 0, bytes: 0 }));
  for (const job of jobs) spread(job, sums, start, length);
  return {
    stretchSeconds: seconds,
    stretches: rounded(sums).map((sum, index) => ({ time: new Date(start + index * length).toISOString(), ...sum })),
  };
}

function spread(
  { started, ended, messages, bytes }: TimedJob,
  sums: { messages: number; bytes: number }[],
  start: number,
  length: number,
): void {
  const duration = Math.max(1, ended - started);
  const last = Math.max(started + duration, ended);
  for (let index = Math.floor((started - start) / length); index < sums.length && start + index * length < last; index++) {
    const from = Math.max(started, start + index * length);
    // The last stretch takes what is left, so that nothing is lost where the end falls on its edge.
    const to = index === sums.length - 1 ? last : Math.min(last, start + (index + 1) * length);
    const sum = sums[index];
    if (sum === undefined || to <= from) continue;
    sum.messages += (messages * (to - from)) / duration;
    sum.bytes += (bytes * (to - from)) / duration;
  }
}

/** Whole numbers with the same sum: what is cut off goes on to the next stretch. */
function rounded(sums: readonly { readonly messages: number; readonly bytes: number }[]): { messages: number; bytes: number }[] {
  let [messages, bytes, seenMessages, seenBytes] = [0, 0, 0, 0];
  return sums.map((sum) => {
    messages += sum.messages;
    bytes += sum.bytes;
    const whole = { messages: Math.round(messages) - seenMessages, bytes: Math.round(bytes) - seenBytes };
    seenMessages += whole.messages;
    seenBytes += whole.bytes;
    return whole;
  });
}
