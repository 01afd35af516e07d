import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const MESSAGES = 5000;
/** Large enough that the file is read in several windows. */
const BODY = 'The ferry leaves at noon.\n'.repeat(200);

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops after the messages in flight with %i, and the same command goes on', async (signal, status) => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(MESSAGES, BODY));
    const args = ['convert', '--fsync', 'none', '--json', directory.of('mbox'), directory.of('Maildir')];
    let sent = false;
    const stopped = await mailferry(args, {
      onOutput: (child) => {
        if (!sent) sent = child.kill(signal);
      },
    });
    const summary = jsonLines(stopped.stdout).at(-1) ?? {};
    expect(stopped.status).toBe(status);
    expect(summary).toMatchObject({ type: 'summary', outcome: 'interrupted', exitStatus: status });
    const before = (summary['totals'] as { written: number }).written;
    expect(before).toBeLessThan(MESSAGES);
    expect(String(summary['next'])).toContain('To go on, run the same command again: mailferry convert');

    const resumed = await mailferry(args);
    expect(resumed.status).toBe(0);
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({
      outcome: 'complete',
      totals: { read: MESSAGES, alreadyPresent: before, written: MESSAGES - before },
    });
    expect(readdirSync(directory.of('Maildir/cur')).length + readdirSync(directory.of('Maildir/new')).length).toBe(MESSAGES);
  });
});

describe('a hang-up', () => {
  it('does not end a run whose output goes to no terminal, as under nohup', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(MESSAGES, BODY));
    let sent = false;
    const run = await mailferry(['convert', '--fsync', 'none', '--json', directory.of('mbox'), directory.of('Maildir')], {
      onOutput: (child) => {
        if (!sent) sent = child.kill('SIGHUP');
      },
    });
    expect(sent).toBe(true);
    expect(run.status).toBe(0);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ outcome: 'complete', totals: { written: MESSAGES } });
  });
});

describe('a signal while inspect counts', () => {
  it('ends with 130, and the last line says what was counted until then', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(MESSAGES, BODY));
    let sent = false;
    const stopped = await mailferry(['inspect', '--messages', '--json', directory.of('mbox')], {
      onOutput: (child) => {
        if (!sent) sent = child.kill('SIGINT');
      },
    });
    expect(stopped.status).toBe(130);
    const lines = jsonLines(stopped.stdout);
    expect(lines.at(-1)).toMatchObject({ type: 'inspection', interrupted: true, messages: lines.length - 1 });
    expect(lines.length).toBeLessThan(MESSAGES);
  });
});

const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

describe('a signal before anything is in flight', () => {
  it('is obeyed at once, though the server never says a word', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(
      process.execPath,
      [PROGRAM, 'upload', '--ledger', directory.of('ledger'), directory.of('mbox'), `imap://ann@127.0.0.1:${port}/`],
      { stdio: 'ignore', env: { ...process.env, MAILFERRY_PASSWORD: 'pw' } },
    );
    server.once('connection', () => child.kill('SIGINT'));
    expect(await once(child, 'exit')).toEqual([130, null]);
    server.close();
  });
});
