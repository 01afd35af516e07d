// What a real Dovecot serves from a copy of a Maildir that a kill left: it must open it without a complaint, and every message that it serves must be the one
// that the undisturbed run has in that folder under that UID. Messages that are not there yet are no fault.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../oracle/dovecot_home.py');

/** True where a Dovecot can be asked: it wants root, to become an unprivileged user. */
export function hasDovecot() {
  return existsSync('/usr/lib/dovecot/imap') && existsSync('/usr/lib/dovecot/pop3') && process.getuid?.() === 0;
}

/** The folders of a Maildir with their messages by UID, and what Dovecot complained of. */
export function served(maildir) {
  const { status, stdout, stderr } = spawnSync('python3', [SCRIPT, maildir, 'maildir:~/in'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  const { view } = JSON.parse(stdout);
  const folders = new Map();
  const errors = [];
  for (const [name, [head, messages]] of Object.entries(view)) {
    folders.set(name, new Map(messages.map(({ uid, sha256, date }) => [uid, `${sha256} ${date}`])));
    for (const error of head.errors) errors.push(`Dovecot in ${name}: ${error}`);
  }
  return { folders, errors };
}

/** What is wrong with a view, in lines. */
export function differences(wanted, found) {
  const wrong = [...found.errors];
  for (const [name, messages] of found.folders) {
    const known = wanted.folders.get(name);
    for (const [uid, message] of messages) {
      const own = known?.get(uid);
      if (own !== message) wrong.push(`Dovecot serves in ${name} under UID ${uid} ${message}, of an undisturbed run ${own}`);
    }
  }
  return wrong;
}
