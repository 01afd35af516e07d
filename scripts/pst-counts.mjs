// usage: node scripts/pst-counts.mjs [--check]   (run `npm run build` before; needs python3, readpst, pffexport and ../shared/corpus/pst)
// Counts what is in every real PST and OST at hand with an independent reader (pst_independent.py), readpst and pffexport, and writes the figures to
// packages/core/test/pst/counts.generated.json, which corpus.test.ts holds ours to, and as a table to docs/benchmarks/pst-counts.md.
// --check: fail when the committed figures are not what is counted now.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { openPst } from '../packages/core/dist/sources/pst.js';

const root = join(import.meta.dirname, '..');
const corpus = join(root, '../shared/corpus/pst');
const extractor = join(dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')), 'example/testdata');
const scratch = mkdtempSync(join(tmpdir(), 'pst-counts-'));

function filesIn(directory) {
  const names = readdirSync(directory).filter((name) => /\.[op]st$/.test(name));
  return names.sort().map((name) => join(directory, name));
}

/** What the corpus says of its own files: messages and folders by name. */
function sources() {
  const rows = readFileSync(join(corpus, 'SOURCES.tsv'), 'utf8').trim().split('\n').slice(1);
  return new Map(rows.map((row) => row.split('\t')).map((cells) => [cells[0], { messages: Number(cells[9]), folders: Number(cells[10]) }]));
}

function independent(paths) {
  const lines = execFileSync('python3', [join(import.meta.dirname, 'pst_independent.py'), ...paths], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

function namesBelow(directory) {
  return existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
}

/** A file an item, attachments apart. */
function readpst(path) {
  const out = mkdtempSync(join(scratch, 'readpst-'));
  spawnSync('readpst', ['-D', '-e', '-j0', '-q', '-o', out, path], { stdio: 'ignore', timeout: 60_000 });
  return namesBelow(out).filter((name) => /\.(?:eml|vcf|ics)$/.test(name)).length;
}

/** A folder an item, those inside attachments apart; a file or a folder an attachment. */
function pffexport(path) {
  const out = join(mkdtempSync(join(scratch, 'pffexport-')), 'out');
  spawnSync('pffexport', ['-q', '-m', 'items', '-t', out, path], { stdio: 'ignore', timeout: 60_000 });
  const names = namesBelow(`${out}.export`);
  return {
    messages: names.filter((name) => /\/[A-Z][A-Za-z ]+\d{5}$/.test(name) && !name.includes('/Attachments/')).length,
    attachments: names.filter((name) => /\/Attachments\/[^/]+$/.test(name)).length,
  };
}

async function ours(path) {
  const store = await openPst(path);
  for await (const _ of store.messages());
  for await (const _ of store.items());
  const { expected, delivered, items, excluded, failed, unread } = store.reconciliation();
  await store[Symbol.asyncDispose]();
  return { expected, delivered, items, excluded, failed, unread };
}

const paths = [...filesIn(corpus), ...filesIn(extractor)];
const said = sources();
const truths = independent(paths);
const rows = [];
for (const [i, path] of paths.entries()) {
  const truth = truths[i];
  const file = basename(path);
  if (truth.error !== undefined) continue;
  const claimed = said.get(file);
  if (claimed !== undefined && (claimed.messages !== truth.messages || claimed.folders !== truth.folders)) {
    console.error(
      `${file}: SOURCES.tsv says ${JSON.stringify(claimed)}, counted were ${truth.messages} messages and ${truth.folders} folders`,
    );
    process.exitCode = 1;
  }
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  rows.push({ file, sha256, truth, readpst: { messages: readpst(path) }, pffexport: pffexport(path), ours: await ours(path) });
}
rmSync(scratch, { recursive: true, force: true });

const ofClass = ({ classes }, pattern) => Object.entries(classes).reduce((sum, [name, count]) => sum + (pattern.test(name) ? count : 0), 0);
const COLUMNS = [
  ['messages', ({ truth }) => truth.messages],
  ['listed', ({ truth }) => truth.listed],
  ['mailferry', ({ ours: own }) => own.expected - own.failed - own.unread],
  ['readpst', ({ readpst: peer }) => peer.messages],
  ['pffexport', ({ pffexport: peer }) => peer.messages],
  ['folders', ({ truth }) => truth.folders],
  ['attachments', ({ truth }) => truth.attachments],
  ['pffexport', ({ pffexport: peer }) => peer.attachments],
  ['embedded', ({ truth }) => truth.embedded],
  ['contacts', ({ truth }) => ofClass(truth, /^IPM\.Contact/)],
  ['lists', ({ truth }) => ofClass(truth, /^IPM\.DistList/)],
  ['appointments', ({ truth }) => ofClass(truth, /^IPM\.Appointment/)],
  ['tasks', ({ truth }) => ofClass(truth, /^IPM\.Task/)],
  ['notes', ({ truth }) => ofClass(truth, /^IPM\.StickyNote/)],
];
const line = (cells) => `| ${cells.join(' | ')} |`;
const cellsOf = (row) => COLUMNS.map(([, value]) => value(row));
const sums = rows.map(cellsOf).reduce(
  (sum, cells) => sum.map((value, i) => value + cells[i]),
  COLUMNS.map(() => 0),
);
const table = [
  line(['file', ...COLUMNS.map(([title]) => title)]),
  line(['---', ...COLUMNS.map(() => '---')]),
  ...rows.filter(({ truth }) => truth.messages > 0).map((row) => line([row.file, ...cellsOf(row)])),
  line([`${rows.length} files`, ...sums]),
];
const empty = rows.filter(({ truth }) => truth.messages === 0).length;
const page = `# What is in the real PSTs

Made by \`node scripts/pst-counts.mjs\`, which writes this file and the figures that \`packages/core/test/pst/corpus.test.ts\` holds the reader to. *messages* are the message
nodes of the node tree and *listed* those of them that a contents table lists, both counted by \`scripts/pst_independent.py\`, a reader that shares no code with
ours; so are folders, attachments at all depths, embedded messages and the classes. *mailferry* is what was delivered as mail or item, or left out with its reason. The two
columns *pffexport* are its items and its attachments. ${empty} files without a message are only in the sum. Why the peers find fewer is in [docs/formats/pst.md](../formats/pst.md).

${table.join('\n')}
`;
const figures = `[\n${rows.map(({ ours: _ours, ...row }) => JSON.stringify(row)).join(',\n')}\n]\n`;
const isSame = (path, a, b) => a === b || (path.endsWith('.json') && JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b)));
const outputs = [
  [join(root, 'packages/core/test/pst/counts.generated.json'), figures],
  [join(root, 'docs/benchmarks/pst-counts.md'), page],
];
for (const [path, text] of outputs) {
  mkdirSync(dirname(path), { recursive: true });
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!isSame(path, readFileSync(path, 'utf8'), text)) {
    console.error(`${path} is not what is counted now`);
    process.exitCode = 1;
  }
}
