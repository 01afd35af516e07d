// Sources to upload, made from a seed, with the truth about each message: odd names, octets, flags, keywords and dates, in every form that keeps them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { random } from '../dovecot-parity/home.mjs';

export { random };

const NAMES = [
  ...[
    'Sent',
    'sent-mail',
    'Gesendet',
    'Gesendete Objekte',
    'Drafts',
    'Entwürfe',
    'Brouillons',
    'Trash',
    'Papierkorb',
    'Корзина',
    'Junk',
    'Spam',
    'Archive',
    'Archiv',
    'Outbox',
    '送信済み',
  ],
  ...[
    'work',
    'Work',
    'WORK',
    'Été',
    'été',
    'Ete\u0301',
    'Straße',
    'STRASSE',
    'ÄÖÜ',
    '日本語',
    'Входящие',
    '😀',
    'a&b',
    'R&D &- x',
    '&',
    '&-',
    '&AOk',
    'Inbox',
    'inbox',
    'InBoX',
  ],
  ...[
    'a b',
    ' lead',
    'trail ',
    '  ',
    'per%cent',
    'st*r',
    '%',
    '*',
    '~home',
    '#news',
    '~',
    'quo"te',
    'back\\slash',
    '\\',
    "it's",
    '{5}',
    '{5+}',
    '[Gmail]',
    '(x)',
    '(',
    ')',
    '_',
    '_2',
    'work_2',
    'NIL',
    'a]b',
  ],
  ...[
    'tab\there',
    'bell\x07',
    'del\x7f',
    'zero\u200bwidth',
    'rtl\u202eabc',
    '\u2028',
    'nbsp\u00a0x',
    '\ufeffbom',
    '-dash',
    '--',
    '+',
    '=',
    '$',
    '!',
    'x'.repeat(120),
    'ü'.repeat(60),
    '長'.repeat(70),
    '0',
    '123',
  ],
];
/** Names with the separators of servers; a Maildir++ cannot have them. */
const SEPARATED = ['a.b', '.hidden', 'end.', '..', '...', 'v1.2.3', 'INBOX.x', 'and/or', '/', 'a//b', '/lead', 'tail/', 'INBOX/y'];
export const KEYWORDS = [
  '$Forwarded',
  'NonJunk',
  '$label1',
  'work',
  'Work',
  'Junk',
  '$MDNSent',
  'a-b_c',
  'X/Y',
  '2004',
  "it's",
  'k'.repeat(50),
  'k'.repeat(51),
  'a.b',
  '$',
  'a=b',
  '#tag',
  '!',
  'x:y',
  '@home',
  '<x>',
  'a|b',
  '$HasAttachment',
];
/** Not allowed in an atom, or dangerous. */
const BAD_KEYWORDS = ['a"b', 'a(b', 'a)b', 'a{5}', 'a%b', 'a*b', 'a\\b', 'a]b', 'caf\u00e9', '[x]', '~x', '\\Foo', '\\Recent', '\\*'];

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value) => String(value).padStart(2, '0');

export const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');
/** A bare LF becomes CR LF; everything else stays. */
export const crlf = (octets) => Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

/** Modified UTF-7 (RFC 3501 §5.1.3). */
export function utf7(name) {
  return name.replace(/&|[^\x20-\x7e]+/g, (part) => {
    if (part === '&') return '&-';
    const octets = Buffer.from(part, 'utf16le').swap16();
    return `&${octets.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

function seconds(rnd) {
  if (rnd.chance(85)) return 100_000_000 + rnd.below(1_600_000_000);
  return rnd.one([0, 1, -86_400, -2_000_000_000, 2_147_483_647, 2_147_483_648, 4_000_000_000, 1_900_000_000]);
}

function date(time, zone = '+0000') {
  const at = new Date((time + (Number(zone.slice(0, 3)) * 60 + Number(zone[0] + zone.slice(3))) * 60) * 1000);
  return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${zone}`;
}

/** The header of message n. Some share their Message-ID with others of another text. */
function header(rnd, n, time) {
  return [
    `From: ${rnd.one(['ann@example.org', '"x, y" <x@example.org>', 'root', ''])}`,
    `Subject: ${rnd.one([`${n}`, '', `=?utf-8?q?caf=C3=A9?= ${n}`, `na\xefve ${n}`, `long ${'s'.repeat(rnd.below(3) * 600)}`, 'same'])}`,
    ...(rnd.chance(75)
      ? [
          `Message-ID: ${rnd.one([`<${n}.${time}@example.org>`, `<${n}@x>`, '<same@example.org>', '', `<a b ${n}>`, `${'i'.repeat(1100)}${n}`])}`,
        ]
      : []),
    `Date: ${date(time, rnd.one(['+0000', '+0200', '-0830', '+1400']))}`,
    ...(rnd.chance(20) ? ['X-Folded: a', '\tb', ' c'] : []),
    ...(rnd.chance(10) ? [`To: ${Array.from({ length: rnd.below(300) }, (_, i) => `u${i}@example.org`).join(',\n ')}`] : []),
  ];
}

const plain = (rnd, n) =>
  `text ${n}\n${rnd.one(['', '\n', '.\n..\n', 'a OK done\n', '* BYE\n', ')\n', 'A1 LOGOUT\n', `${'x'.repeat(2000)}\n`])}${'more\n'.repeat(rnd.below(20))}`;

/** Bodies, and whole messages, that something trips over. */
const ODD = [
  (rnd, n, head) => `${head}\n\n${plain(rnd, n).trimEnd()}`,
  (_rnd, _n, head) => `${head}\n`,
  (_rnd, _n, head) => head,
  (_rnd, _n, head) => `${head}\n\n`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}a\0b\n`,
  (rnd, n, head) => `${head}\nX-Nul: a\0b\n\n${plain(rnd, n)}`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}a\rb\r\rc\n`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}\r`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}double\r\r\nends\r\r\n`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}\r\n\r\r\n\n\r`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}`.replaceAll('\n', '\r\n'),
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}${'z'.repeat(100_000)}\n`,
  (rnd, n, head) => `${head}\nnot a field\n\n${plain(rnd, n)}`,
  (rnd, n, head) => `${head}\nX-Latin: \xe4\xff\nX-Utf: \xc3\xa4\n\n${plain(rnd, n)}`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}\x1a\x04\x7f\xff\xfe\x80\n`,
  (rnd, n, head) => `>From x\n${head}\n\n${plain(rnd, n)}`,
  (rnd, n, head) => `${head}\nStatus: RO\nX-UID: 7\n\n${plain(rnd, n)}`,
  (rnd, n, head) => `${head}\n\n${plain(rnd, n)}${'line of text that is longer than most\n'.repeat(rnd.chance(20) ? 140_000 : 2_000)}`,
  (_rnd, n) => `\n\nno header ${n}\n`,
  (_rnd, n) => `just words ${n}\nand more`,
  (_rnd, _n) => '',
  (_rnd, _n) => '\n',
  (_rnd, _n) => 'x',
  (_rnd, n) => ` : ${n}\n\nbody\n`,
  (_rnd, n) => `\xff\xfe\0\0${n}`,
  (_rnd, n) => `From: a@b\nTo: c@d\nBody without an empty line ${n}\n`,
];

/** The octets of a message; `isPlain` for sources that would not keep odd ones. */
function message(rnd, n, time, isPlain) {
  const head = header(rnd, n, time).join('\n');
  if (isPlain || rnd.isPlain || rnd.chance(55))
    return Buffer.from(`${isPlain || rnd.isPlain ? head.replace(/[\x80-\xff]/g, '?') : head}\n\n${plain(rnd, n)}`, 'latin1');
  return Buffer.from(rnd.one(ODD)(rnd, n, head), 'latin1');
}

/** Paths of folders as segments, INBOX the first. */
function folderPaths(rnd, names, goesBelowInbox = true) {
  const paths = [['INBOX']];
  for (const name of rnd.some(names, 9)) {
    const above = rnd.chance(35) ? rnd.one(goesBelowInbox ? paths : [[], ...paths.slice(1)]) : [];
    const isInbox = above.length === 0 && name.toUpperCase() === 'INBOX';
    if (above.length < 4 && !isInbox) paths.push([...above, name]);
  }
  const seen = new Set();
  return paths.filter((path) => !seen.has(path.join('\0').normalize('NFC')) && seen.add(path.join('\0').normalize('NFC')));
}

function flagsOf(rnd, keywords) {
  return [
    ...rnd.some(['\\Seen', '\\Answered', '\\Flagged', '\\Draft', '\\Deleted'], 30),
    ...(rnd.chance(30) ? rnd.some(keywords, 40) : []),
  ];
}

const LETTERS = { '\\Draft': 'D', '\\Flagged': 'F', '\\Answered': 'R', '\\Seen': 'S', '\\Deleted': 'T' };

/** Writes one folder of a Maildir; messages in the order of their names. */
function writeMaildirFolder(directory, messages, keywords) {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(directory, name), { recursive: true });
  if (keywords.length > 0) writeFileSync(join(directory, 'dovecot-keywords'), keywords.map((keyword, i) => `${i} ${keyword}\n`).join(''));
  for (const [n, { octets, flags, seconds: time }] of messages.entries()) {
    const letters = flags
      .map((flag) => LETTERS[flag] ?? String.fromCharCode(97 + keywords.indexOf(flag)))
      .sort()
      .join('');
    const path = join(directory, 'cur', `${1_000_000_000 + n}.M${n}P1.host:2,${letters}`);
    writeFileSync(path, octets);
    // Node takes a negative time for none.
    if (time < 0) execFileSync('touch', ['-d', `@${time}`, path]);
    else utimesSync(path, time, time);
  }
}

function makeMaildir(rnd, directory, isFs) {
  const paths = folderPaths(
    rnd,
    (isFs ? [...NAMES, ...SEPARATED.filter((name) => !name.includes('/') && !name.startsWith('.'))] : NAMES).filter(
      (name) => !isFs || !/^(cur|new|tmp|subscriptions|dovecot\.index)$|^(dbox-Mails)$/.test(name),
    ),
  );
  const keywords = [
    ...new Map(
      rnd.some([...KEYWORDS, ...(rnd.chance(20) ? BAD_KEYWORDS : [])], 45).map((keyword) => [keyword.toLowerCase(), keyword]),
    ).values(),
  ].slice(0, 26);
  const folders = paths.map((path) => ({ path, messages: messagesOf(rnd, { keywords }) }));
  for (const { path, messages } of folders) {
    const names = path.map(utf7);
    const below = path.length === 1 && path[0] === 'INBOX' ? '' : isFs ? join(...names) : `.${names.join('.')}`;
    writeMaildirFolder(join(directory, below), messages, keywords);
  }
  const subscribed = paths.filter(() => rnd.chance(40));
  writeFileSync(join(directory, 'subscriptions'), subscribed.map((path) => `${path.map(utf7).join(isFs ? '/' : '.')}\n`).join(''));
  return { location: isFs ? `maildir:${directory}:LAYOUT=fs` : directory, folders, subscribed };
}

/** The messages of one folder; some of them twice. */
function messagesOf(rnd, { keywords = [], isPlain = false, hasFlags = true, isDatedByHeader = false }) {
  const messages = [];
  const usual = rnd.chance(6) ? 150 : 1 + rnd.below(9);
  const count = rnd.chance(10) ? 0 : usual;
  const timeOf = isDatedByHeader ? () => 100_000_000 + rnd.below(1_600_000_000) : () => seconds(rnd);
  for (let n = 0; n < count; n++) {
    const time = timeOf();
    const flags = hasFlags ? flagsOf(rnd, keywords) : [];
    messages.push(
      twinOf(rnd, messages, { flags, time, isDatedByHeader }) ?? {
        octets: message(rnd, rnd.chance(10) ? 7 : n, time, isPlain),
        flags,
        seconds: time,
      },
    );
  }
  return messages;
}

/** The octets of an earlier message again, sometimes. */
function twinOf(rnd, messages, { flags, time, isDatedByHeader }) {
  if (messages.length === 0 || !rnd.chance(12)) return undefined;
  const { octets, seconds: first } = rnd.one(messages);
  return { octets, flags, seconds: isDatedByHeader ? first : time };
}

/** Files `NAME.eml` in directories: no flags, the date of the Date field. */
function makeEml(rnd, directory) {
  const paths = folderPaths(
    rnd,
    [...NAMES, ...SEPARATED].filter((name) => !name.includes('/') && !/^\.|^(cur|new|tmp)$/.test(name)),
    false,
  );
  const folders = paths.map((path) => ({ path, messages: messagesOf(rnd, { hasFlags: false, isPlain: true, isDatedByHeader: true }) }));
  for (const { path, messages } of folders) {
    const place = path[0] === 'INBOX' ? path.slice(1) : path;
    mkdirSync(join(directory, ...place), { recursive: true });
    for (const [n, { octets }] of messages.entries()) writeFileSync(join(directory, ...place, `${n + 1} x.eml`), octets);
  }
  return { location: directory, folders: folders.filter(({ messages }) => messages.length > 0), subscribed: [] };
}

function ctime(time) {
  const at = new Date(time * 1000);
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${at.getUTCFullYear()}`;
}

function mboxText(messages, known) {
  const parts = messages.map(({ octets, flags, seconds: time }, n) => {
    const text = octets.toString('latin1');
    const end = text.indexOf('\n\n') + 1;
    const marks = (letters) =>
      Object.entries(letters)
        .flatMap(([flag, letter]) => (flags.includes(flag) ? [letter] : []))
        .join('');
    const keywords = flags.filter((flag) => !flag.startsWith('\\'));
    const base = n === 0 ? `X-IMAPbase: 1100000000 0000000000 ${known.join(' ')}\n` : '';
    const own = `${base}Status: ${flags.includes('\\Seen') ? 'RO' : 'O'}\nX-Status: ${marks({ '\\Answered': 'A', '\\Flagged': 'F', '\\Draft': 'T', '\\Deleted': 'D' })}\nX-Keywords: ${keywords.join(' ')}\n`;
    return `From ann@example.org ${ctime(time)}\n${text.slice(0, end)}${own}${text.slice(end)}\n`;
  });
  return Buffer.from(parts.join(''), 'latin1');
}

/** A home of mboxes: plain messages, many keywords. */
function makeMbox(rnd, directory) {
  const isMessage = (name) => !name.includes('/') && !/^\.|\.mbox$|^(cur|new|tmp)$/.test(name);
  const paths = folderPaths(rnd, [...NAMES, ...SEPARATED].filter(isMessage));
  const many = rnd.chance(15) ? Array.from({ length: 60 }, (_, n) => `kw${n}`) : [];
  const keywords = [...rnd.some(KEYWORDS, 40), ...many];
  const one = new Map(keywords.map((keyword) => [keyword.toLowerCase(), keyword]));
  const folders = [];
  for (const path of paths) {
    const messages = messagesOf(rnd, { isPlain: true, keywords: [...one.values()] });
    for (const each of messages) each.seconds = Math.max(each.seconds, 1_000_000);
    folders.push({ path, messages });
  }
  const parents = new Set(folders.map(({ path }) => path.slice(0, -1).join('\0')).filter((key) => key !== ''));
  const isFile = ({ path }) => !parents.has(path.join('\0')) && (path.length === 1 || path[0] !== 'INBOX');
  const kept = folders
    .filter(isFile)
    .concat(folders.slice(0, 1))
    .filter((folder, at, all) => all.indexOf(folder) === at);
  for (const { path, messages } of kept) {
    const place = path.length === 1 && path[0] === 'INBOX' ? join(directory, 'inbox') : join(directory, 'mail', ...path.map(utf7));
    mkdirSync(dirname(place), { recursive: true });
    mkdirSync(join(directory, 'mail'), { recursive: true });
    writeFileSync(place, mboxText(messages, [...one.values()]));
  }
  const subscribed = kept.filter(() => rnd.chance(50)).map(({ path }) => path);
  writeFileSync(join(directory, 'mail/.subscriptions'), subscribed.map((path) => `${path.map(utf7).join('/')}\n`).join(''));
  return { location: `mbox:${directory}/mail:INBOX=${directory}/inbox`, folders: kept, subscribed };
}

/** Makes a source: `{ kind, location, folders: [{ path, messages: [{ octets, flags, seconds }] }], subscribed: [path] }`. */
/** `isPlain` for servers that refuse odd mail. */
export function makeSource(directory, seed, isPlain = false) {
  const rnd = Object.assign(random(seed), { isPlain });
  const kind = rnd.one(['maildir', 'maildir', 'maildir-fs', 'eml', 'mbox', 'mbox']);
  mkdirSync(directory, { recursive: true });
  const made =
    kind === 'eml'
      ? makeEml(rnd, directory)
      : kind === 'mbox'
        ? makeMbox(rnd, directory)
        : makeMaildir(rnd, directory, kind === 'maildir-fs');
  return { kind, ...made };
}
