// Makes an mbox with its truth: N messages as an old server left them, with everything on which readers go wrong.
// Seeded, so that the same arguments always make the same octets. Sizes are log-normal with a median of 6 KB.
// usage: node scripts/generate-mbox.mjs [COUNT] [SEED] OUTPUT      writes OUTPUT and OUTPUT.truth.jsonl
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const KEYWORDS = ['work', '$Forwarded', 'NonJunk', '$label1', 'holiday', 'todo'];
const WORDS =
  'the letter came late and nobody in the office knew what to make of it since the sender had left no name only a date and a place far from here'.split(
    ' ',
  );
export const UID_VALIDITY = 1_067_890_123;
/** Lines in bodies that look like a From_ line, and quoted ones, for 6,000 messages. */
const STRAY = 62;
const QUOTED = 120;
const FULL = 6000;

/** mulberry32 */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const two = (n) => String(n).padStart(2, '0');

function ctime(time) {
  const d = new Date(time);
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${clock} ${d.getUTCFullYear()}`;
}

const FLAGS = [
  { letter: 'A', flag: '\\Answered', chance: 0.16 },
  { letter: 'F', flag: '\\Flagged', chance: 0.05 },
  { letter: 'D', flag: '\\Deleted', chance: 0.01 },
  { letter: 'T', flag: '\\Draft', chance: 0.005 },
];

/** What a body line that looks like a From_ line may be surrounded by. */
const STRAYS = [
  (line) => ['', line, 'and there the sentence goes on.'],
  (line) => ['', line, '', 'A paragraph of its own.'],
  (line) => ['as it says', line, 'in the log.'],
  (line) => [line, ''],
  (line) => ['', line, 'Note: this is a sentence and no header.', 'So is this.'],
];

/** Makes the octets and the truth. */
export function generateMbox({ count = FULL, seed = 1, crlf = false } = {}) {
  const rnd = random(seed);
  const uids = risingUids(count, rnd);
  const lastUid = (uids.at(-1) ?? 0) + 10;
  const doubtful = { stray: chosen(STRAY, count, rnd), quoted: chosen(QUOTED, count, rnd), kind: 0 };
  const base = `X-IMAPbase: ${UID_VALIDITY} ${String(lastUid).padStart(10, '0')} ${KEYWORDS.join(' ')}\n`;
  const parts = [];
  const truth = [];
  for (let i = 0; i < count; i++) {
    const message = makeMessage({ i, seed, uid: uids[i], base: i === 0 ? base : '', crlf, doubtful }, rnd);
    parts.push(message.octets);
    truth.push(message.truth);
  }
  return { octets: Buffer.concat(parts), truth, uidValidity: UID_VALIDITY, uidNext: lastUid + 1, keywords: KEYWORDS };
}

function makeMessage({ i, seed, uid, base, crlf, doubtful }, rnd) {
  const pick = (list) => list[Math.floor(rnd() * list.length)];
  const form = (text) => (crlf ? text.replaceAll('\n', '\r\n') : text);
  const time = Date.UTC(2003, 0, 1) + i * 5_400_000 + Math.floor(rnd() * 5400) * 1000;
  const lines = bodyLines(rnd, pick);
  if (doubtful.quoted.has(i)) lines.splice(1, 0, `${'>'.repeat(1 + Math.floor(rnd() * 2))}From the desk of somebody`);
  if (doubtful.stray.has(i)) {
    const stray = STRAYS[doubtful.kind++ % STRAYS.length](`From bob@example.com Sat Jan  3 0${i % 10}:15:00 2004`);
    lines.splice(Math.floor(rnd() * lines.length), 0, ...stray);
  }
  const body = lines.map((line) => `${line}\n`).join('');
  const set = FLAGS.filter(({ chance }) => rnd() < chance);
  const seen = rnd() < 0.75;
  const keywords = rnd() < 1 / 3 ? [...new Set([pick(KEYWORDS), pick(KEYWORDS)])] : [];
  const mail =
    `Return-Path: <user${i % 97}@example.com>\nReceived: from mx${i % 7}.example.com by mail.example.org\n\tfor <ann@example.org>; ${ctime(time)}\n` +
    `From: User ${i % 97} <user${i % 97}@example.com>\nTo: Ann <ann@example.org>\nSubject: number ${i} of ${pick(WORDS)}\nMessage-ID: <${seed}.${i}@example.com>\n`;
  const xStatus = set.length > 0 ? `X-Status: ${set.map(({ letter }) => letter).join('')}\n` : '';
  const own = `${base}Status: ${seen ? 'RO' : 'O'}\n${xStatus}X-Keywords: ${keywords.join(' ').padEnd(20)}\nX-UID: ${uid}\n`;
  const length = rnd() < 0.5 ? `Content-Length: ${Buffer.byteLength(form(body))}\n` : '';
  const content = form(`${mail}\n${body}`);
  const flags = [...set.map(({ flag }) => flag), ...(seen ? ['\\Seen'] : [])].sort();
  return {
    octets: Buffer.from(form(`From user${i % 97}@example.com  ${ctime(time)}\n${mail}${own}${length}\n${body}\n`)),
    truth: {
      ...{ uid, flags, keywords: keywords.sort(), date: new Date(time).toISOString(), size: Buffer.byteLength(content) },
      sha256: createHash('sha256').update(content.replace(/\r?\n/g, '\r\n')).digest('hex'),
    },
  };
}

/** UIDs with gaps. */
function risingUids(count, rnd) {
  const uids = [];
  for (let uid = 0; uids.length < count; uids.push(uid)) uid += rnd() < 0.1 ? 1 + Math.floor(rnd() * 40) : 1;
  return uids;
}

/** As many different messages of `count` as `wanted` is of {@link FULL}. */
function chosen(wanted, count, rnd) {
  const set = new Set();
  while (set.size < Math.round((wanted * count) / FULL)) set.add(Math.floor(rnd() * count));
  return set;
}

/** Lines up to a log-normal size: median 6 KB, at most 400 KB. */
function bodyLines(rnd, pick) {
  const normal = Math.sqrt(-2 * Math.log(1 - rnd())) * Math.cos(2 * Math.PI * rnd());
  const size = Math.min(400_000, Math.max(80, 6000 * Math.exp(normal)));
  const lines = [];
  for (let octets = 0; octets < size; ) {
    const line = rnd() < 0.05 ? '' : Array.from({ length: 12 }, () => pick(WORDS)).join(' ');
    lines.push(line);
    octets += line.length + 1;
  }
  return lines;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const [output = 'generated.mbox', seed = '1', count = String(FULL)] = argv.slice(2).reverse();
  const { octets, truth } = generateMbox({ count: Number(count), seed: Number(seed) });
  writeFileSync(output, octets);
  writeFileSync(`${output}.truth.jsonl`, truth.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
