// usage: npm run bench:mbox -- [--messages N] [--rounds N] [--disk-messages N] [--large N] [--tmpfs DIR] [--disk DIR] [--no-write]
// Converts generated mboxes with everything that is installed, side by side, on a tmpfs and on a disk, and writes docs/benchmarks/mbox.md.
// On the tmpfs in turn, --rounds times (3), and the least of each counts; on the disk once.
// Then one of --large messages (1,000,000 are 11 GB, and as much again for the Maildir; 0 leaves it out) on the disk, for its peak memory.
// Peers that are absent are left out and named. Wall time, processor time and peak memory come from the kernel (rusage of the child).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Node would read the certificates at each start, which is no part of what is measured.
delete process.env.NODE_EXTRA_CA_CERTS;
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const here = (name) => fileURLToPath(new URL(`./bench/${name}`, import.meta.url));
const CLI = fileURLToPath(new URL('../packages/cli/bin/mailferry.js', import.meta.url));
const LARGE = Number(option('--large', '1000000'));
const DISK = option('--disk', tmpdir());
// What was written to the disk stays until the end: ext4 passes over the inodes of files that were deleted minutes ago, one by one, and the next run
// would pay for it with several times its own system time.
const places = [
  {
    name: 'tmpfs',
    parent: option('--tmpfs', '/dev/shm'),
    messages: option('--messages', '100000'),
    modes: ['none', 'folder'],
    rounds: Number(option('--rounds', '3')),
  },
  {
    name: 'disk',
    parent: DISK,
    messages: option('--disk-messages', '20000'),
    modes: ['none', 'folder', 'message'],
    rounds: 1,
    isKept: true,
  },
].filter(({ parent }) => existsSync(parent));

const has = (command) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', command]).status === 0;
const cores = (list) => (has('taskset') ? ['taskset', '-c', list] : []);
// The program as it is installed, with its command line; it counts the cores that it is given.
const ours = (mbox, out, fsync, list) => [
  ...cores(list),
  process.execPath,
  ...[CLI, 'convert', '--quiet', '--from-tz', 'UTC', '--fsync', fsync, mbox, out],
];
const MEASURE = `import resource, subprocess, sys, time
before = resource.getrusage(resource.RUSAGE_CHILDREN)
start = time.time()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.time() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, wall, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, used.ru_maxrss / 1024)`;

/** Runs a command once; seconds of wall and processor time, and MiB at the peak of its largest process. */
function measure(command) {
  const [code, wall, cpu, peak] = execFileSync('python3', ['-c', MEASURE, ...command], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  return { code, wall, cpu, peak };
}

/** Message files below a directory. */
function filesBelow(directory) {
  if (!existsSync(directory)) return 0;
  let count = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) count += Number(/\/(cur|new|split)$/.test(directory));
    else count += filesBelow(path);
  }
  return count;
}

/** Who takes part: each with a directory of its own, by whose number it is named. */
function contestants({ modes }, mbox, work) {
  const one = cores('0');
  const all = [];
  const add = (name, fsync, needs, commandFor, prepare = () => {}) => {
    const out = join(work, `out${all.length}`);
    all.push({ name, fsync, needs, out, command: commandFor(out), prepare: () => prepare(out) });
  };
  add('floor (C: split, tmp, rename)', 'none', ['cc'], (out) => [...one, join(work, 'floor'), mbox, out]);
  add('least in Node (split, W=, SHA-256)', 'none', [], (out) => [...one, process.execPath, here('least.mjs'), mbox, out]);
  for (const fsync of modes) {
    add('mailferry, one core', fsync, [], (out) => ours(mbox, out, fsync, '0'));
    add('mailferry, two cores', fsync, [], (out) => ours(mbox, out, fsync, '0,1'));
  }
  const split = (out) => join(out, 'split');
  add(
    'git mailsplit',
    'none',
    ['git'],
    (out) => [...one, 'git', 'mailsplit', `-o${split(out)}`, '--keep-cr', mbox],
    (out) => mkdirSync(split(out), { recursive: true }),
  );
  add('mb2md', 'none', ['mb2md'], (out) => [...one, 'mb2md', '-s', mbox, '-d', out]);
  add('doveadm backup (mail_fsync=never)', 'none', ['doveadm'], (out) => [...one, 'sh', here('doveadm-backup.sh'), mbox, out]);
  return all;
}

const ratio = (value, other) => (value / other).toFixed(2);
const isMissing = ({ name, needs }) => {
  const missing = !needs.every(has);
  if (missing) console.log(`SKIPPED: ${name} is not installed`);
  return missing;
};

/**
 * What a second core is worth on this machine: how much longer one program takes that shares nothing with anybody while it runs on the other core as well.
 * @returns seconds of wall time alone, and of both at once; the least of the rounds
 */
function together(mbox, work, rounds, commandFor) {
  const outs = [0, 1].map((core) => join(work, `together${core}`));
  const on = (core) => [...cores(String(core)), ...commandFor(mbox, outs[core])];
  const timed = (command) => {
    const { wall } = measure(command);
    for (const out of outs) rmSync(out, { recursive: true, force: true });
    return wall;
  };
  const both = ['sh', '-c', `${on(0).join(' ')} & ${on(1).join(' ')} & wait`];
  const times = Array.from({ length: rounds }, () => ({ alone: timed(on(0)), both: timed(both) }));
  return { alone: Math.min(...times.map(({ alone }) => alone)), both: Math.min(...times.map((time) => time.both)) };
}

/** Runs one contestant, and what it left. */
function run({ name, fsync, command, prepare, out }, isKept) {
  prepare();
  const figures = { ...measure(command), found: filesBelow(out) };
  if (!isKept) rmSync(out, { recursive: true, force: true });
  console.log([name, fsync, figures.wall.toFixed(2), figures.cpu.toFixed(2)].join(' | '));
  return figures;
}

/** One contestant's row: the least of its runs, and the largest peak; `floor` is the first one's. */
function rowOf({ name, fsync, runs }, floor) {
  const of = (key) => runs.map((figures) => figures[key]);
  const [wall, cpu, peak] = [Math.min(...of('wall')), Math.min(...of('cpu')), Math.max(...of('peak'))];
  const [found, code] = [of('found'), of('code')].map((all) => [...new Set(all)].join(', '));
  const least = floor ?? { wall, cpu };
  const cells = [
    name,
    fsync,
    wall.toFixed(2),
    cpu.toFixed(2),
    ratio(wall, least.wall),
    ratio(cpu, least.cpu),
    peak.toFixed(0),
    found,
    code,
  ];
  return { cells, wall, cpu, name, fsync };
}

/** Directories that stay until all is done. */
const leftovers = [];

function compare(place) {
  const work = mkdtempSync(join(place.parent, 'bench-mbox-'));
  if (place.isKept === true) leftovers.push(work);
  try {
    const mbox = join(work, 'in.mbox');
    execFileSync(process.execPath, [here('generate.mjs'), place.messages, mbox]);
    if (has('cc')) execFileSync('cc', ['-O2', '-o', join(work, 'floor'), here('floor.c')]);
    const all = contestants(place, mbox, work)
      .filter((one) => !isMissing(one))
      .map((one) => ({ ...one, runs: [] }));
    const inspections = [];
    for (let round = 0; round < place.rounds; round += 1) {
      for (const one of all) one.runs.push(run(one, place.isKept === true));
      inspections.push(measure([...cores('0'), process.execPath, CLI, 'inspect', '--from-tz', 'UTC', mbox]));
    }
    const rows = [];
    for (const one of all) rows.push(rowOf(one, rows[0]));
    const of = (key) => inspections.map((figures) => figures[key]);
    const least = (from, to) => [process.execPath, here('least.mjs'), from, to];
    return {
      rows,
      size: statSync(mbox).size,
      second: place.isKept === true || cpus().length < 2 ? undefined : together(mbox, work, place.rounds, least),
      inspection: { wall: Math.min(...of('wall')), cpu: Math.min(...of('cpu')), peak: Math.max(...of('peak')) },
    };
  } finally {
    if (place.isKept !== true) rmSync(work, { recursive: true, force: true });
  }
}

/** How often the others take our time, from the rows. */
function aims(rows) {
  const of = (name) => rows.find((row) => row.name.startsWith(name) && row.fsync === 'none');
  const [one, two] = [of('mailferry, one'), of('mailferry, two')];
  const peers = ['mb2md', 'doveadm'].flatMap((name) => {
    const peer = of(name);
    return peer === undefined
      ? []
      : [`${name} takes ${ratio(peer.wall, one.wall)} × our wall time on one core and ${ratio(peer.wall, two.wall)} × on two`];
  });
  return peers.length === 0 ? '' : `\n\n${peers.join('; ')}.`;
}

/** Peak memory and time of one large mbox. */
function convertLarge() {
  const work = mkdtempSync(join(DISK, 'bench-mbox-'));
  leftovers.push(work);
  const mbox = join(work, 'in.mbox');
  execFileSync(process.execPath, [here('generate.mjs'), String(LARGE), mbox]);
  const { code, wall, cpu, peak } = measure(ours(mbox, join(work, 'out'), 'none', '0,1'));
  const text = `## A large one\n\n${LARGE} messages, ${statSync(mbox).size} octets, on the disk, two cores, \`--fsync none\`: peak ${peak.toFixed(0)} MiB, ${wall.toFixed(0)} s of wall time, ${cpu.toFixed(0)} s of processor time, exit status ${code}.\n`;
  console.log(text);
  return text;
}

/** What a run costs that has next to nothing to do: the start of the program. */
function startOnly() {
  const work = mkdtempSync(join(DISK, 'bench-mbox-'));
  try {
    writeFileSync(join(work, 'one.mbox'), 'From ann@example.org Sat Jan  3 10:00:00 2004\nFrom: ann@example.org\nSubject: one\n\nbody\n\n');
    const runs = Array.from({ length: 5 }, (_, i) =>
      measure([process.execPath, CLI, 'convert', '-q', join(work, 'one.mbox'), join(work, `out${i}`)]),
    );
    const bare = Array.from({ length: 5 }, () => measure([process.execPath, '-e', '0']));
    const least = (all) => (1000 * Math.min(...all.map(({ cpu }) => cpu))).toFixed(0);
    return `## The start\n\n\`mailferry convert\` of an mbox with one message: ${least(runs)} ms of processor time, of which ${least(bare)} ms are Node's own start (the least of five).\n`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** In words, what {@link together} found. */
function secondCore(times) {
  if (times === undefined) return '';
  const each = times.both / times.alone;
  return `\n\nWhat the second core is worth here: the least in Node takes ${times.alone.toFixed(2)} s alone, and ${times.both.toFixed(2)} s (${each.toFixed(2)} ×) while a second one, which shares nothing with it, runs on the other core. So two cores do ${(2 / each).toFixed(2)} times the work of one, however it is divided.`;
}

process.on('exit', () => {
  for (const work of leftovers) rmSync(work, { recursive: true, force: true });
});

const HEAD = ['program', '--fsync', 'wall s', 'processor s', 'wall / floor', 'processor / floor', 'peak MiB', 'messages', 'exit status'];
const row = (cells) => `| ${cells.join(' | ')} |`;
const before = loadavg()[0];
const sections = places.map((place) => {
  const { rows, size, inspection, second } = compare(place);
  const table = [row(HEAD), row(HEAD.map(() => '---')), ...rows.map(({ cells }) => row(cells))].join('\n');
  const rate = `Reading alone (\`inspect\`, one core): ${(size / 1e6 / inspection.wall).toFixed(0)} MB/s of wall time, ${(size / 1e6 / inspection.cpu).toFixed(0)} MB/s of processor time, the start of the program included; peak ${inspection.peak.toFixed(0)} MiB.`;
  return `## On the ${place.name}\n\n${place.messages} messages, ${size} octets.\n\n${table}\n\n${rate}${aims(rows)}${secondCore(second)}\n`;
});
if (LARGE > 0) sections.push(convertLarge());
sections.push(startOnly());
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.versions.node}; load average ${before.toFixed(1)} when it began, ${loadavg()[0].toFixed(1)} at its end.`;
const text = `# mbox → Maildir: speed and memory

Made by \`npm run bench:mbox\`, which writes this file. ${machine}
A load above the number of cores makes wall times worthless; processor times and their ratios then suffer less, but they suffer too.

The floor only splits and creates files: no flags, dates, UIDs, sizes or hashes. The least in Node (scripts/bench/least.mjs) adds exact \`W=\` and a SHA-256 for each message, with our kernels, and nothing else: what is above it is ours to save. Ours has all of these and the ledger, with the \`--fsync\` that the row names; peak memory is that of the largest process. Ours is \`mailferry convert\` with its report, checksum of the source and residue. Where our time goes: ADR 0013; what memory each message needs: ADR 0016.
On the tmpfs each ran more than once, in turn, and the least of its times stands here: two runs of the same program differ by up to a fifth.
On the disk, what one program wrote is not deleted before the next one runs: ext4 does not give away the inodes of files that were deleted less than five minutes ago and looks at each of them,
which made later programs up to five times slower.

${sections.join('\n')}`;
if (process.argv.includes('--no-write')) console.log(text);
else {
  const path = fileURLToPath(new URL('../docs/benchmarks/mbox.md', import.meta.url));
  mkdirSync(fileURLToPath(new URL('../docs/benchmarks', import.meta.url)), { recursive: true });
  writeFileSync(path, text);
}
