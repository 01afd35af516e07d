import {
  type Forecast,
  type ForecastShare,
  forecast,
  formatBytes,
  formatCount,
  formatCountOf,
  formatDuration,
  formatMoment,
} from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { chosenStore, type Ends, fingerprintOf } from './transfer-run.js';

/** Says what a run with these flags would have to do; the exit status. */
export async function runForecast({ settings, output }: Context, open: () => Promise<Ends>): Promise<number> {
  const { source, target, readyLists } = await open();
  await using _source = source;
  await using _target = target;
  const result = await forecast(chosenStore(source, settings, readyLists), await target.ledger(), fingerprintOf(settings), target);
  const last = result.last === undefined ? {} : { last: { ...result.last, started: formatMoment(result.last.started) } };
  output.event({ type: 'summary', exitStatus: EXIT.ok, forecast: { ...result, ...last } });
  if (!output.isQuiet) for (const line of forecastText(result)) output.result(line);
  return EXIT.ok;
}

function* forecastText({ last, unchanged, grown, added, whole, seconds }: Forecast): Generator<string> {
  if (last === undefined) yield 'No run has come to its end here yet, so nothing is known of its pace.';
  else {
    const when = formatMoment(last.started).slice(0, 16).replace('T', ' ');
    yield `The last run that changed something (${when} UTC) took ${formatDuration(1000 * last.seconds)}: ${formatBytes(last.octets)} parsed, ${formatCountOf(last.written, 'message')} written, ${formatCount(last.updated)} updated.`;
  }
  yield* share('unchanged, not read', unchanged);
  yield* share(`grown by ${formatBytes(added)}`, grown);
  yield* share('to be read whole', whole);
  if (seconds !== undefined)
    yield `The next run needs about ${formatDuration(1000 * seconds.least)}; if the old server rewrites every mbox meanwhile, up to ${formatDuration(1000 * seconds.most)}.`;
}

function* share(what: string, { files, octets }: ForecastShare): Generator<string> {
  if (files > 0) yield `  ${formatCountOf(files, 'file')} ${what}: ${formatBytes(octets)}`;
}
