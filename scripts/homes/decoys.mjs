// What lies in homes beside mail: things that look like mail, settings of mail programs, and traps for whoever walks in with root's rights.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';

/** Files that begin like mail and are none. */
export function lookalikes(home, maker) {
  const { random, script } = maker;
  home.decoy(
    'mail/procmail.log',
    'From ben@example.net  Wed Feb 11 11:40:05 2004\n Subject: Lunch?\n  Folder: /var/mail/ann                        812\n'.repeat(6),
    'a log of procmail',
  );
  home.decoy('from-memory.txt', 'From memory: call the yard, buy rope, thank Eve.\nThe rest follows.\n', 'a note');
  home.decoy('Documents/offer.txt', 'From the harbour office\n\nDear Sir,\nwe write about the mast.\n', 'a letter');
  home.decoy(
    'src/0001-mend-the-pump.patch',
    `From 3f1c0a9be8d24f6a7b1c0a9be8d24f6a7b1c0a9b Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@example.org>\nDate: Tue, 3 Feb 2009 10:00:00 +0100\nSubject: [PATCH] mend the pump\n\n---\n pump.c | 2 +-\n\ndiff --git a/pump.c b/pump.c\n`,
    'a patch of git',
  );
  home.decoy(`Pictures/${script.words[1]}.gif`, Buffer.concat([Buffer.from('GIF89a'), pictureOctets(random, 2000)]), 'a picture');
  home.decoy('bin/tool', Buffer.concat([Buffer.from('\x7fELF'), pictureOctets(random, 3000)]), 'a program', 0o755);
  home.decoy('notes.conf', 'host: mail.example.org\nport: 993\nuser: ann\n', 'settings');
  home.decoy('random.bin', pictureOctets(random, 5000), 'binary');
  home.decoy('mail/.sent-mail.lock', '', 'a lock');
  home.decoy('dead.letter~', '', 'an empty file');
  home.decoy('access.log', '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326\n'.repeat(20), 'a log');
}

/** Dot files that say where mail comes from and goes to; what they say is noted. */
export function settings(home, maker) {
  const { random, script } = maker;
  const forward = random.pick([
    undefined,
    'other@example.net\n',
    `\\${home.user}, copy@example.net\n`,
    '"|IFS=\' \' && exec /usr/bin/procmail -f- || exit 75 #ann"\n',
    `\\${home.user}, "|/usr/bin/vacation ${home.user}"\n`,
    `${home.root}/mail/incoming\n`,
  ]);
  if (forward !== undefined) {
    home.decoy('.forward', forward, 'settings');
    home.notes.forward = forward.trim();
  }
  if (random.chance(0.4)) {
    home.decoy(
      '.procmailrc',
      `MAILDIR=$HOME/mail\nDEFAULT=$MAILDIR/inbox-new\nLOGFILE=procmail.log\n\n:0:\n* ^List-Id:.*sailing\nlists/sailing\n\n:0\n* ^Subject:.*urgent\n! pager@example.net\n\n:0 w\n* ^X-Spam: yes\n| /usr/local/bin/learn\n`,
      'settings',
    );
    home.notes.procmail = ['lists/sailing', 'inbox-new', 'pager@example.net'];
  }
  if (random.chance(0.6)) {
    home.decoy(
      '.pinerc',
      `# Updated by Pine(tm) 4.64, copyright 1989-2005 University of Washington.\npersonal-name=${script.words[0]}\nuser-domain=example.org\ninbox-path=\nfolder-collections="Mail" mail/[],\n\t"Shared" {imap.example.org}#shared/[]\ndefault-fcc=sent-mail\nincoming-folders=Lists mail/lists/sailing\n`,
      'settings',
    );
    home.notes.pine = true;
  }
}

/** Links, pipes and files of others: each leads somewhere where a reader with too many rights does harm. */
export function traps(home, { neighbour, canaries, isRoot }) {
  home.symlink('mail/passwords', '/etc/shadow', 'link to /etc/shadow');
  home.symlink('mail/neighbour', neighbour.root, 'link to another home');
  home.symlink('old-spool', neighbour.spool, 'link to the spool of another');
  home.symlink('loop', '.', 'link to the home itself');
  home.fifo('mail/pipe');
  const closed = home.decoy(
    'mail/closed',
    'From a@example.org Sat Jan  3 01:05:34 1998\nFrom: a@example.org\n\nclosed\n',
    'unreadable',
    0o600,
  );
  chmodSync(closed, 0);
  const room = home.directory('private');
  home.decoy('private/mail', 'From a@example.org Sat Jan  3 01:05:34 1998\nFrom: a@example.org\n\nclosed\n', 'in an unreadable directory');
  chmodSync(room, 0);
  if (!isRoot) return;
  // Files of root that got here by somebody's mistake, and second names of what belongs to others.
  const roots = home.decoy(
    'mail/of-root',
    'From root@example.org Sat Jan  3 01:05:34 1998\nFrom: root@example.org\n\nsecret\n',
    'of root',
    0o600,
  );
  chownSync(roots, 0, 0);
  home.hardLink('mail/canary', canaries.readable, 'hard link to what belongs to another');
  home.hardLink('mail/canary-closed', canaries.closed, 'hard link to what only root may read');
}

/** Makes every pipe of all homes with one program a thousand. */
export function makeFifos(homes) {
  const all = homes.flatMap(({ fifos, uid, gid }) => fifos.map((path) => ({ path, uid, gid })));
  for (let at = 0; at < all.length; at += 1000) {
    const part = all.slice(at, at + 1000);
    execFileSync('mkfifo', ['-m', '600', ...part.map(({ path }) => path)]);
    if (process.getuid?.() === 0) for (const { path, uid, gid } of part) chownSync(path, uid, gid);
  }
}

function pictureOctets(random, size) {
  const octets = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) octets.writeUInt32LE(random.below(2 ** 32), at);
  return octets;
}
