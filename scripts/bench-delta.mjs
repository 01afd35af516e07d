#!/usr/bin/env node
// How long it takes to run again: nothing changed, and an mbox that grew by 50 messages, beside reading the file with cat.
//   node scripts/bench-delta.mjs [--gigabytes 5] [--directory /tmp]
// Needs the build and twice the size in the directory. Times are wall seconds and, in brackets, processor seconds; the least of three.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { gigabytes: { type: 'string', default: '5' }, directory: { type: 'string', default: tmpdir() } },
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
const show = (what, { wall, cpu }) => console.log(`${what.padEnd(34)} ${wall.toFixed(2)} s (${cpu.toFixed(2)})`);
const program = new URL('../packages/cli/bin/mailferry.js', import.meta.url).pathname;
const convert = () => time(process.execPath, program, 'convert', '--fsync', 'none', '-q', source, target);

try {
  writeFileSync(source, '');
  append(count);
  show(`first conversion, ${count} messages`, convert());
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
} finally {
  rmSync(work, { recursive: true });
}
