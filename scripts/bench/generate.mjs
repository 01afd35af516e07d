// usage: node scripts/bench/generate.mjs MESSAGES OUTPUT [SEED]
// An mbox for benchmarks: UIDs with gaps, flags, keywords, every third message with Content-Length, stray and quoted From_ lines in bodies.
// 70 % small text, 25 % medium 8-bit text, 5 % base64 of 50 to 170 KB: 100,000 messages make about 1.1 GB.
import { closeSync, openSync, writeSync } from 'node:fs';

const [, , count = '100000', output = 'bench.mbox', seed = '1'] = process.argv;
const KEYWORDS = ['$Forwarded', 'NonJunk', '$label1', '$label2', 'work', 'Junk'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WORDS = 'the mail of every user was kept in one file for each folder and old servers wrote their notes into its headers'.split(' ');

let state = Number(seed) >>> 0;
/** A number below `limit`; mulberry32. */
function below(limit) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}

const two = (n) => String(n).padStart(2, '0');
const clock = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
const ctime = (d) =>
  `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${clock(d)} ${d.getUTCFullYear()}`;
const rfc = (d) => `${DAYS[d.getUTCDay()]}, ${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()} ${clock(d)} +0000`;

/** 64 KiB of lines, from which bodies are cut at line ends. */
function pool(makeLine) {
  const lines = [];
  for (let size = 0; size < 256 * 1024; size += lines.at(-1).length) lines.push(makeLine());
  return lines;
}
const text = pool(() => {
  let line = '';
  while (line.length < 60) line += `${WORDS[below(WORDS.length)]} `;
  return `${line.trimEnd()}\n`;
});
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64 = pool(() => `${Array.from({ length: 76 }, () => BASE64[below(64)]).join('')}\n`);

function body(kind) {
  const [lines, size] =
    kind < 70 ? [text, 1000 + below(3000)] : kind < 95 ? [text, 5000 + below(15_000)] : [base64, 50_000 + below(120_000)];
  const parts = [];
  let length = 0;
  for (let i = below(lines.length); length < size; i = (i + 1) % lines.length) {
    parts.push(lines[i]);
    length += lines[i].length;
  }
  const extra = lines === text ? below(50) : 3;
  if (extra === 0) parts.splice(1, 0, '>From the desk of somebody\n');
  if (extra === 1) parts.splice(1, 0, '\nFrom here on nothing is a separator\n');
  if (extra === 2) parts.splice(1, 0, '>>From doubly quoted\n');
  if (kind >= 70 && kind < 95) parts.splice(2, 0, 'Grüße aus Köln, naïve café\n');
  return Buffer.from(parts.join(''));
}

function message(i, uid) {
  const date = new Date(1_009_843_200_000 + i * 5_400_000);
  const kind = below(100);
  const content = body(kind);
  const status = `${below(4) === 0 ? 'O' : 'RO'}\nX-Status: ${below(6) === 0 ? 'A' : ''}${below(20) === 0 ? 'F' : ''}${below(300) === 0 ? 'D' : ''}`;
  const keywords = KEYWORDS.filter(() => below(9) === 0).join(' ');
  const type = kind < 95 ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  const head = `From user${i % 997}@example.com  ${ctime(date)}
Return-Path: <user${i % 997}@example.com>
Received: from mx${i % 7}.example.com (mx${i % 7}.example.com [192.0.2.${i % 250}])
\tby mail.example.org (8.12.11/8.12.11) with ESMTP id k0R${String(i).padStart(8, '0')}
\tfor <joe@example.org>; ${rfc(date)}
Date: ${rfc(date)}
From: User ${i % 997} <user${i % 997}@example.com>
To: Joe <joe@example.org>
Subject: Message number ${i} about ${WORDS[i % WORDS.length]}
Message-ID: <${i}.${date.getTime()}@example.com>
MIME-Version: 1.0
Content-Type: ${type}
Content-Transfer-Encoding: ${kind < 70 ? '7bit' : kind < 95 ? '8bit' : 'base64'}
${i === 0 ? `X-IMAPbase: 1143956134 ${String(Number(count) * 2).padStart(10, '0')} ${KEYWORDS.join(' ')}\n` : ''}Status: ${status}
X-Keywords: ${keywords.padEnd(20)}
X-UID: ${uid}
${i % 3 === 0 ? `Content-Length: ${content.length}\n` : ''}
`;
  return [Buffer.from(head), content, Buffer.from('\n')];
}

const fd = openSync(output, 'w');
let waiting = [];
let size = 0;
const flush = () => {
  writeSync(fd, Buffer.concat(waiting));
  waiting = [];
  size = 0;
};
let uid = 0;
for (let i = 0; i < Number(count); i++) {
  uid += 1 + Number(below(50) === 0);
  for (const part of message(i, uid)) {
    waiting.push(part);
    size += part.length;
  }
  if (size > 4 * 1024 * 1024) flush();
}
flush();
closeSync(fd);
