// A real Dovecot opens every folder of a Maildir where it lies: it moves new/ to cur/, writes its indexes, and may rewrite the uidlist.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IMAP = '/usr/lib/dovecot/imap';
const USER = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

/** True for root where a Dovecot is installed: it has to become an unprivileged user. */
export function canOpen() {
  return existsSync(IMAP) && process.getuid?.() === 0;
}

/** Opens all folders; what Dovecot complained of. */
export function openInPlace(maildir) {
  const home = mkdtempSync(join(tmpdir(), 'dovecot-'));
  try {
    chmodSync(home, 0o755);
    mkdirSync(join(home, 'run'));
    const conf = join(home, 'dovecot.conf');
    const lines = [
      `base_dir = ${join(home, 'run')}`,
      `state_dir = ${join(home, 'run')}`,
      'log_path = /dev/stderr',
      'ssl = no',
      'protocols =',
      'first_valid_uid = 1',
      'first_valid_gid = 1',
      'mail_uid = nobody',
      'mail_gid = nogroup',
      'stats_writer_socket_path =',
      'namespace inbox {',
      '  inbox = yes',
      '  separator = /',
      '}',
    ];
    writeFileSync(conf, `${lines.join('\n')}\n`);
    spawnSync('chown', ['-R', 'nobody:nogroup', home, maildir]);
    spawnSync('chmod', ['-R', 'a+rX', join(maildir, '..')]);
    const talk = (script) =>
      spawnSync(
        'setpriv',
        [
          ...USER,
          'env',
          '-i',
          'PATH=/usr/bin:/bin',
          `HOME=${home}`,
          'USER=nobody',
          'TZ=UTC',
          IMAP,
          '-c',
          conf,
          '-o',
          `mail_location=maildir:${maildir}`,
        ],
        {
          input: script,
          encoding: 'latin1',
          maxBuffer: 1 << 28,
          cwd: home,
        },
      );
    const names = [
      ...talk('a LIST "" "*"\r\nb LOGOUT\r\n').stdout.matchAll(
        /^\* LIST \((?![^)]*(?:NoSelect|NonExistent))[^)]*\) "." (?:"((?:[^"\\]|\\.)*)"|(\S+))\r$/gim,
      ),
    ].map(([, quoted, atom]) => (quoted === undefined ? `"${atom}"` : `"${quoted}"`));
    const { stdout, stderr } = talk(
      `${names.map((name, i) => `s${i} SELECT ${name}\r\nf${i} UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])\r\n`).join('')}z LOGOUT\r\n`,
    );
    const refused = stdout.split('\r\n').filter((line) => /^[sf]\d+ (?:NO|BAD)/.test(line));
    return [
      ...(names.length === 0 ? ['no folder is listed'] : []),
      ...refused,
      ...stderr
        .split('\n')
        .filter((line) => /Error|Warning|Panic|Fatal/.test(line))
        .slice(0, 3),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
