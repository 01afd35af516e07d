// Messages for made-up homes: small, seeded, in five scripts and the charsets of their time.
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LINE = 'The letter came late and nobody in the office knew what to make of it at all.\n';
const FILLER = LINE.repeat(800);

/** Words in five scripts: names of folders, of files and of subjects. */
export const SCRIPTS = [
  { name: 'Latin', charset: 'iso-8859-1', words: ['Entwürfe', 'Gesendet', 'Café', 'Société', 'Ærø'] },
  { name: 'Cyrillic', charset: 'koi8-r', words: ['Работа', 'Отчёты', 'Семья', 'Черновики', 'Архив'] },
  { name: 'Greek', charset: 'iso-8859-7', words: ['Εργασία', 'Αρχείο', 'Οικογένεια', 'Ταξίδια', 'Νέα'] },
  { name: 'Hebrew', charset: 'windows-1255', words: ['עבודה', 'משפחה', 'ארכיון', 'טיוטות', 'חשבונות'] },
  { name: 'Han', charset: 'gb2312', words: ['工作', '家庭', '存档', '草稿', '旅行'] },
];

/** mulberry32 */
export function numbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)], chance: (share) => next() < share };
}

const two = (n) => String(n).padStart(2, '0');
const clock = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;

/** `Sat Jan  3 01:05:34 1998`, as ctime(3) writes it. */
export function ctime(time) {
  const d = new Date(time);
  return `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${clock(d)} ${d.getUTCFullYear()}`;
}

/** RFC 5322 §3.3. */
export function mailDate(time) {
  const d = new Date(time);
  return `${DAYS[d.getUTCDay()]}, ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()} ${clock(d)} +0000`;
}

/** Makes the messages of one user: no two are the same. */
export class MailMaker {
  #serial = 0;

  constructor({ user, random, script }) {
    this.user = user;
    this.random = random;
    this.script = script;
  }

  /** The header without the mailbox's own fields, the body, the time and the sender. */
  next(fields = []) {
    const { random } = this;
    const serial = ++this.#serial;
    const time = Date.UTC(
      1996 + random.below(15),
      random.below(12),
      1 + random.below(28),
      random.below(24),
      random.below(60),
      random.below(60),
    );
    const sender = `user${random.below(97)}@example.com`;
    const charset = random.pick([this.script.charset, 'utf-8', 'us-ascii']);
    const subject = charset === 'us-ascii' ? `letter ${serial}` : encodedWord(`${random.pick(this.script.words)} ${serial}`);
    const size = 200 + random.below(1800) + (random.chance(0.05) ? 20_000 + random.below(30_000) : 0);
    const start = random.below(16) * LINE.length;
    const header = [
      ...fields,
      `Return-Path: <${sender}>`,
      `Date: ${mailDate(time)}`,
      `From: Somebody <${sender}>`,
      `To: ${this.user}@example.org`,
      `Subject: ${subject}`,
      `Message-ID: <${serial}.${this.user}@example.com>`,
      'MIME-Version: 1.0',
      `Content-Type: text/plain; charset=${charset}`,
      '',
    ].join('\n');
    return { header, body: FILLER.slice(start, start + size).replace(/\n?$/, '\n'), time, sender };
  }

  /** One message of an mbox. */
  mbox(own = [], fields = []) {
    const { header, body, time, sender } = this.next(fields);
    return `From ${sender} ${ctime(time)}\n${header}${own.map((line) => `${line}\n`).join('')}\n${body}\n`;
  }

  /** One message as a file. */
  file() {
    const { header, body, time } = this.next();
    return { text: `${header}\n${body}`, time };
  }
}

function encodedWord(text) {
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
