// usage: node scripts/bundle.mjs [NAME] [--list]      after `tsc -b`: packages/*/dist → packages/cli/bundle (or NAME beside it), what users run
//
// The program is some 250 modules, and Node pays for each that it resolves, reads and links. Here they become a few files, split where the code says
// `import()`, so that PST, IMAP, batch and queue are read only by those who need them. Names stay readable: nothing is renamed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const cli = join(packages, 'cli');

/** What is started by its place: the names are those of packages/cli/src/entry-points.ts and packages/core/src/lanes/thread.ts. */
const ENTRIES = {
  program: join(cli, 'dist/program.js'),
  'owner/as-user': join(cli, 'dist/owner/as-user.js'),
  'owner/job-process': join(cli, 'dist/owner/job-process.js'),
  'owner/spool-lock': join(cli, 'dist/owner/spool-lock.js'),
};
/** A worker thread shares no code with the program that starts it: its few modules are a file of their own. */
const THREADS = { 'lane-thread': join(packages, 'core/dist/lanes/lane-thread.js') };
/** The one package of others that every command needs. The rest stays where npm puts it. */
const BUNDLED = ['commander'];
/**
 * What is read together lies in one file: what a child is before it is a user, the door with what is behind every command, the way from files to a Maildir.
 * What two of them need is a file, too; what only other commands need is split as the code says.
 */
const TOGETHER = [
  ['identity', ['owner/take-identity.js', 'owner/hold-spool.js']],
  ['start', ['program.js', 'run-command.js', 'owner/as-owner.js']],
  ['convert', ['ui/convert-run.js', 'ui/job-run.js', 'commands/convert.js']],
];
/** What most runs never use is loaded by the first use, not by the file that might: a fifth of the work of a short run is loading Node's own modules. */
const AT_FIRST_USE = [
  'node:child_process',
  'node:http',
  'node:https',
  'node:net',
  'node:readline',
  'node:stream',
  'node:timers/promises',
  'node:tls',
  'node:v8',
  'node:worker_threads',
  'node:zlib',
  'fzstd',
  'socks',
];
const OUTPUT = {
  format: 'cjs',
  chunkFileNames: '[name]-[hash].js',
  comments: { legal: true, annotation: false, jsdoc: false },
  externalLiveBindings: false,
  plugins: [{ name: 'spare', renderChunk: (code, { fileName }) => byLoader(fileName, ownRequire(atFirstUse(code))) }],
};

const isOthers = (id) => !/^(?:\.|\/|@mailferry\/)/u.test(id) && !BUNDLED.includes(id);
const open = (input) =>
  rolldown({
    input,
    preserveEntrySignatures: 'allow-extension',
    platform: 'node',
    external: isOthers,
    treeshake: { moduleSideEffects: isOthers },
  });

/** `let x = require("x")` at the top of a module goes, and each `x.y` becomes `(require("x").y)`. */
function atFirstUse(code) {
  const lines = code.matchAll(/^\s*(?:let|const) (\w+) = require\("([\w:.-]+)"\);\n/gmu);
  const wanted = [...lines].filter(([, name, id]) => AT_FIRST_USE.includes(id) && !new RegExp(`^\\s*${name} = `, 'mu').test(code));
  const inlined = (text, [line, name, id]) =>
    text.replace(line, '\n').replaceAll(new RegExp(`\\b${name}\\.(\\w+)`, 'gu'), `(require("${id}").$1)`);
  return wanted.reduce(inlined, code);
}

/** CommonJS has a `require` of its own: to make another one, Node loads what it needs for ESM. */
function ownRequire(code) {
  const made = /^const (require\$\d) = \(0, node_module\.createRequire\)\(require\("url"\)\.pathToFileURL\(__filename\)\.href\);$/mu;
  const own = code.replace(made, 'const $1 = require;');
  return /\bnode_module\./u.test(own) ? own : own.replace(/^let node_module = require\("node:module"\);\n/mu, '');
}

/** What is started as a process loads the rest with the code that was kept (scripts/bundle/load.cjs), once it is a user. */
function byLoader(fileName, code) {
  if (!fileName.startsWith('owner/')) return code;
  return code.replaceAll(/require\("\.\.\/((?!identity-)[^"]+)"\)/gu, 'require("../load.js").load("$1")');
}

/** A file of ASCII alone is read without decoding, and V8 needs one octet for each character of it. */
function ascii(code) {
  return code.replaceAll(/[^\0-\x7f]/gu, (character) =>
    [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** The modules that are read for some of them, by what a bundle reads that is split as finely as can be. */
function readFor(roots, chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const ids = roots.map((root) => join(cli, 'dist', root));
  const read = new Set(chunks.filter(({ moduleIds }) => moduleIds.some((id) => ids.includes(id))));
  for (const { imports } of read) for (const file of imports) if (byName.has(file)) read.add(byName.get(file));
  return new Set([...read].flatMap(({ moduleIds }) => moduleIds));
}

/** The file of each module that is read together with others; what two files need is one more. */
function placesIn(chunks) {
  const places = new Map();
  for (const [name, roots] of TOGETHER) for (const id of readFor(roots, chunks)) places.set(id, places.has(id) ? 'ground' : name);
  return places;
}

const fresh = join(cli, `bundle.${process.pid}`);
const program = await open(ENTRIES);
const places = placesIn((await program.generate(OUTPUT)).output);
const groups = [{ debugName: 'together', name: (id) => places.get(id) ?? null }];
const { output } = await program.write({ ...OUTPUT, dir: fresh, codeSplitting: { includeDependenciesRecursively: false, groups } });
const threads = await open(THREADS);
output.push(...(await threads.write({ ...OUTPUT, dir: fresh })).output);
await Promise.all([program.close(), threads.close()]);

// The linker writes strings as they are whatever was given to it, so this comes last.
for (const { fileName } of output) writeFileSync(join(fresh, fileName), ascii(readFileSync(join(fresh, fileName), 'utf8')));
const inside = output.flatMap((chunk) => Object.keys(chunk.modules ?? {})).filter((id) => id.includes('/node_modules/'));
for (const [name, text] of licencesOf(inside)) writeFileSync(join(fresh, `LICENSE-${name}`), text);
writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
const last = join(cli, process.argv.slice(2).find((word) => !word.startsWith('-')) ?? 'bundle');
for (const name of ['load', 'make-code-cache']) {
  copyFileSync(fileURLToPath(new URL(`bundle/${name}.cjs`, import.meta.url)), join(fresh, `${name}.js`));
}
rmSync(last, { recursive: true, force: true });
renameSync(fresh, last);
execFileSync(process.execPath, [join(last, 'make-code-cache.js')], {
  env: withoutOurs(process.env),
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (process.argv.includes('--list')) {
  for (const { fileName, code = '', imports = [] } of output)
    console.log(`${String(code.length).padStart(8)} ${fileName} ← ${imports.join(' ')}`);
}

/** Without the settings of a user, which are variables, too. */
function withoutOurs(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('MAILFERRY_') && name !== 'NODE_OPTIONS'));
}

/** The licences of packages whose code is in the bundle. */
function licencesOf(modules) {
  const licences = new Map();
  for (const id of modules) {
    const [, root = '', name = ''] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//u.exec(id) ?? [];
    if (!licences.has(basename(name))) licences.set(basename(name), readFileSync(join(root, 'LICENSE'), 'utf8'));
  }
  return licences;
}
