// usage: node scripts/mbox-mutants/run.mjs [--count N] [--seed S] [--corpus DIR] [--write]      (10000 and 1; run `npm run build` before)
// Damages good mboxes, the fixtures and those of a directory, and delivers what is in them. Fails where a mutant crashed the reader or took more than TIMEOUT_MS,
// where messages, metadata and garbage do not tile the file, or where a message that the damage left whole was not delivered; --write puts the figures
// into docs/benchmarks/mbox-mutants.md.
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { memoryTarget, openStore, transfer } from '../../packages/core/dist/index.js';
import { MboxFile } from '../../packages/core/dist/sources/mbox-file.js';
import { fixtures, mutants } from './mutate.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    corpus: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const MMDF = '\x01\x01\x01\x01\n';
const TIMEOUT_MS = 20_000;
const MAX_SIZE = 300_000;
/** The octets of a message alone: whose headers leave and which quoting is undone depends on other messages of the file. */
const AS_IT_IS = { fromTz: 'UTC', unescape: 'none', keepHeaders: true };
const scratch = mkdtempSync(join(tmpdir(), 'mbox-mutants-'));
const path = join(scratch, 'mutant.mbox');

/** Ends a process that reads one mutant for too long; the mutant stays where it is. */
const begun = new Float64Array(new SharedArrayBuffer(8));
const WATCH = `
  const { workerData: { begun, limit, path } } = require('node:worker_threads');
  setInterval(() => {
    if (Date.now() - begun[0] < limit) return;
    require('node:fs').writeSync(2, 'no end of ' + path + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);`;
const watch = new Worker(WATCH, { eval: true, workerData: { begun, limit: TIMEOUT_MS, path } });
watch.unref();

/** The stretches of a file that one reading makes of it, in order; throws where they do not tile it. */
function readTiles(octets) {
  const fd = openSync(path, 'r');
  try {
    const file = MboxFile.open({ path, fd, size: octets.length, file: 0, folder: ['INBOX'], fallbackDate: 0, ...AS_IT_IS });
    const messages = [...file.batches()].flat();
    const stretches = [...file.regions, ...messages.map(({ span }) => span)].sort((a, b) => a.offset - b.offset);
    let covered = 0;
    for (const { offset, length } of stretches) {
      if (offset !== covered || length <= 0) throw new Error(`a gap or an overlap at ${covered}: the next stretch is ${offset}+${length}`);
      covered += length;
    }
    if (covered !== octets.length) throw new Error(`${covered} of ${octets.length} octets are accounted for`);
    return messages.map(({ span, content, filtered }) => ({ span, filtered, bytes: content.bytes() }));
  } finally {
    closeSync(fd);
  }
}

/** Other line ends are no damage. */
function withLf(octets) {
  return Buffer.from(Buffer.from(octets).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

function digest(bytes) {
  return createHash('sha256').update(withLf(bytes)).digest('hex');
}

/**
 * What a message is known by in a damaged file: its octets from the line before its From_ line to the end of the header of the next one, since what follows a
 * From_ line says whether it is one. Messages with doubtful lines are left out: what they are told by is spread over the file.
 */
function messagesOf(file) {
  const octets = withLf(file.octets);
  writeFileSync(path, octets);
  const messages = readTiles(octets).map(({ span, filtered, bytes }) => {
    return { span, filtered, digest: digest(bytes), end: span.offset + span.length };
  });
  const sure = messages.filter(
    ({ span, end, filtered }) => filtered === undefined && octets.subarray(span.offset, end).indexOf('\nFrom ', 5) < 0,
  );
  return sure.map(({ span, end, digest: content }) => {
    const isLast = end === octets.length;
    const before = span.offset === 0 ? 0 : octets.lastIndexOf('\n', Math.max(0, span.offset - 2)) + 1;
    return { content, octets: octets.subarray(before, isLast ? end : headerEnd(octets, end)), isFirst: span.offset === 0, isLast };
  });
}

function headerEnd(octets, at) {
  const ends = ['\n\n', '\n\r\n'].map((blank) => octets.indexOf(blank, at)).filter((end) => end >= 0);
  return ends.length === 0 ? octets.length : Math.min(...ends) + 2;
}

/** Messages that the damage did not touch: whole, with what is before and behind them; of those that are alike as many as there still are. */
function wholeIn(octets, messages) {
  const searched = new Map();
  return messages.filter(({ octets: own, isFirst, isLast }) => {
    const key = own.toString('latin1');
    const at = octets.indexOf(own, isLast ? Math.max(0, octets.length - own.length) : (searched.get(key) ?? 0));
    if (at < 0) return false;
    searched.set(key, at + own.length);
    return at === 0 || (!isFirst && octets[at - 1] === 10);
  });
}

/** A From_ line behind a blank line, and two header fields: two such messages make an mbox of whatever is before them. */
function isPlain({ octets }) {
  return /^(?:\r?\n)?From .*\n(?:[\w-]+:.*\n){2}/.test(octets.toString('latin1'));
}

/** The same messages between separators of MMDF, every other one with its From_ line. */
function asMmdf({ name, octets }) {
  writeFileSync(path, octets);
  const pieces = readTiles(octets).map(({ span, bytes }, i) => {
    const text = Buffer.from(bytes).toString('latin1').replace(/\n*$/, '\n');
    const lineEnd = octets.indexOf('\n', span.offset) + 1;
    const hasFrom = i % 2 === 0 && octets.toString('latin1', span.offset, span.offset + 5) === 'From ';
    return `${MMDF}${hasFrom ? octets.toString('latin1', span.offset, lineEnd) : ''}${text}${MMDF}`;
  });
  return { name: `${name} as MMDF`, octets: Buffer.from(pieces.join(''), 'latin1') };
}

/** What arrives in a target, by its digest, and as what the file was read; no format where nobody would call it mail. */
async function delivered() {
  const store = await openStore(path, AS_IT_IS).catch((error) => {
    if (/^SOURCE_FORMAT/.test(error?.code)) return undefined;
    throw error;
  });
  if (store === undefined) return { contents: [] };
  try {
    const target = memoryTarget();
    await transfer(store, target, { residue: false });
    const stored = [...target.folders.values()].flatMap((folder) => target.messages(folder.path));
    return { format: store.format, contents: stored.map(({ bytes }) => digest(bytes)) };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** A file that begins with the separator of MMDF has no other. */
function isMmdf(octets) {
  return octets.subarray(0, 6).toString('latin1').replace('\r', '').startsWith(MMDF);
}

function missing(whole, contents) {
  const left = new Map();
  for (const content of contents) left.set(content, (left.get(content) ?? 0) + 1);
  return whole.filter(({ content }) => {
    const times = left.get(content) ?? 0;
    left.set(content, times - 1);
    return times <= 0;
  });
}

function filesOf(directory) {
  const names = readdirSync(directory, { recursive: true }).map((name) => join(directory, name));
  return names
    .filter((name) => statSync(name).isFile() && statSync(name).size <= MAX_SIZE)
    .map((name) => ({ name: name.slice(directory.length + 1), octets: readFileSync(name) }))
    .filter(({ octets }) => octets.toString('latin1', 0, 5) === 'From ' || isMmdf(octets));
}

const files = [...fixtures(), ...(values.corpus === undefined ? [] : filesOf(values.corpus))];
begun[0] = Date.now();
files.push(...files.filter(({ octets }) => !isMmdf(octets)).map(asMmdf));
const known = new Map(files.map((file) => [file, messagesOf(file)]));
const totals = { mutants: 0, whole: 0, delivered: 0, unrecognised: 0, lost: 0, failures: 0, slowestMs: 0 };

function complain(name, octets, what) {
  totals.failures += 1;
  const kept = `mutant.${totals.failures}.failed.mbox`;
  writeFileSync(kept, octets);
  console.error(`${name}: ${what}; kept as ${kept}`);
}

for (const { name, file, octets } of mutants(count, seed, files)) {
  totals.mutants += 1;
  writeFileSync(path, octets);
  begun[0] = Date.now();
  const started = performance.now();
  try {
    readTiles(octets);
    const whole = isMmdf(octets) && !isMmdf(file.octets) ? [] : wholeIn(withLf(octets), known.get(file));
    const { format, contents } = await delivered();
    const lost = missing(whole, contents);
    if (format !== 'mbox' && lost.filter(isPlain).length < 2) totals.unrecognised += 1;
    else if (lost.length > 0) {
      totals.lost += lost.length;
      complain(name, octets, `${lost.length} of ${whole.length} whole messages were not delivered`);
    }
    totals.whole += format === 'mbox' ? whole.length : 0;
    totals.delivered += contents.length;
  } catch (error) {
    complain(name, octets, String(error?.stack));
  }
  const took = performance.now() - started;
  totals.slowestMs = Math.max(totals.slowestMs, Math.round(took));
}
rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ seed, files: files.length, ...totals }));
if (values.write) {
  writeFileSync(
    join(import.meta.dirname, '../../docs/benchmarks/mbox-mutants.md'),
    `# Damaged mboxes

Made by \`node scripts/mbox-mutants/run.mjs --count ${count} --seed ${seed}${values.corpus === undefined ? '' : ' --corpus DIR'} --write\`, which writes this file. Each mutant is one of ${files.length} good files${values.corpus === undefined ? '' : ', fixtures and real ones, as they are and rewritten as MMDF,'}
that was damaged one to four times: bits flipped, cut at either end or inside, NULs, random octets, separators, header fields and pieces of itself put in, other line ends.

| | |
| --- | --- |
| mutants | ${totals.mutants} |
| crashes, hangs, octets that belong to nothing | ${totals.failures} |
| messages that the damage left whole, in files that are still an mbox | ${totals.whole} |
| of them not delivered octet for octet | ${totals.lost} |
| messages delivered, damaged ones included | ${totals.delivered} |
| mutants that are no mbox any more: refused by name, or one message | ${totals.unrecognised} |

The slowest took ${totals.slowestMs} ms. A message counts as whole when its octets, the line before it and the header of the one behind it are there; one that holds
lines in doubt (\`From \` in its text) does not count, since what they are told by is spread over the file. A file is an mbox as long as its head or two messages with a From_ line
and two header fields are left; what gets the separator of MMDF as its first line is MMDF, and its From_ lines are text.
`,
  );
}
process.exitCode = totals.failures > 0 ? 1 : 0;
