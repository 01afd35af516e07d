// Homes as Dovecot and UW keep them, made from a seed: nothing in them is damaged or forged, so that what Dovecot says of them is the truth.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pseudoMessage } from '../fixtures/pseudo-message.mjs';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400;
/** Names as they stand on the disk: in modified UTF-7, as both servers write them. */
const NAMES = [
  ...[
    'sent-mail',
    'saved-messages',
    'Drafts',
    'Trash',
    'archive 2003',
    'a_b',
    'R&-D',
    "o'hara",
    '[Gmail]',
    '(x)',
    'ALL CAPS',
    `x${'y'.repeat(120)}`,
  ],
  ...[
    '&BCAEMAQxBD4EQgQw-',
    'Entw&APw-rfe',
    '&ZeVnLIqe-',
    '&2D3eAA-',
    'Gel&APY-schte Objekte',
    '#lists',
    '100%',
    'a+b=c',
    '{2}',
    '-dash',
    ' leading',
    'trailing ',
    'tab,comma;semi',
  ],
];
const KEYWORDS = ['$Forwarded', 'NonJunk', '$label1', 'work', 'Junk', '$MDNSent', 'a-b_c', 'X/Y', '2004', "it's", 'k'.repeat(50)];
const SENDERS = [
  'ann@example.org',
  'MAILER-DAEMON',
  '"x y"@example.org',
  'bob',
  'a+b.c@sub.example.org',
  'root@localhost.localdomain',
  'fr\xe9d@example.org',
];
const WORDS = [
  'the',
  'boat',
  'From',
  'from',
  'letter',
  'na\xefve',
  'caf\xc3\xa9',
  'Status: RO',
  '=20',
  '.',
  '--',
  'a'.repeat(300),
  '\t',
  '<b>',
];

/** A source of numbers: the same for the same seed. */
export function random(seed) {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const below = (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, limit);
  };
  const one = (values) => values[below(values.length)];
  return { below, one, chance: (percent) => below(100) < percent, some: (values, percent) => values.filter(() => below(100) < percent) };
}

/** ctime as mail software writes it; years after 1970, since IMAP's dates begin there. */
function fromDate(rnd, seconds) {
  const date = new Date(seconds * 1000);
  const two = (value) => String(value).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${rnd.chance(8) ? '' : `:${two(date.getUTCSeconds())}`}`;
  const zone = rnd.chance(10) ? ` ${rnd.one(['+0000', '+0200', '-0800', '+1300'])}` : '';
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}${zone}`;
}

function text(rnd, longest) {
  return Array.from({ length: rnd.below(longest) }, () => rnd.one(WORDS)).join(' ');
}

/** Lines that nobody takes for the start of a message: prose, and what was quoted. */
function bodyLines(rnd) {
  const lines = Array.from({ length: rnd.chance(3) ? 400 : rnd.below(12) }, () => {
    if (rnd.chance(12)) return '';
    if (rnd.chance(6))
      return `${rnd.one(['>', '>>', '> ', ''])}From ${rnd.one(['here on', 'bob', 'me to you', 'x@example.org'])}${rnd.one(['', '.', ' it went'])}`;
    return text(rnd, 14);
  });
  return [...lines, ...Array.from({ length: rnd.chance(15) ? 1 + rnd.below(3) : 0 }, () => '')];
}

function multipart(rnd, n) {
  const boundary = rnd.one([`b${n}`, `=_${n}.x'y`, `----=_Next ${n}`]);
  const inner = rnd.chance(30)
    ? ['Content-Type: message/rfc822', '', 'From: inner@example.org', 'Subject: inner', 'Status: RO', 'X-UID: 7', '', ...bodyLines(rnd)]
    : ['Content-Type: text/html', '', '<p>x', ...bodyLines(rnd)];
  const type = `Content-Type: multipart/mixed; boundary="${boundary}"`;
  const body = [
    'preamble',
    `--${boundary}`,
    'Content-Type: text/plain',
    '',
    ...bodyLines(rnd),
    `--${boundary}`,
    ...inner,
    `--${boundary}--`,
  ];
  return { fields: [type], body: rnd.chance(30) ? [...body, '', 'epilogue'] : body };
}

/** The fields that a mail server adds, in some order and some spelling. */
function ownFields(rnd, { base, uid, keywords, isNew }) {
  const status = isNew ? (rnd.chance(70) ? [] : ['Status: O']) : [`Status: ${rnd.one(['', 'O', 'RO', 'R'])}`];
  const letters = isNew ? '' : rnd.some(['A', 'F', 'T', 'D'], 20).join('');
  const padded = (value) => value + ' '.repeat(rnd.below(20));
  const fields = [...base, ...status];
  if (letters !== '' || rnd.chance(40)) fields.push(`${rnd.one(['X-Status', 'X-STATUS', 'x-status'])}: ${padded(letters)}`);
  if (uid !== undefined) {
    fields.push(`X-Keywords: ${padded(keywords.join(' '))}`);
    fields.push(`X-UID: ${padded(String(uid))}`);
  }
  return fields;
}

function message(rnd, n, own, seconds) {
  const { fields, body } = rnd.chance(25) ? multipart(rnd, n) : { fields: [], body: bodyLines(rnd) };
  const header = [
    ...(rnd.chance(30) ? [`Return-Path: <${rnd.one(SENDERS)}>`] : []),
    ...(rnd.chance(30)
      ? ['Received: from a (b [192.0.2.1])', '\tby c with SMTP id 1', ' for <d@example.org>; Sat, 3 Jan 2004 10:00:00 +0100']
      : []),
    `From: ${rnd.one(SENDERS)}`,
    `Subject: ${rnd.one(['', `${n} ${text(rnd, 6)}`, '=?utf-8?q?caf=C3=A9?='])}`,
    ...(rnd.chance(80) ? [`Message-ID: <${n}.${seconds}@example.org>`] : []),
    ...(rnd.chance(80) ? ['Date: Sat, 3 Jan 2004 10:00:00 +0100'] : []),
    ...fields,
  ];
  const at = rnd.chance(70) ? header.length : 1 + header.findIndex((line) => line.startsWith('From:'));
  header.splice(at, 0, ...own);
  return { from: `From ${rnd.one(SENDERS)}  ${fromDate(rnd, seconds)}`, header, body };
}

/** The lines of a message with its From_ line, and those behind it. */
function linesOf(rnd, { from, header, body }, eol) {
  const length = body.reduce((sum, line) => sum + line.length + eol.length, 0);
  const declared = rnd.chance(20) ? [`Content-Length: ${length}`] : [];
  // Some deliver without a blank line between messages, and some mail has a header alone.
  const separator = body.length > 0 && rnd.chance(5) ? [] : [''];
  return [from, ...header, ...declared, '', ...body, ...separator];
}

/** The octets of one mbox. */
function mbox(rnd, { dialect, count }) {
  const eol = rnd.chance(15) ? '\r\n' : '\n';
  const keywords = rnd.some(KEYWORDS, 40);
  const isKept = dialect !== 'none';
  const known = isKept ? rnd.below(count + 1) : 0;
  const uids = [];
  while (uids.length < known) uids.push((uids.at(-1) ?? 0) + 1 + (rnd.chance(20) ? rnd.below(500) : 0));
  const lastUid = (uids.at(-1) ?? 0) + (rnd.chance(50) ? 0 : rnd.below(100));
  const validity = 1_000_000_000 + rnd.below(600_000_000);
  const base = `${validity} ${String(lastUid).padStart(10, '0')}${keywords.map((keyword) => ` ${keyword}`).join('')}`;
  const made = {
    from: fromDate({ chance: () => false }, validity),
    date: 'Thu, 1 Jan 2004 00:00:00 +0000',
    host: 'example.org',
    id: validity,
    base,
  };
  const lines = dialect === 'uw' ? pseudoMessage(made) : [];
  for (let i = 0, seconds = 100_000_000 + rnd.below(1_400_000_000); i < count; i++, seconds += rnd.below(30 * DAY)) {
    const own = ownFields(rnd, {
      base: dialect === 'dovecot' && i === 0 ? [`X-IMAPbase: ${base}`] : [],
      uid: uids[i],
      keywords: rnd.some(keywords, 30),
      isNew: i >= known && isKept,
    });
    lines.push(...linesOf(rnd, message(rnd, i, own, Math.min(seconds, 2_000_000_000)), eol));
  }
  const octets = lines.map((line) => line + eol).join('');
  return octets.endsWith(`x${eol}${eol}`) ? octets.slice(0, -2 * eol.length) : octets;
}

/** Writes the home of one user: `mbox`, and folders with their subscriptions in `mail`. */
export function makeHome(directory, seed) {
  const rnd = random(seed);
  const file = (name, dialect = rnd.one(['dovecot', 'dovecot', 'uw', 'none'])) => {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      Buffer.from(mbox(rnd, { dialect, count: (dialect === 'dovecot' ? 1 : 0) + rnd.below(rnd.chance(5) ? 120 : 9) }), 'latin1'),
    );
  };
  mkdirSync(join(directory, 'mail'), { recursive: true });
  file('mbox', rnd.one(['dovecot', 'uw']));
  const folders = [];
  for (const name of rnd.some(NAMES, 20)) folders.push(rnd.chance(30) ? `dir ${rnd.below(3)}/${name}` : name);
  for (const folder of folders) file(join('mail', folder));
  const subscribed = rnd.some(['INBOX', ...folders], 60);
  if (rnd.chance(80)) writeFileSync(join(directory, 'mail/.subscriptions'), subscribed.map((name) => `${name}\n`).join(''));
  return folders.length + 1;
}
