import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchStatus, readStateDirectory, type StatusRow, statusCsv, statusOf } from '@mailferry/batch';
import { formatBytes, formatCount, formatCountOf, formatDuration, printable, SourceError, textTable } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { stateDirectory } from './batch-jobs.js';

const WATCH_EVERY_MS = 2000;
/** Characters of the last word in a table: the whole of it is in the CSV and with `--json`. */
const LONGEST_WORD = 60;

/** Shows where a batch stands; the exit status: 0 when nobody has failed. */
export async function runStatus(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const directory = stateDirectory(args, settings);
  for (;;) {
    const state = readStateDirectory(directory);
    if (state.jobs.size === 0 && !settings.on('watch')) {
      throw new SourceError('STATE_NOT_FOUND', 'no batch has run here', {
        where: { path: directory },
        help: 'name the manifest of the batch, or its directory with --state',
      });
    }
    const status = statusOf(state, Date.now());
    show(context, status);
    if (!settings.on('watch') || (!status.isRunning && state.jobs.size > 0) || output.isGone) {
      const exitStatus = status.counts.failed + status.counts.incomplete > 0 ? EXIT.someFailed : EXIT.ok;
      const { rows: _, time, ...whole } = status;
      output.event({ type: 'summary', exitStatus, time: new Date(time).toISOString(), ...whole });
      return exitStatus;
    }
    await sleep(WATCH_EVERY_MS);
  }
}

function show({ settings, output }: Context, status: BatchStatus): void {
  const rows = settings.on('open') ? status.rows.filter(({ state }) => state !== 'done') : status.rows;
  if (output.isJson) {
    for (const row of rows) output.event({ type: 'user', ...withIsoMoments(row) });
    const { rows: _, time, ...whole } = status;
    output.event({ type: 'status', time: new Date(time).toISOString(), ...whole });
    return;
  }
  if (settings.on('csv')) {
    output.result(statusCsv({ ...status, rows }).trimEnd());
    return;
  }
  if (settings.on('watch') && process.stdout.isTTY) output.result('\u001B[H\u001B[2J');
  output.result([...tableOf(rows), '', sentenceOf(status)].join('\n'));
}

function withIsoMoments(row: StatusRow): Record<string, unknown> {
  const moments = ['lastOk', 'started', 'ended'] as const;
  return {
    ...row,
    ...Object.fromEntries(moments.flatMap((name) => (row[name] === undefined ? [] : [[name, new Date(row[name] ?? 0).toISOString()]]))),
  };
}

const COLUMNS = [
  { head: 'user' },
  { head: 'state' },
  { head: 'tries', isNumber: true },
  { head: 'LastOK' },
  { head: 'NumSuccessCollects', isNumber: true },
  { head: 'messages', isNumber: true },
  { head: 'bytes', isNumber: true },
  { head: 'rate', isNumber: true },
  { head: 'ETA', isNumber: true },
  { head: 'LastMsg' },
];

function tableOf(rows: readonly StatusRow[]): string[] {
  return textTable(
    COLUMNS,
    rows.map((row) => [
      printable(row.job),
      row.state,
      String(row.tries),
      row.lastOk === undefined ? '-' : new Date(row.lastOk).toISOString().slice(0, 19).replace('T', ' '),
      String(row.successes),
      row.messages === undefined ? '-' : formatCount(row.messages),
      row.bytes === undefined ? '-' : formatBytes(row.bytes),
      row.rate === undefined || row.rate === 0 ? '-' : `${formatBytes(row.rate)}/s`,
      row.secondsLeft === undefined ? '-' : formatDuration(row.secondsLeft * 1000),
      lastWord(row),
    ]),
    '',
  );
}

function lastWord({ code, lastMessage }: StatusRow): string {
  const text = `${code === undefined ? '' : `${code}: `}${printable(lastMessage ?? '')}`;
  return text.length > LONGEST_WORD ? `${text.slice(0, LONGEST_WORD - 1)}…` : text;
}

function sentenceOf({ counts, messages, bytes, isRunning, secondsLeft, rows }: BatchStatus): string {
  const states = Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${formatCount(count)} ${state}`]));
  const left = secondsLeft === undefined ? '' : `, about ${formatDuration(secondsLeft * 1000)} to go`;
  return `${formatCountOf(rows.length, 'user')}: ${states.join(', ')}; ${formatCountOf(messages, 'message')}, ${formatBytes(bytes)}; ${isRunning ? `running${left}` : 'not running'}`;
}
