import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.ts';
import { type Dovecot, hasDovecot, startDovecot } from '../../imap/test/dovecot.js';
import { jsonLines, mailferry, mboxMessage, mboxOf, temporary } from './run-program.js';

describe.skipIf(!hasDovecot())('upload --verify to a real Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot?.stop());

  it('prints the verdict before the summary, which is the last line', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(5));
    const args = ['--json', '--verify', '--ledger', directory.of('ledger'), directory.of('mbox'), dovecot.url('ann')];
    const env = { MAILFERRY_PASSWORD: 'pw' };
    const run = await mailferry(['upload', ...args], { env });
    const lines = jsonLines(run.stdout);
    expect([run.status, ...lines.map(({ type }) => type).slice(-3)]).toEqual([0, 'folder', 'verify', 'summary']);
    expect(lines.slice(-2)).toMatchObject([
      { verdict: 'All 5 messages of the source are on the server, octet by octet', expected: 5, failures: 0, exitStatus: 0 },
      { totals: { written: 5 }, exitStatus: 0 },
    ]);
  });

  it('says at the end of a dry run that the account will not hold all of it', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(50));
    const small = await startDovecot({ quota: '1K' });
    try {
      const run = await mailferry(['upload', '-n', '--ledger', directory.of('ledger'), directory.of('mbox'), small.url('ann')], {
        env: { MAILFERRY_PASSWORD: 'pw' },
      });
      expect(run.stdout).toMatch(/^The account will not hold all of it: .+ free in User quota$/m);
    } finally {
      await small.stop();
    }
  });

  it('tells what the source has no more, and flags it, however this run reaches the account', async () => {
    using directory = temporary();
    const url = dovecot.url('cid');
    const upload = (...flags: string[]) =>
      mailferry(['upload', '--json', '--ledger', directory.of('ledger'), ...flags, directory.of('mbox'), url], {
        env: { MAILFERRY_PASSWORD: 'pw' },
      });
    const messages = Array.from({ length: 4 }, (_, i) => mboxMessage(i, `Berth ${i} is free.`));
    writeFileSync(directory.of('mbox'), messages.join(''));
    await upload();
    writeFileSync(directory.of('mbox'), messages.slice(1).join(''));
    writeFileSync(directory.of('password'), 'pw\n');
    const second = await upload(
      '--propagate-deletes',
      '--connections',
      '1',
      '--max-rate',
      '1000',
      '--password-file',
      directory.of('password'),
    );
    expect([second.status, jsonLines(second.stdout).at(-1)]).toMatchObject([0, { totals: { read: 3, alreadyPresent: 3 } }]);
    expect(jsonLines(second.stdout).filter(({ type }) => type === 'issue')).toMatchObject([{ code: 'SOURCE_MESSAGE_GONE' }]);
  });

  /** What a user does with a mail client. */
  const act = (user: string, commands: string): void => {
    const script = `import imaplib\nm = imaplib.IMAP4('127.0.0.1', ${dovecot.port})\nm.login('${user}', 'pw')\nm.select()\n${commands}\nm.logout()\n`;
    const { status, stderr } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  };

  it.skipIf(!hasPeer('python3'))('verify compares an account by itself, with the ledger and without', async () => {
    using directory = temporary();
    const odd = mboxMessage(90, 'a NUL \0 in the text').replace('crossing 90', 'odd');
    const flagged = mboxMessage(91, 'Seen and kept.').replace('Subject:', 'Status: RO\nX-Keywords: Harbour\nSubject:');
    writeFileSync(
      directory.of('mbox'),
      Array.from({ length: 4 }, (_, i) => mboxMessage(i, `Berth ${i} is free.`)).join('') + flagged + odd,
    );
    const env = { MAILFERRY_PASSWORD: 'pw' };
    const url = dovecot.url('bob');
    const verify = async (ledger: string) => {
      const run = await mailferry(['verify', '--json', '--ledger', directory.of(ledger), directory.of('mbox'), url], { env });
      const lines = jsonLines(run.stdout);
      return {
        status: run.status,
        kinds: lines.filter(({ type }) => type === 'difference').map(({ kind }) => kind),
        summary: lines.at(-1),
      };
    };
    await mailferry(['upload', '-q', '--ledger', directory.of('ledger'), directory.of('mbox'), url], { env });

    // Dovecot serves NUL as 0x80, as the dry run says.
    const altered = ['alteredByServer'];
    expect(await verify('ledger')).toMatchObject({
      status: 0,
      kinds: altered,
      summary: { expected: 6, equal: 5, ledger: true, failures: 0 },
    });
    expect(await verify('none')).toMatchObject({
      status: 0,
      kinds: altered,
      summary: { expected: 6, equal: 5, ledger: false, failures: 0 },
    });

    act(
      'bob',
      "m.uid('STORE', '1', '+FLAGS', '(\\\\Flagged)')\nm.create('Kept')\nm.uid('MOVE', '2', 'Kept')\nm.uid('STORE', '3', '+FLAGS', '(\\\\Deleted)')\nm.expunge()",
    );
    const user = await verify('ledger');
    expect([user.status, user.kinds.sort()]).toEqual([0, ['alteredByServer', 'flagsByUser', 'movedByUser', 'removedByUser']]);
    const unproven = await verify('none');
    expect([unproven.status, unproven.kinds.sort()]).toEqual([1, ['additional', 'alteredByServer', 'flagsUnproven', 'missing', 'missing']]);
  });
});
