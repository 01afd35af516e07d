import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The user that Dovecot runs as here, since it refuses root. */
export function nobody(): { uid: string; gid: string } {
  const of = (flag: string) => execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim();
  return { uid: of('-u'), gid: of('-g') };
}

/** A configuration in which the imap and doveadm binaries work on a pipe, without a daemon. */
export function writeConfiguration(home: string): string {
  const path = join(home, 'dovecot.conf');
  const lines = [
    `base_dir = ${home}/run`,
    `state_dir = ${home}/run`,
    'log_path = /dev/stderr',
    'ssl = no',
    'protocols =',
    'first_valid_uid = 1',
    'first_valid_gid = 1',
    'mail_uid = nobody',
    'mail_gid = nogroup',
    'stats_writer_socket_path =',
    'namespace inbox {\n  inbox = yes\n  separator = /\n}',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Becomes nobody, with an empty environment. */
export const asNobody = (home: string): string[] => [
  ...['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', '-i'],
  ...['PATH=/usr/sbin:/usr/bin:/sbin:/bin', `HOME=${home}`, 'USER=nobody', 'TZ=UTC'],
];

/** A Dovecot that looks into INBOX and another folder every 20 ms. */
export class PollingDovecot {
  readonly #child: ChildProcess;
  readonly #root: string;
  #stopped = false;
  #output = '';
  #log = '';
  #polls = 0;

  constructor(home: string, root: string) {
    this.#root = root;
    const imap = [...asNobody(home), '/usr/lib/dovecot/imap', '-c', join(home, 'dovecot.conf'), '-o', `mail_location=maildir:${root}`];
    // the imap binary takes pipes, not the sockets that Node makes
    this.#child = spawn('sh', ['-c', 'cat | "$@" | cat', 'sh', ...imap], { stdio: 'pipe' });
    this.#child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      this.#log += text;
    });
  }

  /** Begins once the Maildir is there (a Dovecot that comes first makes one of its own). */
  async poll(): Promise<void> {
    while (!this.#stopped) {
      if (existsSync(this.#root)) {
        this.#polls += 1;
        this.#child.stdin?.write(`a${this.#polls} SELECT INBOX\r\nb${this.#polls} STATUS Sent (MESSAGES UIDNEXT UIDVALIDITY)\r\n`);
      }
      await sleep(this.#polls > 0 ? 20 : 1);
    }
  }

  /** Ends the session; returns what was seen of INBOX, and the errors of the log. */
  async stop(): Promise<{ polls: number; uidValidities: string[]; uidNexts: number[]; errors: string[] }> {
    this.#stopped = true;
    const closed = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.stdin?.end('z LOGOUT\r\n');
    await closed;
    const all = (pattern: RegExp) => [...this.#output.matchAll(pattern)].map((m) => m[1] ?? '');
    return {
      polls: this.#polls,
      uidValidities: [...new Set(all(/\[UIDVALIDITY (\d+)\]/g))],
      uidNexts: all(/\[UIDNEXT (\d+)\]/g).map(Number),
      errors: this.#log.split('\n').filter((line) => /Error|Warning|Panic|Fatal/.test(line)),
    };
  }
}
