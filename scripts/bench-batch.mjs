// usage: npm run bench:batch -- [--users 8] [--messages 4000] [--empty 60] [--homes 100] [--parent DIR] [--no-write]
// Batches of made-up homes: messages and MB a second with one job and with two beside the floor of the mbox benchmark, the processor time of a job with
// an empty home, and the survey's estimate beside the time that the batch then takes. Writes docs/benchmarks/batch.md. As root it runs as `nobody`.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// With it Node reads certificates whenever it starts (90 ms); jobs do not inherit it, so it would only be in what they are compared with.
delete process.env.NODE_EXTRA_CA_CERTS;

const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const SELF = fileURLToPath(import.meta.url);
const here = (name) => fileURLToPath(new URL(`./${name}`, import.meta.url));
const CLI = fileURLToPath(new URL('../packages/cli/bin/mailferry.js', import.meta.url));
const NOBODY = 65_534;
const [USERS, MESSAGES, EMPTY, HOMES] = ['users:8', 'messages:4000', 'empty:60', 'homes:100'].map((pair) => {
  const [name, fallback] = pair.split(':');
  return Number(option(`--${name}`, fallback));
});
const has = (command) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', command]).status === 0;
const MEASURE = `import resource, subprocess, sys, time
before = resource.getrusage(resource.RUSAGE_CHILDREN)
start = time.time()
run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall = time.time() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(run.returncode, wall, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, used.ru_maxrss / 1024)
sys.stderr.buffer.write(run.stderr[-2000:])`;

/** Runs a command once; seconds of wall and processor time of it and of all its children, MiB at the peak of the largest process. */
function measure(command) {
  const { stdout, stderr } = spawnSync('python3', ['-c', MEASURE, ...command], { encoding: 'utf8' });
  const [code, wall, cpu, peak] = stdout.trim().split(' ').map(Number);
  if (code !== 0) process.stderr.write(`${command.join(' ')}: ${code}\n${stderr}`);
  return { code, wall, cpu, peak };
}

/** Writes a manifest; `source` gives that of a user. */
function manifest(work, name, users, source) {
  const path = join(work, `${name}.csv`);
  const rows = Array.from(
    { length: users },
    (_, index) => `u${index};${source(index)};maildir:${join(work, name, `u${index}`, 'Maildir')}\n`,
  );
  for (let index = 0; index < users; index++) mkdirSync(join(work, name, `u${index}`), { recursive: true });
  writeFileSync(path, `user;source;target\n${rows.join('')}`);
  return path;
}

const batch = (path, jobs, ...more) => [
  process.execPath,
  CLI,
  'batch',
  '--quiet',
  '--progress',
  'none',
  '--jobs',
  String(jobs),
  ...more,
  path,
];

/** The floor and two batches over the same mboxes. */
function speed(work) {
  const mboxes = Array.from({ length: USERS }, (_, index) => join(work, `in${index}.mbox`));
  for (const [index, path] of mboxes.entries())
    execFileSync(process.execPath, [here('bench/generate.mjs'), String(MESSAGES), path, String(index + 1)]);
  const size = mboxes.reduce((sum, path) => sum + statSync(path).size, 0);
  const rows = [];
  const add = (name, jobs, command, out) => {
    rows.push({ name, jobs, ...measure(command) });
    rmSync(out, { recursive: true, force: true });
  };
  if (has('cc')) {
    execFileSync('cc', ['-O2', '-o', join(work, 'floor'), here('bench/floor.c')]);
    for (const jobs of [1, 2]) {
      const out = join(work, 'floors');
      mkdirSync(out);
      const list = mboxes.map((path, index) => `${path} ${join(out, String(index))}`).join('\n');
      writeFileSync(join(work, 'list'), `${list}\n`);
      add('floor (C: split, tmp, rename)', jobs, ['sh', '-c', `xargs -P ${jobs} -L 1 ${join(work, 'floor')} < ${join(work, 'list')}`], out);
    }
  } else console.error('SKIPPED: no C compiler, so there is no floor');
  for (const jobs of [1, 2]) {
    const name = `speed${jobs}`;
    const path = manifest(work, name, USERS, (index) => mboxes[index]);
    add('mailferry batch --option fsync=none', jobs, batch(path, jobs, '--option', 'fsync=none'), join(work, name));
  }
  for (const path of mboxes) rmSync(path);
  return { rows, size };
}

/** Processor time of one more job whose home holds nothing. */
function overhead(work) {
  mkdirSync(join(work, 'nothing'));
  writeFileSync(join(work, 'nothing', 'folder'), '');
  const one = measure(
    batch(
      manifest(work, 'one', 1, () => `mbox:${join(work, 'nothing')}`),
      1,
    ),
  );
  const many = measure(
    batch(
      manifest(work, 'many', EMPTY + 1, () => `mbox:${join(work, 'nothing')}`),
      1,
    ),
  );
  const again = measure(batch(join(work, 'many.csv'), 1));
  const idle = measure(['sh', '-c', `for n in 1 2 3 4 5 6 7 8 9 10; do ${process.execPath} -e 0; done`]);
  return {
    node: (idle.cpu * 1000) / 10,
    milliseconds: ((many.cpu - one.cpu) * 1000) / EMPTY,
    again: ((again.cpu - one.cpu) * 1000) / EMPTY,
    wall: (many.wall * 1000) / (EMPTY + 1),
  };
}

/** What the survey says and what the batch takes. */
function estimate(work) {
  const base = join(work, 'department');
  execFileSync(process.execPath, [here('make-homes.mjs'), base, '--users', String(HOMES), '--messages', '60', '--big', '96M'], {
    stdio: 'ignore',
  });
  const table = join(work, 'survey.csv');
  const output = join(work, 'survey.jsonl');
  const args = ['survey', '--json', '--scratch', work, '--spool', join(base, 'var/mail/%u'), '--manifest', table, join(base, 'home')];
  const taken = measure(['sh', '-c', '"$@" > "$0"', output, process.execPath, CLI, ...args]);
  const summary = JSON.parse(readFileSync(output, 'utf8').trim().split('\n').at(-1));
  const jobs = summary.estimate.jobs;
  const real = measure(batch(table, jobs));
  return {
    homes: HOMES,
    messages: summary.messages,
    bytes: summary.bytes,
    jobs,
    estimated: summary.estimate.seconds,
    real: real.wall,
    survey: taken,
    status: real.code,
  };
}

function work(directory) {
  const result = { speed: speed(directory), overhead: overhead(directory), estimate: estimate(directory) };
  console.log(JSON.stringify(result));
}

const fixed = (value, digits = 2) => value.toFixed(digits);

function page({ speed: { rows, size }, overhead: empty, estimate: guess }) {
  const messages = USERS * MESSAGES;
  const floor = (jobs) => rows.find((row) => row.name.startsWith('floor') && row.jobs === jobs);
  const over = (row, key) => (floor(row.jobs) === undefined ? '-' : fixed(row[key] / floor(row.jobs)[key]));
  const line = (row) =>
    `| ${row.name} | ${row.jobs} | ${fixed(row.cpu)} | ${over(row, 'cpu')} | ${fixed(row.wall)} | ${over(row, 'wall')} | ${fixed(messages / row.wall, 0)} | ${fixed(size / 1e6 / row.wall, 0)} | ${row.code} |`;
  return `# Benchmark of batches

Written by \`npm run bench:batch${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}\`. ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, load at the start ${fixed(START_LOAD)}.

## Speed

${USERS} users with ${MESSAGES} messages each, ${fixed(size / 1e6, 0)} MB in all. The floor splits the same files at \`From \` and keeps nothing (scripts/bench/floor.c).

| what | jobs | CPU s | of the floor | wall s | of the floor | messages/s | MB/s | status |
|---|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}

## A job with an empty home

${fixed(empty.milliseconds, 0)} ms of processor time for each further job (aim: 120), ${fixed(empty.again, 0)} ms when it is run again, ${fixed(empty.wall, 0)} ms of wall time with one job at a time; over ${EMPTY} jobs. Node that does nothing takes ${fixed(empty.node, 0)} ms at the same time.

## The survey's estimate

${guess.homes} made-up homes of all formats, ${guess.messages} messages, ${fixed(guess.bytes / 1e6, 0)} MB, ${guess.jobs} jobs: estimated ${fixed(guess.estimated, 1)} s, taken ${fixed(guess.real, 1)} s (${fixed((guess.estimated / guess.real) * 100, 0)} %; aim: 70 to 130 %). The survey with its samples took ${fixed(guess.survey.wall, 1)} s, ${fixed(guess.survey.cpu, 1)} s of CPU, ${fixed(guess.survey.peak, 0)} MiB.
`;
}

const START_LOAD = loadavg()[0];
const inner = option('--work');
if (inner !== undefined) work(inner);
else {
  const directory = mkdtempSync(join(option('--parent', tmpdir()), 'bench-batch-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  try {
    const numbers = ['--users', USERS, '--messages', MESSAGES, '--empty', EMPTY, '--homes', HOMES].map(String);
    const run = spawnSync(process.execPath, [SELF, '--work', directory, ...numbers], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, HOME: directory, TMPDIR: directory },
      cwd: directory,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    if (run.status !== 0) process.exit(run.status ?? 1);
    const text = page(JSON.parse(run.stdout));
    console.log(text);
    const docs = fileURLToPath(new URL('../docs/benchmarks/batch.md', import.meta.url));
    if (!process.argv.includes('--no-write') && existsSync(docs.replace(/batch\.md$/, ''))) writeFileSync(docs, text);
  } finally {
    spawnSync('chmod', ['-R', 'u+rwX', directory]);
    rmSync(directory, { recursive: true, force: true });
  }
}
