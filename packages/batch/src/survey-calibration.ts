// Mail that nobody wrote, to time conversions on this machine: three mboxes for the three rates of survey-estimate.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rates, ratesOf, type TimedSample } from './survey-estimate.js';

/** Runs one conversion and waits for it; the exit status. */
export type Convert = (source: string, target: string) => Promise<number>;

/** The first start finds nothing in the caches of the machine, and a start is short: several, and the one in the middle counts. */
const SHAPES = {
  least: { messages: 1, size: 500, rounds: 5 },
  small: { messages: 2500, size: 2000, rounds: 1 },
  large: { messages: 120, size: 160_000, rounds: 1 },
} as const;
const LINE = 'What is written here was never sent to anybody, it only has the length of a line.\n';

/**
 * Times conversions in a directory of their own below `scratch`, as many at a time as there will be jobs; the directory is removed.
 * Undefined when a conversion failed.
 */
export async function timeConversions(scratch: string, jobs: number, convert: Convert): Promise<Rates | undefined> {
  const directory = mkdtempSync(join(scratch, 'mailferry-estimate-'));
  try {
    const timed: Partial<Record<keyof typeof SHAPES, TimedSample>> = {};
    for (const name of ['least', 'small', 'large'] as const) {
      const { messages, size, rounds } = SHAPES[name];
      const source = join(directory, `${name}.mbox`);
      const text = mboxOf(messages, size);
      writeFileSync(source, text, { flag: 'wx', mode: 0o600 });
      const seconds: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const start = performance.now();
        const runs = Array.from({ length: jobs }, (_, job) => convert(source, join(directory, `${name}-${round}-${job}`)));
        const statuses = await Promise.all(runs);
        if (statuses.some((status) => status !== 0)) return undefined;
        seconds.push((performance.now() - start) / 1000);
      }
      timed[name] = { messages, bytes: text.length, seconds: medianOf(seconds) };
    }
    const { least, small, large } = timed;
    return least === undefined || small === undefined || large === undefined ? undefined : ratesOf({ least, small, large });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function medianOf(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function mboxOf(messages: number, size: number): string {
  const body = LINE.repeat(Math.ceil(size / LINE.length));
  const parts: string[] = [];
  for (let n = 0; n < messages; n++) {
    parts.push(
      `From nobody@example.org Sat Jan  3 01:05:34 1998\nFrom: nobody@example.org\nTo: nobody@example.org\nSubject: ${n}\nMessage-ID: <${n}@example.org>\nStatus: RO\n\n${body}\n`,
    );
  }
  return parts.join('');
}
