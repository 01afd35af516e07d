// usage: npm run bench:mbox -- [--messages N] [--tmpfs DIR] [--disk DIR] [--no-write]
// Converts one generated mbox with everything that is installed, side by side, on a tmpfs and on a disk, and writes docs/benchmarks/mbox.md.
// Peers that are absent are left out and named. Wall time, processor time and peak memory come from the kernel (rusage of the child).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const MESSAGES = option('--messages', '100000');
const here = (name) => fileURLToPath(new URL(`./bench/${name}`, import.meta.url));
const places = [
  { name: 'tmpfs', parent: option('--tmpfs', '/dev/shm') },
  { name: 'disk', parent: option('--disk', tmpdir()) },
].filter(({ parent }) => existsSync(parent));

const has = (command) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', command]).status === 0;
const MEASURE = `import resource, subprocess, sys, time
start = time.time()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, time.time() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)`;

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

function contestants(mbox, out, work) {
  const ours = (fsync, lanes) => [process.execPath, here('convert.mjs'), mbox, out, fsync, String(lanes)];
  const one = has('taskset') ? ['taskset', '-c', '0'] : [];
  const floor = join(work, 'floor');
  const all = [{ name: 'floor (C: split, tmp, rename)', fsync: 'none', command: [...one, floor, mbox, out], needs: ['cc'] }];
  for (const fsync of ['none', 'folder']) {
    all.push({ name: 'mailferry, one core', fsync, command: [...one, ...ours(fsync, 0)], needs: [] });
    all.push({ name: 'mailferry, two cores', fsync, command: ours(fsync, 1), needs: [] });
  }
  all.push({
    name: 'git mailsplit',
    fsync: 'none',
    command: [...one, 'git', 'mailsplit', `-o${join(out, 'split')}`, '--keep-cr', mbox],
    needs: ['git'],
    prepare: () => mkdirSync(join(out, 'split'), { recursive: true }),
  });
  all.push({ name: 'mb2md', fsync: 'none', command: [...one, 'mb2md', '-s', mbox, '-d', out], needs: ['mb2md'] });
  all.push({
    name: 'doveadm backup (mail_fsync=never)',
    fsync: 'none',
    command: [...one, 'sh', here('doveadm-backup.sh'), mbox, out],
    needs: ['doveadm'],
  });
  return all;
}

function compare(place) {
  const work = mkdtempSync(join(place.parent, 'bench-mbox-'));
  try {
    const mbox = join(work, 'in.mbox');
    execFileSync(process.execPath, [here('generate.mjs'), MESSAGES, mbox]);
    if (has('cc')) execFileSync('cc', ['-O2', '-o', join(work, 'floor'), here('floor.c')]);
    const rows = [];
    let least;
    for (const { name, fsync, command, needs, prepare } of contestants(mbox, join(work, 'out'), work)) {
      if (!needs.every(has)) {
        console.log(`SKIPPED: ${name} is not installed`);
        continue;
      }
      prepare?.();
      const { code, wall, cpu, peak } = measure(command);
      least ??= { wall, cpu };
      const found = filesBelow(join(work, 'out'));
      rmSync(join(work, 'out'), { recursive: true, force: true });
      const ratio = (value, floor) => (value / floor).toFixed(2);
      rows.push([
        name,
        fsync,
        wall.toFixed(2),
        cpu.toFixed(2),
        ratio(wall, least.wall),
        ratio(cpu, least.cpu),
        peak.toFixed(0),
        found,
        code,
      ]);
      console.log(place.name, rows.at(-1).join(' | '));
    }
    const inspection = measure([process.execPath, here('convert.mjs'), 'inspect', mbox]);
    const size = statSync(mbox).size;
    console.log(`inspect: ${(size / 1e6 / inspection.wall).toFixed(0)} MB/s`);
    return { rows, size, inspection };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const HEAD = ['program', '--fsync', 'wall s', 'processor s', 'wall / floor', 'processor / floor', 'peak MiB', 'messages', 'exit status'];
const row = (cells) => `| ${cells.join(' | ')} |`;
const before = loadavg()[0];
const sections = places.map((place) => {
  const { rows, size, inspection } = compare(place);
  const table = [row(HEAD), row(HEAD.map(() => '---')), ...rows.map(row)].join('\n');
  const rate = `Reading alone (\`inspect\`): ${(size / 1e6 / inspection.wall).toFixed(0)} MB/s of wall time, ${(size / 1e6 / inspection.cpu).toFixed(0)} MB/s of processor time, peak ${inspection.peak.toFixed(0)} MiB.`;
  return `## On the ${place.name}\n\n${MESSAGES} messages, ${size} octets.\n\n${table}\n\n${rate}\n`;
});
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.versions.node}; load average ${before.toFixed(1)} when it began, ${loadavg()[0].toFixed(1)} at its end.`;
const text = `# mbox → Maildir: speed and memory

Made by \`npm run bench:mbox\`, which writes this file. ${machine}
A load above the number of cores makes wall times worthless; processor times and their ratios then suffer less, but they suffer too.

The floor only splits and creates files: no flags, dates, UIDs, sizes or hashes. Ours has all of these and the ledger, with the \`--fsync\` that the row names; peak memory is that of the largest process.

${sections.join('\n')}`;
if (process.argv.includes('--no-write')) console.log(text);
else {
  const path = fileURLToPath(new URL('../docs/benchmarks/mbox.md', import.meta.url));
  mkdirSync(fileURLToPath(new URL('../docs/benchmarks', import.meta.url)), { recursive: true });
  writeFileSync(path, text);
}
