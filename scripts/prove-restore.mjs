#!/usr/bin/env node
// Generated mboxes, converted and restored: each has to come back with the SHA-256 that it had.
//   node scripts/prove-restore.mjs [--mboxes 10000] [--seed 1]
// Needs the build. Every third round is a home of several mboxes, some compressed, with a filter; the others are single files of all kinds of pieces.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { maildirTarget, openMbox, restore, select, transfer } from '@mailferry/core';

const { values } = parseArgs({ options: { mboxes: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } });
const wanted = Number(values.mboxes);
let state = Number(values.seed);
const pick = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

const FROM = 'From ann@example.org Thu Jan  1 12:00:00 2004\n';
const message = (n, more = '') =>
  `From ann@example.org Thu Jan  ${1 + (n % 9)} 12:00:00 2004\nSubject: ${n}\nStatus: RO\n${more}\nBerth ${n}\n\n`;
const PSEUDO = `From MAILER-DAEMON Thu Jan  1 00:00:00 2004\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1072915200 0000000009\nStatus: RO\n\nThis text is part of the internal format of your mail folder.\n\n`;

const PIECES = [
  () => FROM,
  () => '\n',
  () => '\r\n',
  () => 'From ',
  () => 'Subject: x\n',
  () => '>From y\n',
  () => `X-UID: ${pick(99)}\n`,
  () => 'X-IMAPbase: 1072915200 0000000099 boat\n',
  () => 'X-Keywords: boat\n',
  () => 'X-Mozilla-Status: 0009\n',
  () => 'Status: RO\n',
  () => `Content-Length: ${pick(60)}\n`,
  () => 'Content-Type: multipart/mixed; boundary=b\n',
  () => '--b\n',
  () => '\x01\x01\x01\x01\n',
  () => '\0',
  () => 'é',
  () => 'text\n',
  () => message(pick(9)),
  () => 'a line that goes on for a while '.repeat(pick(200)),
];
const strung = (most) => Array.from({ length: pick(most) }, () => PIECES[pick(PIECES.length)]()).join('');
const starts = [
  () => FROM,
  () => '',
  () => PSEUDO,
  () => '\x01\x01\x01\x01\n',
  () => message(0, 'X-IMAPbase: 1072915200 0000000099 boat\nX-UID: 1\n'),
];
const odd = () => Buffer.from(`${FROM}${strung(40)}`, 'latin1');
const mbox = () => Buffer.from(starts[pick(starts.length)]() + strung(60), 'latin1');

/** Writes the sources of a round; path → octets that have to come back. */
function write(home) {
  const files = new Map();
  const add = (name, octets, isPacked) => {
    const path = join(home, isPacked ? `${name}.gz` : name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, isPacked ? gzipSync(octets) : octets);
    files.set(path, octets);
  };
  const isHome = pick(3) === 0;
  add('first', isHome ? Buffer.from(message(1).repeat(1 + pick(70))) : pick(2) === 0 ? odd() : mbox(), false);
  for (let n = isHome ? 1 + pick(8) : 0; n > 0; n -= 1) {
    const octets = pick(6) === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from(message(n)), mbox()]);
    add(`${['', 'lists/', 'lists/old/'][pick(3)]}${n}`, octets, octets.length > 0 && pick(5) === 0);
  }
  return { files, isHome };
}

async function round(scratch) {
  const [home, maildir, back] = ['home', 'maildir', 'back'].map((name) => join(scratch, name));
  const { files, isHome } = write(home);
  const filter = isHome ? [{}, { since: Date.UTC(2004, 0, 5) }, { before: Date.UTC(2004, 0, 3) }][pick(3)] : {};
  const store = await openMbox(isHome ? home : join(home, 'first'), { fromTz: 'UTC' });
  const target = await maildirTarget(maildir, { fsync: 'none', lanes: 0 });
  await transfer(select(store, filter), target, { fingerprint: 'a' });
  for (const one of [target, store]) await one[Symbol.asyncDispose]();
  const { restored, refused } = restore(maildir, back);
  const same = restored.filter(({ source, path }) => sha256(readFileSync(path)) === sha256(files.get(source) ?? Buffer.from('?')));
  if (same.length !== files.size || refused.length > 0) {
    throw new Error(`${scratch}: ${same.length} of ${files.size} came back; ${JSON.stringify(refused)}`);
  }
  for (const one of [home, maildir, back]) rmSync(one, { recursive: true, force: true });
  return files.size;
}

const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

const scratch = mkdtempSync(join(tmpdir(), 'prove-restore-'));
let [restored, rounds] = [0, 0];
let skipped = 0;
while (restored < wanted) {
  try {
    restored += await round(scratch);
  } catch (error) {
    // What is no mbox at all is refused when it is opened: nothing to restore.
    if (error.code !== 'SOURCE_FORMAT_UNKNOWN' && error.code !== 'NOT_AN_MBOX') throw error;
    skipped += 1;
    rmSync(scratch, { recursive: true });
    mkdirSync(scratch);
  }
  rounds += 1;
}
rmSync(scratch, { recursive: true });
console.log(
  `${restored} of ${restored} mboxes in ${rounds} rounds came back with the same SHA-256 (seed ${values.seed}; ${skipped} rounds made no mbox)`,
);
