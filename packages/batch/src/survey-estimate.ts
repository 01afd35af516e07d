// How long a transfer will take, from samples that were really converted on this machine: a start, so much a message, so much an octet, so much for what a PST costs to read.
import type { HomeSurvey } from './survey.js';

/** One conversion that was timed. */
export interface TimedSample {
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Seconds of one job on this machine, with as many beside it as there will be. */
export interface Rates {
  readonly start: number;
  readonly perMessage: number;
  readonly perOctet: number;
}

/** The samples that {@link ratesOf} needs: next to nothing, many small messages, and few large ones. */
export interface Samples {
  readonly least: TimedSample;
  readonly small: TimedSample;
  readonly large: TimedSample;
}

/** Solves the samples for the rates; none is ever negative. */
export function ratesOf({ least, small, large }: Samples): Rates {
  const start = Math.max(0, least.seconds);
  const [x, y] = [Math.max(0, small.seconds - start), Math.max(0, large.seconds - start)];
  // x = small.messages * m + small.bytes * o; y = large.messages * m + large.bytes * o.
  const determinant = small.messages * large.bytes - large.messages * small.bytes;
  const perMessage = Math.max(0, (x * large.bytes - y * small.bytes) / determinant);
  const perOctet = Math.max(0, (y - large.messages * perMessage) / large.bytes);
  return { start, perMessage, perOctet };
}

/** Seconds of one home. */
export function estimateHome(survey: HomeSurvey, rates: Rates): number {
  const pst = survey.formats.pst?.messages ?? 0;
  return rates.start + survey.messages * rates.perMessage + survey.bytes * rates.perOctet + pst * (survey.pstSeconds ?? 0);
}

/** Seconds of a batch: the work shared by all jobs that run at a time, and never less than the longest of them. */
export function estimateBatch(seconds: readonly number[], jobs: number): number {
  const all = seconds.reduce((sum, one) => sum + one, 0);
  return Math.max(all / Math.max(1, jobs), ...seconds, 0);
}
