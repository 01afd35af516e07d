// usage: node scripts/pst-mutants/run.mjs [--count N] [--first SEED] [--alone] [--write] [--log FILE [--minutes M]]   (2000 from 1, with peers; run `npm run build` before)
// With --log each result is kept in FILE: a run that ended after M minutes goes on where it was, and only the last one writes and judges.
// Damages real and made PSTs and counts what is saved, by us and by readpst and pffexport where they are installed; --write puts the figures into
// docs/benchmarks/pst-mutants.md. Fails when a file crashed the reader, took more than TIMEOUT_MS or memory above PEAK_MIB, or a peer saved more of any mutant.
import { fork, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TORTURE_CASES, writePstFile } from '../../packages/pst-writer/dist/index.js';
import { MUTATION_KINDS, mutate } from './mutate.mjs';

const option = (name, fallback) => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : fallback);
const [count, first] = [option('--count', 2000), option('--first', 1)];
const TIMEOUT_MS = 20_000;
const log = process.argv.includes('--log') ? process.argv[process.argv.indexOf('--log') + 1] : undefined;
const deadline = performance.now() + option('--minutes', Number.POSITIVE_INFINITY) * 60_000;
/** What the reading process may have at its peak, Node itself and the file (below 20 MB) included. */
const PEAK_MIB = 512;
const scratch = mkdtempSync(join(tmpdir(), 'pst-mutants-'));
const mutantPath = join(scratch, 'mutant.pst');

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

let reader;

/** Reads the mutant in the process for it; a process that hangs is killed and the next mutant gets a new one. */
function ours() {
  reader ??= fork(join(import.meta.dirname, 'read-one.mjs'), { execArgv: [`--max-old-space-size=${PEAK_MIB}`] });
  const process_ = reader;
  return new Promise((resolve) => {
    const started = performance.now();
    const end = (result) => {
      clearTimeout(timer);
      process_.removeAllListeners();
      resolve({ wallMs: Math.round(performance.now() - started), ...result });
    };
    const lose = (result) => {
      reader = undefined;
      process_.kill('SIGKILL');
      end({ saved: 0, cpuMs: 0, peakMiB: 0, ...result });
    };
    const timer = setTimeout(() => lose({ hung: true }), TIMEOUT_MS);
    process_.once('message', end);
    process_.once('exit', (code, signal) => lose({ crash: `exit ${code ?? signal}` }));
    process_.send(mutantPath);
  });
}

const PEERS = {
  readpst: {
    run: (out) => spawnSync('readpst', ['-D', '-e', '-j0', '-q', '-o', out, mutantPath], { stdio: 'ignore', timeout: TIMEOUT_MS }),
    count: (names) => names.filter((name) => /\.(?:eml|vcf|ics)$/.test(name)).length,
  },
  pffexport: {
    run: (out) => spawnSync('pffexport', ['-q', '-m', 'items', '-t', join(out, 'p'), mutantPath], { stdio: 'ignore', timeout: TIMEOUT_MS }),
    count: (names) => pffItems(names).filter((name) => !UNNAMED_FOLDER.test(name)).length,
    countFolders: (names) => pffItems(names).filter((name) => UNNAMED_FOLDER.test(name)).length,
  },
};

/** Directories that pffexport makes: of an item its kind and a number; of a folder its name, or this where the name is lost. */
const UNNAMED_FOLDER = /\/Folder\d{5}$/;

function pffItems(names) {
  return names.filter((name) => /\/[A-Z][A-Za-z ]+\d{5}$/.test(name) && !name.includes('/Attachments/'));
}

function theirs(peer) {
  const out = mkdtempSync(join(scratch, 'out-'));
  const { error, signal } = peer.run(out);
  const names = readdirSync(out, { recursive: true });
  const saved = peer.count(names);
  const folders = peer.countFolders?.(names) ?? 0;
  rmSync(out, { recursive: true, force: true });
  return { saved, folders, isHung: error?.code === 'ETIMEDOUT', isCrashed: signal !== null && error === undefined };
}

const files = bases();
const peers = Object.entries(process.argv.includes('--alone') ? {} : PEERS).filter(
  ([name]) => spawnSync(name, ['-V'], { stdio: 'ignore' }).error === undefined,
);
const totals = { ours: { saved: 0, refused: 0, crashed: 0, hung: 0, slowestCpuMs: 0, peakMiB: 0 } };
for (const [name] of peers) totals[name] = { saved: 0, crashed: 0, hung: 0 };
const worse = [];
/** Mutants in which a peer would seem to have more, if its folders without a name were taken for items. */
let seemingly = 0;
const used = new Set();

function enter(seed, name, { saved, refused, crash, hung, cpuMs, peakMiB }) {
  totals.ours.saved += saved;
  totals.ours.refused += Number(refused === true);
  totals.ours.hung += Number(hung === true);
  totals.ours.crashed += Number(crash !== undefined);
  totals.ours.slowestCpuMs = Math.max(totals.ours.slowestCpuMs, cpuMs);
  totals.ours.peakMiB = Math.max(totals.ours.peakMiB, peakMiB);
  if (crash !== undefined || hung) console.error(`seed ${seed}, ${name}: ${crash ?? 'no end'}`);
}

/** What every reader made of one mutant. */
async function results(seed, octets) {
  writeFileSync(mutantPath, mutate(octets, seed));
  const own = await ours();
  return { own, peers: Object.fromEntries(peers.map(([name, peer]) => [name, theirs(peer)])) };
}

const known = new Map();
if (log !== undefined && existsSync(log)) {
  for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) known.set(JSON.parse(line).seed, JSON.parse(line));
}
let unread = 0;

for (let seed = first; seed < first + count; seed += 1) {
  const [name, octets] = files[Math.floor(seed / MUTATION_KINDS.length) % files.length];
  if (!known.has(seed) && performance.now() > deadline) {
    unread += 1;
    continue;
  }
  const result = known.get(seed) ?? (await results(seed, octets));
  if (log !== undefined && !known.has(seed)) appendFileSync(log, `${JSON.stringify({ seed, ...result })}\n`);
  used.add(name);
  enter(seed, name, result.own);
  const saved = {};
  for (const [peerName] of peers) {
    const peer = result.peers[peerName];
    saved[peerName] = peer.saved;
    totals[peerName].saved += peer.saved;
    totals[peerName].hung += Number(peer.isHung);
    totals[peerName].crashed += Number(peer.isCrashed);
  }
  const most = Math.max(0, ...Object.values(result.peers).map((peer) => peer.saved + peer.folders));
  if (result.own.saved < most && result.own.saved >= Math.max(0, ...Object.values(saved))) seemingly += 1;
  if (result.own.saved < Math.max(0, ...Object.values(saved))) {
    worse.push({ seed, name, kind: MUTATION_KINDS[seed % MUTATION_KINDS.length], ours: result.own.saved, ...saved });
  }
}
reader?.disconnect();
rmSync(scratch, { recursive: true, force: true });
if (unread > 0) {
  console.log(`${unread} mutants left for the next run`);
  process.exit(75);
}
console.log(JSON.stringify({ count, first, files: used.size, ...totals, seemingly, unexplained: worse.length, worse }, undefined, 2));

const row = (cells) => `| ${cells.join(' | ')} |`;
if (process.argv.includes('--write')) {
  const table = [
    row(['reader', 'messages saved', 'crashes', `runs above ${TIMEOUT_MS / 1000} s`]),
    row(['---', '---', '---', '---']),
    ...['ours', ...peers.map(([name]) => name)].map((name) => {
      const { saved, crashed, hung } = totals[name];
      return row([name === 'ours' ? 'mailferry' : name, saved, crashed, hung]);
    }),
  ];
  const fewer = worse.map(({ seed, name, kind, ...saved }) => row([seed, name, kind, saved.ours, ...peers.map(([peer]) => saved[peer])]));
  const fewerHead = [
    row(['seed', 'file', 'damage', 'mailferry', ...peers.map(([name]) => name)]),
    row(Array(4 + peers.length).fill('---')),
  ];
  writeFileSync(
    join(import.meta.dirname, '../../docs/benchmarks/pst-mutants.md'),
    `# Damaged PSTs

Made by \`node scripts/pst-mutants/run.mjs --count ${count} --first ${first} --write\`, which writes this file. ${count} mutants of ${used.size} real and made files, each by
its seed: ${MUTATION_KINDS.join(', ')} in turn. Counted are the messages of which a reader got anything.

${table.join('\n')}

Ours took at most ${(totals.ours.slowestCpuMs / 1000).toFixed(1)} s of processor time for one mutant and ${totals.ours.peakMiB} MiB of memory, Node and the whole file included; ${totals.ours.refused} files had lost what makes
them a PST and were refused.

${worse.length === 0 ? 'No peer saved more from any mutant.' : `In ${worse.length} mutants a peer saved more:\n\n${[...fewerHead, ...fewer].join('\n')}\n`}
In ${seemingly} mutants the directories of \`pffexport\` seem to be more: it calls a folder whose name is lost \`Folder00001\` and so on, as it calls items. They are folders,
with messages in them or without, and are not counted.
`,
  );
}
const best = Math.max(0, ...peers.map(([name]) => totals[name].saved));
const { crashed, hung, peakMiB, saved } = totals.ours;
process.exitCode = crashed > 0 || hung > 0 || peakMiB > PEAK_MIB || saved < best || worse.length > 0 ? 1 : 0;
