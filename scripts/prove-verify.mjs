#!/usr/bin/env node
// Verify says what is wrong, every time, and nothing else: over a corpus of real files, and over pairs of which one thing was changed.
//   node scripts/prove-verify.mjs [--corpus DIR] [--tampers 3000] [--checks 200] [--seed 1] [--part corpus|tampers|page] [--results FILE] [--write]
// Needs the build. Corpus: each source is converted and compared with its ledger, without it, by the independent checker, and again after a real Dovecot
// (as root, where it is installed) opened all folders of the Maildir. Tampers: one octet, file, flag or date is flipped, dropped, doubled or altered on
// either side, of mboxes and PSTs; the checker has to agree for --checks of each kind. --results keeps the sums (of one part at a time, where --part says so), --write puts them into
// docs/benchmarks/trust.md.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { maildirTarget, openStore, transfer } from '@mailferry/core';
import { compare, differencesOf } from './prove-verify/compare.mjs';
import { canOpen, openInPlace } from './prove-verify/dovecot-in-place.mjs';
import { writePage } from './prove-verify/page.mjs';
import { makePairs } from './prove-verify/pairs.mjs';
import { TAMPERS } from './prove-verify/tampers.mjs';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: join(import.meta.dirname, '../../shared/corpus') },
    tampers: { type: 'string', default: '3000' },
    checks: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    part: { type: 'string' },
    results: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const CHECKER = join(import.meta.dirname, 'verify_independent.py');
const scratch = mkdtempSync(join(tmpdir(), 'prove-verify-'));
const wrong = [];
const say = (line) => process.stdout.write(`${line}\n`);
const fail = (line) => {
  wrong.push(line);
  say(`WRONG ${line}`);
};

/** mulberry32: a number below `below`. */
function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const checked = (maildir) => spawnSync('python3', [CHECKER, maildir], { encoding: 'utf8', maxBuffer: 1 << 28 });

async function convert(source, maildir) {
  const store = await openStore(source, { fromTz: 'UTC' });
  try {
    const target = await maildirTarget(maildir, { fsync: 'none' });
    try {
      return await transfer(store, target, { fingerprint: 'a' });
    } finally {
      await target[Symbol.asyncDispose]();
    }
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** The corpus as sources: each file, a home of the mboxes, and a Maildir made of one. */
function sourcesOf(corpus) {
  const files = ['mbox', 'pst'].flatMap((kind) =>
    existsSync(join(corpus, kind)) ? readdirSync(join(corpus, kind)).map((name) => join(corpus, kind, name)) : [],
  );
  const home = join(scratch, 'home');
  mkdirSync(join(home, 'mail', 'deep'), { recursive: true });
  for (const [index, path] of files.filter((name) => name.includes('/mbox/')).entries()) {
    copyFileSync(path, join(home, index % 3 === 0 ? 'mail/deep' : 'mail', basename(path).slice(-60)));
  }
  const single = join(scratch, 'eml');
  mkdirSync(join(single, 'sub'), { recursive: true });
  for (const [index, path] of files.filter((name) => /\.(?:eml|emlx|msg)$/.test(name)).entries())
    copyFileSync(path, join(single, index % 2 === 0 ? 'sub' : '', `${index}${/\.\w+$/.exec(path)?.[0]}`));
  return [...files, join(home, 'mail'), single];
}

async function provePair(source, maildir, sums) {
  const report = await convert(source, maildir);
  if (report.totals.read === 0) return sums.empty++;
  sums.sources += 1;
  sums.messages += report.totals.read;
  const name = basename(source);
  const judge = (what, { failures, kinds }) => {
    sums.comparisons += 1;
    if (failures > 0) fail(`false alarm, ${what}: ${name}: ${JSON.stringify(kinds)}`);
  };
  judge('with the ledger', await compare(source, maildir, true));
  const own = checked(maildir);
  sums.checks += 1;
  if (own.status !== 0) fail(`the checker: ${name}: ${own.stdout.split('\n')[0]} ${own.stderr}`);
  const ledger = join(maildir, 'mailferry-ledger');
  renameSync(ledger, `${maildir}.ledger`);
  judge('without a ledger', await compare(source, maildir, false));
  renameSync(`${maildir}.ledger`, ledger);
  if (!canOpen()) return undefined;
  sums.opened += 1;
  for (const error of openInPlace(maildir)) fail(`Dovecot: ${name}: ${error}`);
  judge('after Dovecot opened it', await compare(source, maildir, true));
  const after = checked(maildir);
  sums.checks += 1;
  if (after.status !== 0) fail(`the checker, after Dovecot: ${name}: ${after.stdout.split('\n')[0]} ${after.stderr}`);
  return undefined;
}

async function proveCorpus() {
  const sums = { sources: 0, messages: 0, empty: 0, refused: 0, comparisons: 0, checks: 0, opened: 0 };
  const maildir = join(scratch, 'Maildir');
  const sources = sourcesOf(values.corpus);
  const multiple = sources.find((path) => /testbox$|\.mbox$/.test(path));
  if (multiple !== undefined) {
    await convert(multiple, join(scratch, 'source-maildir'));
    for (const name of ['mailferry-ledger', 'mailferry-residue']) rmSync(join(scratch, 'source-maildir', name), { force: true });
    sources.push(join(scratch, 'source-maildir'));
  }
  for (const source of sources) {
    rmSync(maildir, { recursive: true, force: true });
    try {
      await provePair(source, maildir, sums);
    } catch (error) {
      if (!/^(?:SOURCE_FORMAT|SOURCE_TRUNC|PST_)/.test(error?.code ?? '')) fail(`${basename(source)}: ${error?.stack ?? error}`);
      sums.refused += 1;
    }
  }
  return sums;
}

/** One tamper: named, judged by the checker where it can know, and taken back. */
async function tamperOnce(pairs, { kind, round, pick }, row) {
  const { tamper, verdict, mboxOnly } = TAMPERS[kind];
  const able = pairs.filter(({ isMbox }) => isMbox || mboxOnly !== true);
  const pair = able[pick(able.length)];
  const undo = tamper({ ...pair, pick });
  if (undo === undefined) return undefined;
  const found = await differencesOf(pair.source, pair.maildir);
  row.rounds += 1;
  row.named += found.length > 0 ? 1 : 0;
  if (found.length === 0) fail(`${kind}, round ${round}: not named`);
  if (verdict !== undefined && row.checked < Number(values.checks)) {
    const { status, stdout } = checked(pair.maildir);
    const says = status !== 0 ? 'failure' : stdout.includes('"kind": "flagsByUser"') ? 'user' : 'clean';
    row.checked += 1;
    row.agreed += says === verdict ? 1 : 0;
    if (says !== verdict) fail(`${kind}, round ${round}: the checker says ${says}, not ${verdict}`);
  }
  undo();
  return pair;
}

async function proveTampers() {
  const pick = dice(Number(values.seed));
  const pairs = makePairs(join(scratch, 'pairs'), Number(values.seed));
  for (const { source, maildir } of pairs) await convert(source, maildir);
  const kinds = Object.keys(TAMPERS);
  const rows = Object.fromEntries(kinds.map((kind) => [kind, { rounds: 0, named: 0, checked: 0, agreed: 0 }]));
  let clean = 0;
  for (let round = 0; round < Number(values.tampers); round += 1) {
    const kind = kinds[round % kinds.length];
    const pair = await tamperOnce(pairs, { kind, round, pick }, rows[kind]);
    if (round % 25 !== 0 || pair === undefined) continue;
    clean += 1;
    const left = await differencesOf(pair.source, pair.maildir);
    if (left.length > 0) fail(`false alarm after ${kind}, round ${round}: ${JSON.stringify(left[0])}`);
  }
  const sum = (name) => Object.values(rows).reduce((total, row) => total + row[name], 0);
  return { rounds: sum('rounds'), named: sum('named'), clean, kinds: rows };
}

const known = values.results !== undefined && existsSync(values.results) ? JSON.parse(readFileSync(values.results, 'utf8')) : {};
try {
  const started = Date.now();
  if (values.part === undefined || values.part === 'corpus')
    known.corpus = { ...(await proveCorpus()), wrong: wrong.length, seconds: Math.round((Date.now() - started) / 1000) };
  const before = wrong.length;
  const then = Date.now();
  if (values.part === undefined || values.part === 'tampers')
    known.tampers = {
      seed: Number(values.seed),
      ...(await proveTampers()),
      wrong: wrong.length - before,
      seconds: Math.round((Date.now() - then) / 1000),
    };
  say(JSON.stringify(known));
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(known));
  if (values.write) writePage(known);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = wrong.length === 0 ? 0 : 1;
