import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoctorOptions, examine, examineMachine, type Finding } from '@mailferry/batch';
import { formatBytes, MailError, printable } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { pathsIn } from '../owner/location-paths.js';
import { accountOptions } from './account-options.js';
import { keptCodeFinding } from './kept-code-finding.js';

/** Shows what this machine, a file system or a server can do; the exit status: 73 when something cannot be done there. */
export async function runDoctor(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const [target] = args;
  const [messages, bytes] = [settings.number('messages'), settings.number('bytes')];
  const need: DoctorOptions = { ...(messages === undefined ? {} : { messages }), ...(bytes === undefined ? {} : { bytes }) };
  const findings =
    target === undefined
      ? [...examineMachine(), ...keptCodeFinding()]
      : isUrl(target)
        ? await examineServer(target, context)
        : examine(pathOf(target), need);
  for (const finding of findings) {
    output.event({ type: 'finding', ...finding });
    const { good, bad, warn, soft } = output.resultPalette;
    const mark = { ok: good('ok     '), warning: warn('warning'), failure: bad('failure') }[finding.outcome];
    const help = finding.help === undefined ? '' : `\n         ${soft('help:')} ${printable(finding.help)}`;
    if (!output.isQuiet || finding.outcome === 'failure') output.result(`${mark}  ${finding.check}: ${printable(finding.note)}${help}`);
  }
  const failures = findings.filter(({ outcome }) => outcome === 'failure').length;
  const exitStatus = failures === 0 ? EXIT.ok : EXIT.target;
  output.event({ type: 'summary', outcome: failures === 0 ? 'complete' : 'failed', failures, exitStatus });
  return exitStatus;
}

const isUrl = (target: string): boolean => /^[a-z]+:\/\//iu.test(target);

/** The directory in a location such as `maildir:~/Maildir`. */
function pathOf(target: string): string {
  return pathsIn(target)[0] ?? target;
}

async function examineServer(url: string, { settings }: Context): Promise<Finding[]> {
  const { imapTarget } = await import('@mailferry/imap');
  const ledger = mkdtempSync(join(tmpdir(), 'mailferry-doctor-'));
  try {
    await using target = await imapTarget({ ...accountOptions(settings), url, ledger, isDryRun: true });
    const { server, preset, method, delimiter, appendLimit, quota } = target.plan();
    return [
      { check: 'sign-in', outcome: 'ok', note: server === '' ? preset : `${preset}: ${server}` },
      { check: 'method', outcome: 'ok', note: METHODS[method] },
      { check: 'folders', outcome: 'ok', note: delimiter === undefined ? 'no folders within folders' : `names are joined by ${delimiter}` },
      {
        check: 'message size',
        outcome: 'ok',
        note: appendLimit === undefined ? 'the server names no limit' : `at most ${formatBytes(appendLimit)}`,
      },
      ...quota.map(({ root, used, limit }) => quotaFinding(root, used, limit, settings.number('bytes') ?? 0)),
    ];
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    const { code, message, help } = error;
    return [{ check: 'sign-in', outcome: 'failure', note: `[${code}] ${message}`, ...(help === undefined ? {} : { help }) }];
  } finally {
    rmSync(ledger, { recursive: true, force: true });
  }
}

const METHODS = {
  multiappend: 'many messages a command (MULTIAPPEND)',
  pipelined: 'one message a command, not waiting for answers',
  synchronising: 'one message at a time: slow over long distances',
};

function quotaFinding(root: string, used: number, limit: number, need: number): Finding {
  const note = `${root === '' ? '' : `${root}: `}${formatBytes(used)} of ${formatBytes(limit)} used`;
  return used + need > limit
    ? { check: 'quota', outcome: 'failure', note: `${note}, ${formatBytes(need)} needed`, help: 'raise the quota of the account first' }
    : { check: 'quota', outcome: 'ok', note };
}
