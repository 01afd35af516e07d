// Proof that an upload leaves each message exactly once wherever its connection is cut, and whenever it is killed. A small home goes into a
// fresh account through a proxy that cuts at every k-th octet of both directions in turn (and up to seven times more at random), capabilities
// masked in rotation, in every second account with another client appending; then the same command again; then imapflow reads the account.
// usage: node scripts/prove-cuts/index.mjs cuts|kills ROUNDS [--seed N] [--at-once N] [--without WORD] [--held] [--cyrus DIRECTORY PORT] [--write]
// --without UIDPLUS: only the masks that hide it. --held: in every account (else every ninth) cuts by something that delivers later what it holds.
// Dovecot: its own, needs root. Cyrus: `scripts/oracle/cyrus.sh start DIRECTORY PORT` before. --write puts a line into docs/benchmarks/imap-cuts.md.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cutRound, measure } from './cuts.mjs';
import { killRound } from './kills.mjs';
import { cyrusPeer, dovecotPeer } from './peers.mjs';

const [kind, many, ...rest] = process.argv.slice(2);
const rounds = Number(many);
if (!['cuts', 'kills'].includes(kind) || !(rounds > 0)) {
  console.error(
    'usage: prove-cuts/index.mjs cuts|kills ROUNDS [--seed N] [--at-once N] [--without WORD] [--held] [--cyrus DIRECTORY PORT] [--write]',
  );
  process.exit(64);
}
const option = (name, ahead = 1) => (rest.includes(name) ? rest[rest.indexOf(name) + ahead] : undefined);
const seed = Number(option('--seed') ?? 1);
const atOnce = Number(option('--at-once') ?? 6);
const doc = join(dirname(fileURLToPath(import.meta.url)), '../../docs/benchmarks/imap-cuts.md');

/** Every combination of the three capabilities on which the way of sending and of settling depends. */
const ALL_MASKS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ['MULTIAPPEND', 'LITERAL+', 'UIDPLUS'].filter((_, at) => bits & (1 << at)));
const without = option('--without');
const MASKS = ALL_MASKS.filter((mask) => without === undefined || mask.includes(without));
const isAlwaysHeld = rest.includes('--held');
const what = `${kind}${isAlwaysHeld ? ', held back' : ''}${without === undefined ? '' : `, never ${without}`}`;

function numbers(from) {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where the first connection of a round is cut: the rounds of a mask divide both directions evenly, offset by the seed. */
function firstCut(number, spans) {
  const at = Math.floor(number / MASKS.length);
  const each = Math.max(1, Math.ceil(rounds / MASKS.length / 2));
  const direction = at % 2 === 0 ? 'toServer' : 'toClient';
  const share = (Math.floor(at / 2) + ((seed * 0.618) % 1)) / each;
  return { direction, after: 1 + Math.floor(share * spans[number % MASKS.length][direction]) };
}

const work = mkdtempSync(join(tmpdir(), 'mailferry-cuts-'));
chmodSync(work, 0o755);
const cyrus = option('--cyrus');
const peer = cyrus === undefined ? await dovecotPeer(join(work, 'dovecot')) : cyrusPeer(cyrus, Number(option('--cyrus', 2)));
const sums = { rounds: 0, cuts: 0, kills: 0, foreign: 0, removed: 0, failures: 0 };
const started = Date.now();

async function one(number, spans) {
  const mask = MASKS[number % MASKS.length];
  const span = spans[number % MASKS.length];
  const random = numbers(seed * 1_000_003 + number);
  const facts = { number, mask, span, random, work, first: firstCut(number, spans), isAlwaysHeld };
  try {
    const found = await (kind === 'cuts' ? cutRound(peer, facts) : killRound(peer, facts));
    for (const [name, value] of Object.entries(found)) if (name in sums) sums[name] += value;
  } catch (error) {
    sums.failures++;
    const { direction, after } = facts.first;
    const where = `round ${number}, without ${mask.join(' and ') || 'nothing'}, first cut ${direction} after ${after}`;
    console.log(`FAILED ${where}: ${error.code ?? ''} ${error.stack}`);
  }
  sums.rounds++;
  if (sums.rounds % 50 === 0) console.log(`${sums.rounds} accounts, ${sums.cuts} cuts, ${sums.kills} kills, ${sums.failures} failures`);
}

try {
  const spans = await measure(peer, MASKS, work);
  let next = 0;
  const worker = async () => {
    while (next < rounds) await one(next++, spans);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
} finally {
  await peer.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
const breaks = kind === 'cuts' ? `${sums.cuts} cuts` : `${sums.kills} kills`;
const seconds = Math.round((Date.now() - started) / 1000);
const n = (value) => value.toLocaleString('en');
console.log(`${peer.title}: ${sums.rounds} accounts, ${breaks}, ${seconds} s, ${sums.failures} failures`);
if (rest.includes('--write')) {
  const count = n(kind === 'cuts' ? sums.cuts : sums.kills);
  const date = new Date().toISOString().slice(0, 10);
  const row = `| ${peer.title} | ${what} | ${seed} | ${n(sums.rounds)} | ${count} | ${n(sums.foreign)} | ${n(sums.removed)} | ${sums.failures} | ${seconds} | ${date} |`;
  note(row);
}
process.exit(sums.failures === 0 ? 0 : 1);

/** Puts a row in the place of the one for the same server, kind and seed. */
function note(row) {
  const head = (text) => text.split('|').slice(1, 4).join('|');
  const lines = existsSync(doc) ? readFileSync(doc, 'utf8').split('\n') : [];
  const rows = lines.filter((line) => / \d{4}-\d\d-\d\d \|$/.test(line) && head(line) !== head(row));
  const table = [...rows, row].sort().join('\n');
  writeFileSync(doc, text(table));
}

function text(table) {
  return `# Cut anywhere, killed at any time

Made by \`node scripts/prove-cuts/index.mjs cuts|kills ROUNDS --seed N [--without WORD] [--held] [--cyrus DIRECTORY PORT] --write\`; each run puts its line into the table.

A round: a home of 40 messages in two folders (twins in every octet, twins by Message-ID alone, messages without one, flags, keywords; in every
24th account one message above 1 MiB) goes into a fresh account. *Cuts*: through a proxy that breaks the first connection at every k-th octet of
what is sent and of what is answered (the rounds share both directions out among them, sign-in and greeting included), and up to seven more at
places chosen at random: reset, closed in good order, or held back and delivered after the client has gone. *Kills*: the built program gets SIGKILL when
a chosen octet passes, or up to 30 ms later, up to six times an account. MULTIAPPEND, LITERAL+ and UIDPLUS are masked in all eight combinations
in turn; in every second account imapflow appends to INBOX meanwhile. Then the same command runs to its end, then once more (it must write nothing), and
imapflow reads the account: each message exactly once, with its octets, flags and internal date, beside each message of the other client.

*Held back*: such cuts in every account, not in every ninth. *Never UIDPLUS*: only the four masks that hide it. *Taken back*: second copies that arrived
after they had been looked for, and were removed: by UID EXPUNGE, or by MOVE where UIDPLUS is masked (ADR 45). One that stays is a failure. *Failures*: accounts
that were not as described.

| server | what | seed | accounts | cuts or kills | messages of another client | taken back | failures | seconds | date |
|---|---|---:|---:|---:|---:|---:|---:|---:|---|
${table}
`;
}
