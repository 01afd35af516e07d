// A small department for the chaos: homes with odd names and odd trouble, the manifest for them, and the truth, since it is made here. Seeded.
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ctime, mailDate } from '../homes/mail.mjs';

const HOMES = [
  'plain',
  'with blank',
  'semi;colon',
  'com,ma',
  'quo"te',
  "apo'strophe",
  'pi|pe',
  'per%cent',
  '%u',
  'back\\slash',
  'ümlaut',
  'e\u0301',
  '-dash',
  '#hash',
  '$HOME',
];
const FOLDERS = [
  'Sent',
  'a.b',
  'with blank',
  'Отчёты',
  'per%cent',
  'A&B',
  'x~y',
  'star*',
  'Sent Items',
  'sub/one',
  'sub/two',
  'sub/deep/er',
  'pi|pe',
  '草稿',
  '2024',
  'quo"te',
];
/** What is to become of a user: `full` has too little room until it is given, the others can never be converted. */
const TROUBLE = ['full', 'stranger', 'absent', 'closed', 'fifo'];

/** One user: where the mail lies, what there is of it, and how the manifest names it. */
class User {
  constructor(base, number, random) {
    this.user = `u${number}${random.pick(['', '.x', '_y', '-z'])}`;
    this.uid = 31_000 + number;
    this.trouble = number < TROUBLE.length ? TROUBLE[number] : undefined;
    this.home = join(base, 'home', `${number} ${random.pick(HOMES)}`);
    this.mail = join(this.home, random.pick(['mail', 'Mail', 'old mail']));
    this.target = join(this.home, random.pick(['Maildir', 'mail dir', 'M;ail']));
    /** Every message: where it was put and its text without the mailbox's own header. */
    this.messages = new Map();
    this.random = random;
  }

  /** One more message in a folder, as a delivery would put it there. */
  deliver(folder) {
    const { random, user } = this;
    const token = `${user}/${this.messages.size}`;
    const time = Date.UTC(1999 + random.below(25), random.below(12), 1 + random.below(28), random.below(24), random.below(60));
    const body = `${token}\n${random.chance(0.2) ? '>From here on\n' : ''}${'text and text\n'.repeat(random.below(random.chance(0.02) ? 60_000 : 80))}`;
    const text = `Date: ${mailDate(time)}\nFrom: a@example.org\nSubject: ${token}\nMessage-ID: <${this.messages.size}.${user}@example.org>\n\n${body}`;
    const isSeen = random.chance(0.5);
    const path = join(this.mail, folder);
    const isNew = !existsSync(path);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `From a@example.org ${ctime(time)}\n${text.replace('\n\n', isSeen ? '\nStatus: RO\n\n' : '\nStatus: O\n\n')}\n`);
    this.messages.set(token, { folder, text, isSeen });
    if (isNew && process.getuid?.() === 0) for (let at = path; at !== this.home; at = dirname(at)) chownSync(at, this.uid, this.uid);
  }

  row() {
    const source = this.mail.replaceAll('|', String.raw`\|`);
    return [this.user, this.trouble === 'absent' ? `${source}-none` : source, this.target, 'all']
      .map((cell) => `"${cell.replaceAll('%', '%%').replaceAll('"', '""')}"`)
      .join(';');
  }
}

/** Makes the homes below a directory; the users, whose `messages` are the truth. */
export function makeHomes(base, count, random) {
  mkdirSync(join(base, 'home'), { recursive: true });
  const users = Array.from({ length: count }, (_, number) => new User(base, number, random));
  return users;
}

/** Fills one home, after what has to be mounted is there. */
export function fillHome(user) {
  const { random } = user;
  mkdirSync(user.mail, { recursive: true });
  for (const path of [user.home, user.mail]) chownSync(path, user.uid, user.uid);
  chmodSync(user.home, 0o700);
  const folders = ['INBOX', ...FOLDERS.filter(() => random.chance(0.3))];
  user.folders = folders;
  for (const folder of folders) for (let n = random.below(random.chance(0.2) ? 300 : 30); n >= 0; n -= 1) user.deliver(folder);
  if (user.trouble === 'closed') {
    chownSync(user.mail, 0, 0);
    chmodSync(user.mail, 0o700);
  }
}

/** The manifest, and what the system has to know of the users. */
export function tables(users) {
  return {
    manifest: ['user;source;target;group', ...users.map((user) => user.row()), ''].join('\n'),
    passwd: users
      .filter(({ trouble }) => trouble !== 'stranger')
      .map(({ user, uid, home }) => `${user}:x:${uid}:${uid}::${home.replaceAll(':', '')}:/bin/sh\n`)
      .join(''),
    group: users.map(({ user, uid }) => `${user}:x:${uid}:\n`).join(''),
  };
}
