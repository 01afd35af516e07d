// Each table is given to the program that reads it, and asked for what it holds: names with letters that mean something elsewhere among them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.js';
import { ARTEFACTS, type HandOver } from '../src/index.js';

const NAMES = ['ann', "o'neil", 'k.lee', 'lena_m', 'jo-el', 'max+old', 'müller'];
const handOver: HandOver = {
  newHost: 'imap.example.org',
  virtualDomain: 'new.example.org',
  users: NAMES.map((user, index) => ({
    user,
    address: `${user}@example.org`,
    ...(index < 3 ? { group: 'pilot' } : {}),
    sources: [`mbox:/home/${user}/mail:INBOX=/var/mail/${user}`],
    target: `maildir:/home/${user}/Maildir`,
    messages: 10 + index,
    byHand: index === 1 ? ['7 contacts, appointments and the like to import'] : [],
  })),
};
const directory = mkdtempSync(join(tmpdir(), 'mailferry-tables-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function table(file: string): string {
  const path = join(directory, file);
  writeFileSync(path, ARTEFACTS.find((artefact) => artefact.file === file)?.render(handOver) ?? expect.fail(file));
  return path;
}

describe.runIf(hasPeer('postmap') && hasPeer('postalias'))('postfix', () => {
  // A configuration of its own: that of the machine does not matter.
  writeFileSync(join(directory, 'main.cf'), 'compatibility_level = 3.6\n');
  const run = (tool: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(tool, ['-c', directory, ...args], { encoding: 'utf8' });
    expect([tool, status, stderr]).toEqual([tool, 0, '']);
    return stdout.trim();
  };

  it('finds every address in the transport and the virtual map', () => {
    const [transport, virtual] = [table('postfix-transport'), table('postfix-virtual')];
    run('postmap', `hash:${transport}`);
    run('postmap', `hash:${virtual}`);
    for (const { user, address } of handOver.users) {
      expect(run('postmap', '-q', address, `hash:${transport}`)).toBe('smtp:[imap.example.org]');
      expect(run('postmap', '-q', address, `hash:${virtual}`)).toBe(`${user}@new.example.org`);
    }
  });

  it('finds every name among the aliases, as sendmail would', () => {
    const aliases = table('aliases');
    run('postalias', `hash:${aliases}`);
    for (const { user } of handOver.users) expect(run('postalias', '-q', user, `hash:${aliases}`)).toBe(`${user}@new.example.org`);
  });
});

describe.runIf(hasPeer('makebdb'))('perdition', () => {
  it('has every user with the host, without white space around it', () => {
    const database = join(directory, 'popmap.bdb.db');
    const made = spawnSync('makebdb', [database], { input: readFileSync(table('perdition-popmap')), encoding: 'utf8' });
    expect(made.status).toBe(0);
    const lines = execFileSync('makebdb', ['--undo', database], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.sort()).toEqual(NAMES.map((user) => `${user}:imap.example.org`).sort());
  });
});

describe.runIf(hasPeer('doveconf'))('dovecot', () => {
  it('takes the namespace of the old store, one for all users', () => {
    const config = join(directory, 'dovecot.conf');
    const snippet = table('dovecot-old-mail.conf');
    writeFileSync(config, `mail_location = maildir:~/Maildir\nnamespace inbox {\n  inbox = yes\n  separator = /\n}\n!include ${snippet}\n`);
    const { status, stdout, stderr } = spawnSync('doveconf', ['-c', config, '-n'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('namespace old {');
    expect(stdout).toContain('location = mbox:/home/%u/mail:INBOX=/var/mail/%u');
    expect(stdout).not.toContain('namespace old2');
  });
});

it('the runbook has each group with its users, their places and what is left to do', () => {
  const text = readFileSync(table('runbook.md'), 'utf8');
  expect(text).toContain('# Switch of group pilot (3)');
  expect(text).toContain('# Switch of all users (4)');
  expect(text).toContain(
    "- [ ] o'neil (o'neil@example.org), 11 messages: `mbox:/home/o'neil/mail:INBOX=/var/mail/o'neil` → `maildir:/home/o'neil/Maildir`",
  );
  expect(text).toContain('  - [ ] 7 contacts, appointments and the like to import');
  expect(readFileSync(table('migrated-addresses'), 'utf8').trim().split('\n')).toEqual(NAMES.map((user) => `${user}@example.org`));
});
