// Makes the homes of a department as they lie on an old server, with the truth about them. Seeded: the same arguments make the same homes.
// usage: node scripts/make-homes.mjs DIRECTORY [--users 500] [--seed 1] [--messages 24] [--big 2G] [--uid-base 20000] [--files 0]
//   DIRECTORY/home/USER, DIRECTORY/var/mail/USER, DIRECTORY/etc/{passwd,group}, DIRECTORY/canary, DIRECTORY/truth.json, DIRECTORY/manifest.csv
//   --messages  mean number of messages of a user          --big    size of the one large spool (default 2G for 500 users and more, else 4M)
//   --uid-base  the first user's uid and gid (as root; else all belongs to who runs this)      --files  so many more files that are no mail
// Run `npm run build` before (the writer of PSTs).
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lookalikes, makeFifos, settings, traps } from './homes/decoys.mjs';
import { Home } from './homes/home.mjs';
import { writeLargeMbox } from './homes/large.mjs';
import { MailMaker, numbers, SCRIPTS } from './homes/mail.mjs';
import { compressedTree, emlFiles, maildir, mhTree, mmdfTree, pst, takeout, thunderbird, uwTree } from './homes/stores.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(['users', 'seed', 'messages', 'big', 'uid-base', 'files'].map((name) => [name, { type: 'string' }])),
});
const base = resolve(positionals[0] ?? 'homes');
const users = Number(values.users ?? 500);
const seed = Number(values.seed ?? 1);
const mean = Number(values.messages ?? 24);
const big = octets(values.big ?? (users >= 500 ? '2G' : '4M'));
const uidBase = Number(values['uid-base'] ?? 20_000);
const more = Number(values.files ?? 0);
// The modes are as written here, whoever runs this.
process.umask(0);
const isRoot = process.getuid?.() === 0;
/** Group `mail` of Debian. */
const MAIL_GID = 8;
const NAMES = [
  'ann',
  'ben',
  'clara',
  'dora',
  'emil',
  'fritz',
  'gül',
  'hana',
  'ivan',
  'jo-el',
  'k.lee',
  'lena_m',
  'mia',
  'noor',
  'olga',
  'pavel',
];
const GROUPS = ['pilot', 'physics', 'library', 'office'];

/** The kinds of homes; a kind that stands twice is more frequent. */
const KINDS = {
  uw: uwTree,
  mmdf: mmdfTree,
  mh: mhTree,
  maildir,
  thunderbird,
  takeout,
  pst,
  ost: (home, maker, count) => pst(home, maker, count, { variant: 'ost4k' }),
  compressed: compressedTree,
  eml: emlFiles,
  two: (home, maker, count) => {
    uwTree(home, maker, Math.ceil(count / 2));
    maildir(home, maker, Math.ceil(count / 2));
  },
  three: (home, maker, count) => {
    uwTree(home, maker, Math.ceil(count / 2));
    thunderbird(home, maker, Math.ceil(count / 4));
    pst(home, maker, Math.ceil(count / 4));
  },
  none: () => undefined,
};
const ORDER = [
  'uw',
  'uw',
  'mmdf',
  'mh',
  'maildir',
  'thunderbird',
  'takeout',
  'pst',
  'uw',
  'ost',
  'compressed',
  'eml',
  'two',
  'uw',
  'three',
  'none',
];

function octets(text) {
  const [, number, unit] = /^(\d+)([KMG]?)$/i.exec(text) ?? [];
  if (number === undefined) throw new Error(`not a size: ${text}`);
  return Number(number) * { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit.toUpperCase()];
}

/** Login names are ASCII, as useradd demands. */
const login = (index) =>
  `${(NAMES[index % NAMES.length] ?? 'u').normalize('NFD').replaceAll(/[^a-z._-]/g, '')}${String(index + 1).padStart(3, '0')}`;

function makeHome(index) {
  const random = numbers(seed * 100_003 + index);
  const uid = isRoot ? uidBase + index : (process.getuid?.() ?? 0);
  const gid = isRoot ? uid : (process.getgid?.() ?? 0);
  const home = new Home({ base, user: login(index), uid, gid, mailGid: MAIL_GID, isRoot });
  home.group = GROUPS[index % GROUPS.length];
  const maker = new MailMaker({ user: home.user, random, script: SCRIPTS[index % SCRIPTS.length] });
  const count = Math.max(1, Math.round(mean * (0.3 + 1.4 * random.next())));
  home.kind = kindOf(index);
  if (home.kind === 'corrupt') pst(home, maker, 40, { isCorrupt: true });
  else if (home.kind === 'big') bigSpool(home);
  else KINDS[home.kind](home, maker, count);
  lookalikes(home, maker);
  settings(home, maker);
  return home;
}

/** The last two users have what there is only once: a spool of gigabytes and a corrupt PST. */
function kindOf(index) {
  if (users > 2 && index === users - 1) return 'big';
  if (users > 2 && index === users - 2) return 'corrupt';
  return ORDER[index % ORDER.length];
}

function bigSpool(home) {
  const written = writeLargeMbox(home.spool, big, { uid: home.uid, gid: MAIL_GID, isRoot });
  home.counts(home.spool, { format: 'mbox', ...written });
  home.sources.push(`mbox:${home.spool}`);
}

/** Files that no program may touch but those of root. */
function makeCanaries() {
  mkdirSync(join(base, 'canary'), { mode: 0o711 });
  const text = 'From canary@example.org Sat Jan  3 01:05:34 1998\nFrom: canary@example.org\nSubject: nobody reads this\n\nsing\n';
  const [readable, closed] = ['readable', 'closed'].map((name) => join(base, 'canary', name));
  writeFileSync(readable, text, { mode: 0o644 });
  writeFileSync(closed, text, { mode: 0o600 });
  return { readable, closed };
}

function addFiles(home, count) {
  for (let n = 0; n < count; n++) home.file(`src/tree/${n >> 10}/${n & 1023}.c`, `int f${n}(void) { return ${n}; }\n`, 0o644);
}

function tableOf(homes) {
  const rows = homes
    .filter(({ sources }) => sources.length > 0)
    .map((home) => {
      const target = `maildir:${home.root}/Maildir`;
      const sources = home.sources.filter((source) => source !== target);
      return sources.length === 0 ? undefined : [home.user, sources.join('|'), target, home.group];
    })
    .filter((row) => row !== undefined);
  const quoted = (text) => (/[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return ['user;source;target;group', ...rows.map((row) => row.map(quoted).join(';')), ''].join('\n');
}

for (const name of ['', 'home', 'var', 'etc']) mkdirSync(join(base, name), { recursive: name === '', mode: 0o755 });
mkdirSync(join(base, 'var/mail'));
const canaries = makeCanaries();
const homes = [];
for (let index = 0; index < users; index++) homes.push(makeHome(index));
for (const [index, home] of homes.entries()) traps(home, { neighbour: homes[(index + 1) % homes.length], canaries, isRoot });
makeFifos(homes);
if (more > 0) addFiles(homes[0], more);
// The spool directory as Debian has it: whose group is mail may lock, nobody else may rename.
if (isRoot) chownSync(join(base, 'var/mail'), 0, MAIL_GID);
chmodSync(join(base, 'var/mail'), isRoot ? 0o2775 : 0o700);
const gecos = (index) => SCRIPTS[index % SCRIPTS.length].words[0];
writeFileSync(
  join(base, 'etc/passwd'),
  homes.map((home, index) => `${home.user}:x:${home.uid}:${home.gid}:${gecos(index)}:${home.root}:/bin/sh\n`).join(''),
);
writeFileSync(join(base, 'etc/group'), homes.map((home) => `${home.user}:x:${home.gid}:\n`).join(''));
writeFileSync(join(base, 'manifest.csv'), tableOf(homes));
const truth = homes.map(({ user, uid, gid, root, kind, group, mail, notMail, notes, sources }) => ({
  ...{ user, uid, gid, home: root, kind, group, mail, notMail, notes, sources },
  messages: mail.some(({ messages }) => messages === null) ? null : mail.reduce((sum, { messages }) => sum + messages, 0),
}));
writeFileSync(join(base, 'truth.json'), `${JSON.stringify({ seed, users: truth }, null, 1)}\n`);
const total = truth.reduce((sum, { messages }) => sum + (messages ?? 0), 0);
console.log(JSON.stringify({ users, messages: total, files: truth.reduce((sum, { mail }) => sum + mail.length, 0) }));
