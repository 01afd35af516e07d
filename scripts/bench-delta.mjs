#!/usr/bin/env node
// How long it takes to run again: nothing changed, and an mbox that grew by 50 messages, beside reading the file with cat.
//   node scripts/bench-delta.mjs [--gigabytes 5] [--directory /tmp] [--lean] [--pst FILE] [--write]
// Needs the build and twice the size in the directory; with --lean little more than the size: the mbox is converted while it grows, and files that were
// written become holes of the same size and time. --pst converts a PST too, and again unchanged. Times are wall seconds and, in brackets, processor
// seconds; the least of three. --write puts them into docs/benchmarks/delta.md.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '5' },
    directory: { type: 'string', default: tmpdir() },
    lean: { type: 'boolean', default: false },
    pst: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const SIZE = 50_000;
const count = Math.round((Number(values.gigabytes) * 1e9) / SIZE);
const work = mkdtempSync(join(values.directory, 'bench-delta-'));
const [source, target] = [join(work, 'in'), join(work, 'Maildir')];
const text = 'the ferry leaves at noon on every day but one, and in winter not at all\n'.repeat(Math.ceil((2 * SIZE) / 72));
let next = 0;

function append(messages) {
  const fd = openSync(source, 'a');
  for (let i = 0; i < messages; i += 1, next += 1) {
    const length = Math.floor(SIZE * (0.2 + (1.6 * ((next * 7919) % 1000)) / 1000));
    const head = `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: ${next}\nMessage-ID: <${next}@example.org>\nStatus: RO\n\n`;
    writeSync(fd, `${head}${next}\n${text.slice(0, length)}\n\n`);
  }
  closeSync(fd);
}

/** Wall and processor seconds of a command, as the shell counts them. */
function time(command, ...args) {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', `TIMEFORMAT='%R %U %S'; time "$@" > /dev/null 2> ${join(work, 'err')}`, 'sh', command, ...args],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

const least = (runs) => runs.reduce((a, b) => (b.wall < a.wall ? b : a));
const rows = [];
const show = (what, { wall, cpu }) => {
  rows.push(`| ${what} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} |`);
  console.log(`${what.padEnd(34)} ${wall.toFixed(2)} s (${cpu.toFixed(2)})`);
};
const program = new URL('../packages/cli/bin/mailferry.js', import.meta.url).pathname;
const convertFrom = (from, to) => time(process.execPath, program, 'convert', '--fsync', 'none', '-q', from, to);
const convert = () => convertFrom(source, target);

/** What was written since the last call becomes holes: names, sizes and times stay. */
const hollow = new Set();
function empty() {
  for (const name of readdirSync(join(target, 'cur'))) {
    if (hollow.has(name)) continue;
    hollow.add(name);
    const path = join(target, 'cur', name);
    const { size, atime, mtime } = statSync(path);
    truncateSync(path, 0);
    truncateSync(path, size);
    utimesSync(path, atime, mtime);
  }
}

/** The mbox, and its Maildir as after a first run. */
function prepare() {
  writeFileSync(source, '');
  if (!values.lean) {
    append(count);
    show(`first conversion, ${count} messages`, convert());
    return;
  }
  for (let left = count; left > 0; left -= 10_000) {
    append(Math.min(left, 10_000));
    convert();
    empty();
  }
}

try {
  prepare();
  show('node, nothing else', least([1, 2, 3].map(() => time(process.execPath, '-e', ''))));
  show('again, nothing changed', least([1, 2, 3].map(convert)));
  show('cat', least([1, 2, 3].map(() => time('cat', source))));
  show(
    'again, grown by 50 messages',
    least(
      [1, 2, 3].map(() => {
        append(50);
        return convert();
      }),
    ),
  );
  if (values.pst !== undefined) {
    const octets = statSync(values.pst).size;
    show(`a PST of ${(octets / 1e9).toFixed(2)} GB, first conversion`, convertFrom(values.pst, join(work, 'Maildir-pst')));
    show('again, nothing changed', least([1, 2, 3].map(() => convertFrom(values.pst, join(work, 'Maildir-pst')))));
  }
  if (values.write) {
    const head = `# Run again\n\nMade by \`node scripts/bench-delta.mjs --write\`, which writes this file: an mbox of ${values.gigabytes} GB in ${count} messages, ${cpus().length} cores (${cpus()[0]?.model}), node ${process.versions.node}.\n\n| what | wall s | processor s |\n| --- | --- | --- |\n`;
    writeFileSync(new URL('../docs/benchmarks/delta.md', import.meta.url), `${head}${rows.join('\n')}\n`);
  }
} finally {
  rmSync(work, { recursive: true });
}
