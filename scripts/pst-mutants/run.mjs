// Damages real and made PSTs and counts what is saved, by us and by readpst and pffexport where they are installed.
// usage: node scripts/pst-mutants/run.mjs [COUNT [FIRST-SEED [alone]]]   (2000 from 1, with peers; run `npm run build` before)
// Fails when a file crashed the reader, when one took longer than TIMEOUT_MS, or when a peer saved more messages in all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PstStore } from '../../packages/core/dist/formats/pst/messaging/store.js';
import { TORTURE_CASES, writePstFile } from '../../packages/pst-writer/dist/index.js';
import { MUTATION_KINDS, mutate } from './mutate.mjs';

const [count, first] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
const TIMEOUT_MS = 20_000;
const scratch = mkdtempSync(join(tmpdir(), 'pst-mutants-'));

function bases() {
  const data = join(dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')), 'example/testdata');
  const corpus = join(import.meta.dirname, '../../../shared/corpus/pst');
  const real = existsSync(corpus) ? readdirSync(corpus).filter((name) => /\.[op]st$/.test(name) && !name.includes('5ce764')) : [];
  const written = ['orphans', 'deepEmbedded', 'crowdedFolder', 'localisedSpecialFolders'].flatMap((name) =>
    ['unicode', 'ansi', 'ost4k'].map((variant) => [`${name}.${variant}`, made(name, variant)]),
  );
  return [
    ['enron.pst', readFileSync(join(data, 'enron.pst'))],
    ...written,
    ...real.map((name) => [name, readFileSync(join(corpus, name))]),
  ].filter(([, octets]) => octets.length < 20_000_000);
}

function made(name, variant) {
  const path = join(scratch, 'made.pst');
  writePstFile(path, { ...TORTURE_CASES[name](), variant });
  return readFileSync(path);
}

/** Everything of every message is read: what is counted is messages of which at least one property was found. */
function ours(octets) {
  const store = PstStore.open({ size: octets.length, readAt: (at, length) => octets.subarray(at, at + length) }, 'x.pst', (text) =>
    Buffer.from(text).toString('latin1'),
  );
  let saved = 0;
  for (const nid of [...store.index.byFolder.values(), store.index.lost].flat()) {
    const { message } = store.message(nid);
    if (message !== undefined && readAll(message) > 0) {
      saved += 1;
    }
  }
  return saved;
}

function readAll(message) {
  let properties = 0;
  for (const object of [message, ...message.recipients, ...message.attachments]) {
    properties += [...object.properties()].length;
  }
  for (const attachment of message.attachments) {
    for (const _ of attachment.data());
    const inner = attachment.embedded();
    if (inner !== undefined) {
      readAll(inner);
    }
  }
  return properties;
}

const PEERS = {
  readpst: {
    run: (path, out) => spawnSync('readpst', ['-D', '-e', '-j0', '-q', '-o', out, path], { stdio: 'ignore', timeout: TIMEOUT_MS }),
    count: (names) => names.filter((name) => /\.(?:eml|vcf|ics)$/.test(name)).length,
  },
  pffexport: {
    run: (path, out) => spawnSync('pffexport', ['-q', '-m', 'items', '-t', join(out, 'p'), path], { stdio: 'ignore', timeout: TIMEOUT_MS }),
    count: (names) => names.filter((name) => /\/[A-Z][A-Za-z ]+\d{5}$/.test(name) && !name.includes('/Attachments/')).length,
  },
};

function theirs(peer, octets) {
  const path = join(scratch, 'mutant.pst');
  const out = mkdtempSync(join(scratch, 'out-'));
  writeFileSync(path, octets);
  const { error, signal } = peer.run(path, out);
  const saved = peer.count(readdirSync(out, { recursive: true }));
  rmSync(out, { recursive: true, force: true });
  return { saved, isHung: error?.code === 'ETIMEDOUT', isCrashed: signal !== null && error === undefined };
}

const files = bases();
const isAlone = process.argv[4] === 'alone';
const peers = Object.entries(isAlone ? {} : PEERS).filter(([name]) => spawnSync(name, ['-V'], { stdio: 'ignore' }).error === undefined);
const totals = { ours: { saved: 0, refused: 0, crashed: 0, slow: 0, slowestMs: 0, fewerThanBestPeer: 0 } };
for (const [name] of peers) totals[name] = { saved: 0, crashed: 0, hung: 0 };
const worse = [];
for (let seed = first; seed < first + count; seed += 1) {
  const [name, octets] = files[Math.floor(seed / MUTATION_KINDS.length) % files.length];
  const mutant = mutate(octets, seed);
  const started = performance.now();
  let saved = 0;
  try {
    saved = ours(mutant);
  } catch (error) {
    const isRefused = error?.code === 'PST_NOT_RECOGNISED';
    totals.ours[isRefused ? 'refused' : 'crashed'] += 1;
    if (!isRefused) console.error(`crash: seed ${seed}, ${name}: ${error?.stack}`);
  }
  const ms = performance.now() - started;
  totals.ours.saved += saved;
  totals.ours.slowestMs = Math.max(totals.ours.slowestMs, Math.round(ms));
  totals.ours.slow += Number(ms > TIMEOUT_MS);
  let best = 0;
  for (const [peerName, peer] of peers) {
    const result = theirs(peer, mutant);
    totals[peerName].saved += result.saved;
    totals[peerName].hung += Number(result.isHung);
    totals[peerName].crashed += Number(result.isCrashed);
    best = Math.max(best, result.saved);
  }
  if (saved < best) {
    totals.ours.fewerThanBestPeer += 1;
    worse.push({ seed, name, kind: MUTATION_KINDS[seed % MUTATION_KINDS.length], saved, best });
  }
}
rmSync(scratch, { recursive: true, force: true });
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ count, first, ...totals, peakMegabytes, worse: worse.slice(0, 20) }, undefined, 2));
const best = Math.max(0, ...peers.map(([name]) => totals[name].saved));
process.exitCode = totals.ours.crashed > 0 || totals.ours.slow > 0 || totals.ours.saved < best ? 1 : 0;
