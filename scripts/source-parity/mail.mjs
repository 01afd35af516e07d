// Mail from a seed, and a tree under construction that remembers what it holds.
import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ZONES = ['+0000', '+0200', '-0800', '+0530', '+1300', '-0330'];
const SENDERS = [
  'ann@example.org',
  '"x y" <b.c@example.org>',
  'bob',
  'Fran=?utf-8?q?=C3=A7ois?= <f@example.org>',
  'root@localhost',
  'caf\xc3\xa9@example.org',
];
const WORDS = [
  'the',
  'boat',
  'From',
  'na\xefve',
  'caf\xc3\xa9',
  'Status: RO',
  '=20',
  '.',
  '--',
  'a'.repeat(200),
  '\t',
  '<b>',
  'X-UID: 7',
  '\x0c',
  '>',
];
/** Names that users give to folders; none that a program keeps for itself. */
export const NAMES = [
  ...[
    'Отправленные',
    'Entwürfe',
    '日本語',
    'R&D',
    "o'hara",
    '100%',
    'a+b=c',
    '{2}',
    '-dash',
    '#lists',
    'tab,comma;semi',
    'ALL CAPS',
    'all caps',
    '&',
    'a&b-c',
  ],
  ...[
    'new mail',
    'currency',
    '2004',
    '7',
    'Mail',
    'log',
    'README',
    'core',
    'Templates',
    'Junk',
    'Sent',
    'Archive',
    '(x)',
    '[x]',
    'ünïcödé',
    '🚢',
    'x'.repeat(50),
    'a  b',
    '!',
    '=',
    '@work',
    'C++',
  ],
];

const two = (value) => String(value).padStart(2, '0');

/** ctime in UTC. */
export function ctime(seconds) {
  const date = new Date(seconds * 1000);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

/** A date as RFC 5322 has it, in some zone. */
export function rfcDate(rnd, seconds) {
  const zone = rnd.one(ZONES);
  const shift = (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const date = new Date((seconds + shift * 60) * 1000);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} ${zone}`;
}

function bodyLines(rnd) {
  const lines = Array.from({ length: rnd.chance(4) ? 300 : rnd.below(10) }, () => {
    if (rnd.chance(12)) return '';
    if (rnd.chance(8)) return rnd.one(['From here on', '>From me', 'From', '>>From bob it went', 'From bob@example.org', 'From: x']);
    return Array.from({ length: rnd.below(12) }, () => rnd.one(WORDS)).join(' ');
  });
  return rnd.chance(15) ? [...lines, '', ''] : lines;
}

function parts(rnd, n) {
  const boundary = rnd.one([`b${n}`, `=_${n}.x'y`, `----=_Next ${n}`]);
  const inner = rnd.chance(40)
    ? ['Content-Type: message/rfc822', '', 'From: in@example.org', 'Subject: inner', '', ...bodyLines(rnd)]
    : ['Content-Type: text/html', '', '<p>'];
  return {
    fields: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed;', ` boundary="${boundary}"`],
    body: ['', `--${boundary}`, '', ...bodyLines(rnd), `--${boundary}`, ...inner, `--${boundary}--`, ''],
  };
}

/** A mail: its header and its body as lines of octets, and when it was received. */
export function mail(rnd, extra = []) {
  rnd.serial = (rnd.serial ?? 0) + 1;
  const n = rnd.serial;
  const when = 900_000_000 + rnd.below(800_000_000);
  const { fields, body } = rnd.chance(25) ? parts(rnd, n) : { fields: [], body: bodyLines(rnd) };
  const received = ['Received: from a (b [192.0.2.1])', '\tby c with ESMTP id 1', `\tfor <d@example.org>; ${rfcDate(rnd, when)}`];
  const hasReceived = rnd.chance(70);
  const header = [
    ...(rnd.chance(40) ? ['Return-Path: <a@example.org>'] : []),
    ...(hasReceived ? received : []),
    ...(hasReceived && rnd.chance(40) ? ['Received: from x by y; Thu, 1 Jan 1998 00:00:00 +0000'] : []),
    ...rnd.one([[], [`Message-ID: <${n}.${when}@example.org>`]]),
    `From: ${rnd.one(SENDERS)}`,
    `Subject: ${rnd.one(['', `${n} word`, '=?utf-8?q?caf=C3=A9?=', 'Re: From here'])}`,
    `Date: ${rfcDate(rnd, hasReceived ? when - 1 - rnd.below(5000) : when)}`,
    ...extra,
    ...fields,
    ...(rnd.chance(20) ? ['X-Long: a', `\t${'b'.repeat(70)}`, ' c'] : []),
  ];
  return { header, body, when, n };
}

export const mails = (rnd, most) => Array.from({ length: rnd.below(most + 1) }, () => mail(rnd));

/** The octets of a mail, as latin1. */
export const octetsOf = ({ header, body }, eol = '\n') => [...header, '', ...body].map((line) => line + eol).join('');

/** A tree that is being written. */
export class Tree {
  folders = new Map();
  left = new Set();
  constructor(root, rnd) {
    Object.assign(this, { root, rnd });
  }
  /** Writes a file; `octets` as latin1, its name in UTF-8 (or octets by `Buffer`). */
  write(path, octets, mtime) {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, Buffer.isBuffer(octets) ? octets : Buffer.from(octets, 'latin1'));
    if (mtime !== undefined) utimesSync(full, mtime, mtime);
  }
  directory(path) {
    mkdirSync(join(this.root, path), { recursive: true });
  }
  /** Something that is no mail and has to be named. */
  foreign(path, octets) {
    this.write(path, octets);
    this.left.add(path);
  }
  folder(path) {
    const key = JSON.stringify(path);
    if (!this.folders.has(key)) this.folders.set(key, []);
    return this.folders.get(key);
  }
  /** Says that a mail has to be delivered to a folder. */
  expect(path, content, { flags = [], keywords = [], when }) {
    const crlf = Buffer.from(content.replace(/\r?\n/g, '\r\n'), 'latin1');
    const date = when === undefined ? undefined : new Date(when * 1000).toISOString().replace('.000Z', 'Z');
    const sha256 = createHash('sha256').update(crlf).digest('hex');
    this.folder(path).push({ sha256, flags: [...flags].sort(), keywords: [...new Set(keywords)].sort(), date });
  }
}

/** Different names in some order. */
export function names(rnd, most, among = NAMES) {
  return [...new Set(Array.from({ length: rnd.below(most + 1) }, () => rnd.one(among)))];
}

/** Paths of folders with folders below them, parents first. */
export function paths(rnd, most, among = NAMES) {
  const made = [];
  for (const name of names(rnd, most, among)) {
    const parent = made.length > 0 && rnd.chance(35) ? rnd.one(made) : [];
    if (parent.length < 4) made.push([...parent, name]);
  }
  return made;
}

/** What a plain mail server knows: `Status` and `X-Status`. */
export function statusFields(rnd) {
  const letters = rnd.some(['R', 'O'], 50).join('');
  const more = rnd.some(['A', 'F'], 25).join('');
  const flags = [
    ...(letters.includes('R') ? ['\\Seen'] : []),
    ...(more.includes('A') ? ['\\Answered'] : []),
    ...(more.includes('F') ? ['\\Flagged'] : []),
  ];
  return { fields: [...(letters === '' ? [] : [`Status: ${letters}`]), ...(more === '' ? [] : [`X-Status: ${more}`])], flags };
}

/** The lines of a mail as mboxo, mboxrd or not quoted at all. */
export const quoted = (body, how) => body.map((line) => ((how === 'mboxrd' ? /^>*From / : /^From /).test(line) ? `>${line}` : line));

/** One mbox as a plain mail server leaves it; what it holds is expected in `folder`. */
export function plainMbox(tree, folder, { count = tree.rnd.below(6), eol = '\n', start = [] } = {}) {
  const { rnd } = tree;
  let text = start.map((line) => line + eol).join('');
  tree.folder(folder);
  for (let i = 0; i < count; i += 1) {
    const made = mail(rnd);
    const { fields, flags } = statusFields(rnd);
    const body = quoted(made.body, 'mboxo');
    const content = octetsOf({ header: made.header, body }, eol);
    text += `From ann@example.org ${ctime(made.when)}${eol}${octetsOf({ header: [...made.header, ...fields], body }, eol)}${eol}`;
    tree.expect(folder, content, { flags, when: made.when });
  }
  return text;
}
