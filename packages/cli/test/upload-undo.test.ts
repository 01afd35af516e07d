import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.ts';
import { type Dovecot, hasDovecot, startDovecot } from '../../imap/test/dovecot.js';
import { readAccount } from '../../imap/test/read-account.js';
import { jsonLines, mailferry, mboxMessage, mboxOf, type Run, temporary } from './run-program.js';

const env = { MAILFERRY_PASSWORD: 'pw' };

/** The last JSON line of a run. */
function summary({ stdout }: Run): Record<string, unknown> {
  return jsonLines(stdout).at(-1) ?? {};
}

describe.skipIf(!hasDovecot())('upload and undo with a real Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ quota: '2M' });
  });
  afterAll(() => dovecot?.stop());

  it('changes nothing in a dry run, uploads once, and takes it back by the name that it prints', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(7));
    const url = dovecot.url('ben');
    const args = ['upload', '--ledger', directory.of('ledger'), directory.of('mbox'), url];
    const dry = await mailferry([...args, '-n'], { env });
    expect([dry.status, await readAccount(url)]).toEqual([0, []]);
    expect(dry.stdout).toContain('is there: INBOX');
    const first = await mailferry(args, { env });
    const printed = /mailferry (undo .*)/.exec(first.stdout)?.[1]?.split(' ') ?? [];
    const run = printed.at(-1) ?? '';
    expect([first.status, (await readAccount(url)).length]).toEqual([0, 7]);
    expect(summary(await mailferry([...args, '--json'], { env }))).toMatchObject({ totals: { written: 0, alreadyPresent: 7 } });
    const undo = (...more: string[]) => mailferry(['undo', '--json', '--ledger', directory.of('ledger'), ...more], { env });
    expect(summary(await undo('-n', run))).toMatchObject({ removed: 7, dryRun: true });
    expect(summary(await mailferry([...printed, '-n', '--json'], { env }))).toMatchObject({ run, removed: 7 });
    expect(await readAccount(url)).toHaveLength(7);
    const undone = await undo(run);
    expect(undone.status).toBe(0);
    expect(summary(undone)).toMatchObject({ type: 'summary', run, removed: 7, kept: 0 });
    expect(await readAccount(url)).toEqual([]);
    const twice = await mailferry(['undo', '--ledger', directory.of('ledger'), run], { env });
    expect([twice.status, twice.stdout]).toEqual([0, 'Nothing of that upload is left in the account\n']);
    expect((await undo('20200101-000000-none')).status).toBe(64);
  });

  it('ends an account that is full with 73, a whole report and a whole ledger', async () => {
    using directory = temporary();
    const big = `${'x'.repeat(75)}\n`.repeat(4000);
    writeFileSync(directory.of('mbox'), mboxOf(12, big));
    const args = ['upload', '--json', '--ledger', directory.of('ledger'), '--report', directory.of('report.json')];
    const run = await mailferry([...args, directory.of('mbox'), dovecot.url('full')], { env });
    expect(run.status, run.stderr).toBe(73);
    const { totals, exitStatus, issues } = summary(run) as {
      totals: Record<string, number>;
      exitStatus: number;
      issues: Record<string, number>;
    };
    expect(exitStatus).toBe(73);
    expect(totals['read']).toBe((totals['written'] ?? 0) + (totals['failed'] ?? 0));
    expect(issues['IMAP_QUOTA_SHORT']).toBe(1);
    const stored = await readAccount(dovecot.url('full'));
    expect(stored).toHaveLength(totals['written'] ?? 0);
    const report = readFileSync(directory.of('report.json'), 'utf8');
    expect(report).toContain('IMAP_QUOTA_REACHED');
    expect(report).toContain('The account is full');
    // Nothing that is there is sent again; the account is still full.
    const again = await mailferry([...args, directory.of('mbox'), dovecot.url('full')], { env });
    expect([again.status, summary(again)]).toMatchObject([73, { totals: { written: 0, alreadyPresent: totals['written'] } }]);
  });

  it('leaves out what is not mail with @not-mail, and keeps to --max-rate', async () => {
    using directory = temporary();
    for (const name of ['INBOX', 'Calendar', 'Entwürfe', 'Work']) writeFileSync(directory.of(name), mboxOf(4));
    const common = ['upload', '--json', '--ledger', directory.of('.ledger')];
    const url = dovecot.url('carl');
    const run = await mailferry([...common, '--exclude-folder', '@not-mail', '--max-rate', '1000', directory.path, url], { env });
    expect(run.status, run.stderr).toBe(0);
    expect([...new Set((await readAccount(url)).map((line) => line.split(' ')[0]))]).toEqual(['INBOX', 'Work']);
  });

  it('stops with 75 when as much is uploaded as --stop-after says, and goes on with the same command', async () => {
    const roomy = await startDovecot();
    using directory = temporary();
    const [mbox, url] = [directory.of('mbox'), roomy.url('dora')];
    const common = ['upload', '--json', '--ledger', directory.of('ledger')];
    // What is on the way when the size is reached is uploaded as well: a few MiB.
    writeFileSync(mbox, mboxOf(400, `${'y'.repeat(70)}\n`.repeat(1000)));
    const part = [...common, '--stop-after', '200K', mbox, url];
    const first = await mailferry(part, { env });
    expect(first.status).toBe(75);
    const written = (summary(first)['totals'] as Record<string, number>)['written'] ?? 0;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(400);
    expect(await readAccount(url)).toHaveLength(written);
    const second = await mailferry([...common, mbox, url], { env });
    expect([second.status, summary(second)]).toMatchObject([0, { totals: { written: 400 - written, alreadyPresent: written } }]);
    await roomy.stop();
  });

  it('takes the password from a file or a command, and never shows it', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxMessage(1));
    writeFileSync(directory.of('secret'), 'pw\n');
    chmodSync(directory.of('secret'), 0o600);
    const upload = (...more: string[]) =>
      mailferry(['upload', '--ledger', directory.of('ledger'), ...more, directory.of('mbox'), dovecot.url('eve')]);
    expect((await upload('--password-file', directory.of('secret'))).status).toBe(0);
    expect((await upload('--password-command', `cat '${directory.of('secret')}'`)).status).toBe(0);
    const failed = await upload('--password-command', 'echo very-secret; exit 3');
    expect(failed.status).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain('IMAP_NO_SECRET');
    expect(failed.stdout + failed.stderr).not.toContain('very-secret');
    expect((await mailferry(['upload', directory.of('mbox'), dovecot.url('eve')], { env: { MAILFERRY_PASSWORD: 'wrong' } })).status).toBe(
      77,
    );
    expect((await upload()).stderr).toContain('IMAP_NO_SECRET');
    expect(
      readdirSync(directory.of('ledger')).every((name) => !readFileSync(`${directory.of('ledger')}/${name}`, 'utf8').includes('pw\n')),
    ).toBe(true);
  });

  it.skipIf(!hasPeer('python3'))('asks for the password on a terminal, and does not echo it', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxMessage(1));
    writeFileSync(directory.of('terminal.py'), TERMINAL);
    const program = new URL('../bin/mailferry.js', import.meta.url).pathname;
    const args = [program, 'upload', '--ledger', directory.of('ledger'), directory.of('mbox'), dovecot.url('fay')];
    const run = spawnSync('python3', [directory.of('terminal.py'), process.execPath, ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain('password: ');
    expect(run.stdout.replace('password: ', '')).not.toContain('pw');
    expect(await readAccount(dovecot.url('fay'))).toHaveLength(1);
  });
});

/** Runs a program on a terminal of its own and types the password when it is asked for. */
const TERMINAL = `import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
said, typed = b'', False
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    said += chunk
    if b'password: ' in said and not typed:
        os.write(fd, b'px\\x7fw\\r')
        typed = True
sys.stdout.write(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
