import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARTEFACTS, planHandOver, readStateDirectory } from '@mailferry/batch';
import { formatCount, formatCountOf, printable, UsageError } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { namedBatch, stateDirectory } from './batch-jobs.js';
import { readBatchReport } from './batch-report-files.js';
import { unwritable } from './log-file.js';
import { writeReportFile } from './report-files.js';
import type { Settings } from './settings.js';

/** Users who are named one by one. */
const NAMED = 20;

/** Writes the tables and the runbook; the exit status: 1 when users are missing in them. */
export async function runHandOver({ args, settings, output }: Context): Promise<number> {
  const [manifest = '', target = ''] = args;
  const newHost = needed(settings, 'new-host');
  const facts = {
    newHost,
    domain: needed(settings, 'domain'),
    virtualDomain: settings.text('virtual-domain') ?? newHost,
    groups: settings.list('group'),
    batch: namedBatch([manifest], settings),
  };
  const directory = stateDirectory([manifest], settings);
  const { handOver, notDone, notRepresentable } = planHandOver(readStateDirectory(directory), readBatchReport(directory), facts);
  makeDirectory(target);
  for (const artefact of ARTEFACTS) {
    const path = join(target, artefact.file);
    writeReportFile(path, artefact.render(handOver));
    output.event({ type: 'artefact', path, title: artefact.title, users: handOver.users.length });
    output.result(`${path}: ${artefact.title}`);
  }
  for (const { user, reason } of notRepresentable)
    output.say(`${output.palette.warn('left out')}: ${printable(user)}: ${printable(reason)}`);
  for (const { user, state } of notDone.slice(0, NAMED)) output.say(`${output.palette.warn('not done')}: ${printable(user)} is ${state}`);
  const isWhole = notDone.length + notRepresentable.length === 0;
  output.event({ type: 'summary', users: handOver.users.length, notDone, notRepresentable });
  const missing = [
    notDone.length === 0 ? '' : `; ${formatCount(notDone.length)} not done (mailferry status --open ${facts.batch})`,
    notRepresentable.length === 0 ? '' : `; ${formatCount(notRepresentable.length)} cannot stand in a table`,
  ];
  output.result(`${formatCountOf(handOver.users.length, 'user')} handed over${missing.join('')}`);
  return isWhole ? EXIT.ok : EXIT.someFailed;
}

function needed(settings: Settings, name: string): string {
  const value = settings.text(name);
  if (value !== undefined && /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(value)) return value;
  throw new UsageError('USAGE', value === undefined ? `handover needs --${name}` : `--${name} cannot be "${value}"`, {
    help: 'give a name such as mail.example.org',
  });
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable('the directory of the tables', path, cause);
  }
}
