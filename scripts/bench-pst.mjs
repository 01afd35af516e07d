// usage: npm run bench:pst -- [--messages N | --large [--large-mb N]] [--rounds N] [--pst FILE] [--dir DIR] [--no-write]
// Converts a generated file (--pst: that one, made before) with everything that is installed, in one run: many mails, or few large ones. Peers
// that are absent are left out and named. Wall time, processor time and peak memory come from the kernel (rusage of the child). readpst and
// ours run in turn, N times each (5; with --large once), and the best of each counts: what else the machine does only ever adds to a run.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bulkPst, LARGE_5G, MAIL_20K, writePstFile } from '../packages/pst-writer/dist/index.js';

// Node would read the certificates at each start, which is no part of what is measured.
delete process.env.NODE_EXTRA_CA_CERTS;
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const MESSAGES = Number(option('--messages', String(MAIL_20K.messages)));
/** Attachments of 10 MiB each. */
const LARGE = Math.max(1, Math.round((Number(option('--large-mb', '5033')) * 1e6) / LARGE_5G.attachmentSize[0]));
const IS_LARGE = process.argv.includes('--large');
const ROUNDS = Math.max(1, Number(option('--rounds', IS_LARGE ? '1' : '5')));
const MADE_BEFORE = option('--pst', undefined);
const PARENT = option('--dir', '/dev/shm');
const CLI = fileURLToPath(new URL('../packages/cli/bin/mailferry.js', import.meta.url));
const WALK = fileURLToPath(new URL('./bench/walk-pst-extractor.mjs', import.meta.url));
const OUR_WALK = fileURLToPath(new URL('./bench/walk-mailferry.mjs', import.meta.url));

const has = (command) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', command]).status === 0;
const MEASURE = `import resource, subprocess, sys, time
before = resource.getrusage(resource.RUSAGE_CHILDREN)
start = time.time()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, time.time() - start, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, used.ru_maxrss / 1024)`;

/** Runs a command once; seconds of wall and processor time, and MiB at the peak of its largest process. */
function measure(command) {
  const [code, wall, cpu, peak] = execFileSync('python3', ['-c', MEASURE, ...command], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  return { code, wall, cpu, peak };
}

/** Files below a directory that `isMail` takes for a message, by their path. */
function filesBelow(directory, isMail) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile() && isMail(join(file.parentPath ?? file.path, file.name))).length;
}

function contestants(pst, out) {
  const one = has('taskset') ? ['taskset', '-c', '0'] : [];
  const ours = [process.execPath, CLI, 'convert', '--fsync', 'none', pst, join(out, 'maildir')];
  const inMaildir = (path) => /\/(?:cur|new)\/[^/]+$/.test(path);
  return [
    {
      name: 'readpst -e (C, writes .eml)',
      command: [...one, 'readpst', '-e', '-j0', '-q', '-o', out, pst],
      needs: ['readpst'],
      isMail: (path) => path.endsWith('.eml'),
    },
    { name: 'mailferry, one core', command: [...one, ...ours], needs: [], isMail: inMaildir },
    { name: 'mailferry, two cores', command: ours, needs: [], isMail: inMaildir },
    {
      name: 'pffexport (C, writes items)',
      isSlow: true,
      command: [...one, 'pffexport', '-q', '-m', 'items', '-t', join(out, 'pff'), pst],
      needs: ['pffexport'],
      isMail: (path) => path.endsWith('OutlookHeaders.txt'),
    },
    {
      name: 'pst-extractor, bare walk (writes nothing)',
      isSlow: true,
      command: [...one, process.execPath, WALK, pst],
      needs: [],
      isMail: () => false,
    },
    { name: 'mailferry, bare walk (writes nothing)', command: [...one, process.execPath, OUR_WALK, pst], needs: [], isMail: () => false },
  ];
}

const HEAD = ['program', 'wall s', 'processor s', 'wall / readpst', 'processor / readpst', 'peak MiB', 'messages', 'exit status'];
const row = (cells) => `| ${cells.join(' | ')} |`;

/** How many times as long pst-extractor's walk takes as ours, and as our whole conversion, in words. */
function againstWalk(figures) {
  const theirs = figures.get('pst-extractor, bare walk (writes nothing)');
  const times = (name) => {
    const ours = figures.get(name);
    return `${(theirs.wall / ours.wall).toFixed(1)} (wall) and ${(theirs.cpu / ours.cpu).toFixed(1)} (processor)`;
  };
  return [
    'The bare walk of pst-extractor takes so many times as long as',
    `- our bare walk, which does the same: ${times('mailferry, bare walk (writes nothing)')};`,
    `- our conversion on one core, which also reads the attachments and writes everything: ${times('mailferry, one core')};`,
    `- our conversion on two cores: ${times('mailferry, two cores')}.`,
  ].join('\n');
}

/** One run of a contestant, and how many messages it wrote. */
function runOnce({ command, isMail }, out) {
  mkdirSync(out);
  const figure = measure(command);
  const written = filesBelow(out, isMail);
  rmSync(out, { recursive: true, force: true });
  return { ...figure, written };
}

/** The best times of two runs; the highest peak, and the result of the run that failed. */
function better(a, b) {
  if (a === undefined) return b;
  const result = a.code === 0 ? b : a;
  return { ...result, wall: Math.min(a.wall, b.wall), cpu: Math.min(a.cpu, b.cpu), peak: Math.max(a.peak, b.peak) };
}

function cellsOf(name, { code, wall, cpu, peak, written }, readpst) {
  const ratio = (value, of) => (of === undefined ? '' : (value / of).toFixed(2));
  const messages = written === 0 && name.includes('bare walk') ? 'none written' : written;
  return [name, wall.toFixed(2), cpu.toFixed(2), ratio(wall, readpst?.wall), ratio(cpu, readpst?.cpu), peak.toFixed(0), messages, code];
}

function compare(title, spec) {
  const work = mkdtempSync(join(PARENT, 'bench-pst-'));
  try {
    const pst = MADE_BEFORE ?? join(work, 'in.pst');
    if (MADE_BEFORE === undefined) writePstFile(pst, spec);
    const out = join(work, 'out');
    const present = contestants(pst, out).filter(({ name, needs }) => {
      const isThere = needs.every(has);
      if (!isThere) console.log(`SKIPPED: ${name} is not installed`);
      return isThere;
    });
    const figures = new Map();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const contestant of present.filter(({ isSlow }) => round === 0 || isSlow !== true)) {
        const found = runOnce(contestant, out);
        figures.set(contestant.name, better(figures.get(contestant.name), found));
        console.log(`round ${round + 1}: ${contestant.name}: ${found.wall.toFixed(2)} s, processor ${found.cpu.toFixed(2)} s`);
      }
    }
    const readpst = [...figures].find(([name]) => name.startsWith('readpst'))?.[1];
    const rows = [...figures].map(([name, figure]) => cellsOf(name, figure, readpst));
    const table = [row(HEAD), row(HEAD.map(() => '---')), ...rows.map(row)].join('\n');
    return `## ${title}\n\n${Math.round(statSync(pst).size / 1e6)} MB.\n\n${table}\n\n${againstWalk(figures)}\n`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The form that is run: many mails by default, or few large ones. */
const FORM = IS_LARGE
  ? {
      file: 'pst-large.md',
      title: 'PST → Maildir: large attachments',
      arguments: `--large --large-mb ${Math.round((LARGE * LARGE_5G.attachmentSize[0]) / 1e6)}`,
      heading: `${LARGE} mails with attachments of 10 MiB`,
      spec: () => bulkPst(1, { ...LARGE_5G, messages: LARGE }),
    }
  : {
      file: 'pst.md',
      title: 'PST → Maildir: speed and memory',
      arguments: `--messages ${MESSAGES}`,
      heading: `${MESSAGES} mails`,
      spec: () => bulkPst(1, { ...MAIL_20K, messages: MESSAGES }),
    };

const before = loadavg()[0];
const section = compare(FORM.heading, FORM.spec());
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.versions.node}; load average ${before.toFixed(1)} when it began, ${loadavg()[0].toFixed(1)} at its end.`;
const text = `# ${FORM.title}

Made by \`npm run bench:pst -- ${FORM.arguments}\`, which writes this file. ${machine}
A load above the number of cores makes wall times worthless; processor times and their ratios then suffer less, but they suffer too.

The file comes from seed 1, Unicode with PERMUTE, ${PARENT === '/dev/shm' ? 'in memory' : 'on a disk'}. \`npm run bench:pst\` makes 20,000 mails with 4,000 attachments (521 MB) and writes pst.md; with
\`--large\`, 480 mails with 10 MiB each (5.2 GB) and pst-large.md. Ours has flags, dates, sizes and the ledger, with \`--fsync none\`. Peak memory is that of the largest process.
${ROUNDS === 1 ? 'Each ran once.' : `readpst and ours ran ${ROUNDS} times in turn, the others once; the least time of each counts.`}
Both walks open messages, bodies and attachments without reading the data of the attachments. With few messages the start of Node and its compiler weigh most.

${section}`;
if (process.argv.includes('--no-write')) console.log(text);
else {
  const directory = fileURLToPath(new URL('../docs/benchmarks', import.meta.url));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, FORM.file), text);
}
