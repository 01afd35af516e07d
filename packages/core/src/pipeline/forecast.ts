// What the next run will have to do, and how long it may take: from what the ledger keeps of earlier runs and the state of the files. Nothing is read but heads.
import type { LedgerView, RunFacts } from '../model/ledger.js';
import type { MailStore } from '../model/store.js';
import type { MailTarget } from '../model/target.js';
import { findUnchanged } from './unchanged.js';

/** Files and their octets. */
export interface ForecastShare {
  readonly files: number;
  readonly octets: number;
}

/** What a forecast says. */
export interface Forecast {
  /** The last run that changed something; absent before the first. */
  readonly last?: RunFacts;
  /** Not read again. */
  readonly unchanged: ForecastShare;
  /** Read from where they grew, if their starts are what they were. */
  readonly grown: ForecastShare;
  /** Of the grown files, what was added. */
  readonly added: number;
  /** Read whole: new, changed otherwise, or not known. */
  readonly whole: ForecastShare;
  /** Seconds if no start was changed, and if the old server rewrote every mbox meanwhile; absent before the first run. */
  readonly seconds?: { readonly least: number; readonly most: number };
}

/** Octets a second when a known start is compared: what a slow disk gives. */
const COMPARED = 200 * 1024 * 1024;
/** Octets of a run at least, for its speed to say something. */
const TELLING = 16 * 1024 * 1024;
/** Octets a second where no run was large enough to tell. */
const READ = 20 * 1024 * 1024;
/** Seconds that every run takes. */
const START = 1;

/**
 * Says what a run with these options would have to do now; the files of a store are known once its folders were listed.
 * @param target - is asked whether it still has what is not mail; taken for granted by default
 */
export async function forecast(
  source: MailStore,
  last: LedgerView,
  fingerprint: string,
  target: Pick<MailTarget, 'holdsItems'> = {},
): Promise<Forecast> {
  for await (const _ of source.folders());
  const files = source.files ?? [];
  const { files: skipped, grown } = findUnchanged(source, last, fingerprint, target);
  const share = (indexes: readonly number[]): ForecastShare => ({
    files: indexes.length,
    octets: indexes.reduce((sum, index) => sum + (files[index]?.size ?? 0), 0),
  });
  const indexes = [...files.keys()];
  const found = {
    unchanged: share(indexes.filter((index) => skipped.has(index))),
    grown: share([...grown.keys()]),
    whole: share(indexes.filter((index) => !(skipped.has(index) || grown.has(index)))),
  };
  const added = [...grown].reduce((sum, [index, known]) => sum + (files[index]?.size ?? 0) - known.size, 0);
  const runs = last.runs?.();
  if (runs === undefined) return { ...found, added };
  const { octets, seconds } = runs.largest;
  const rate = octets >= TELLING && seconds > 0 ? octets / seconds : READ;
  const least = START + (found.grown.octets - added) / COMPARED + (added + found.whole.octets) / rate;
  const total = found.unchanged.octets + found.grown.octets + found.whole.octets;
  return { ...found, added, last: runs.last, seconds: { least, most: START + total / rate } };
}
