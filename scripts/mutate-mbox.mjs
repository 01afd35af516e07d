// Damages good mboxes in seeded ways and reads them: no crash, no hang, and the entries tile the file.
// usage: npx tsc -b && node scripts/mutate-mbox.mjs [COUNT] [SEED]     (10,000 and 1 without arguments)
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../test-fixtures/mbox/', import.meta.url));
const LINES = [
  'From x@y Sat Jan  3 10:00:00 2004\n',
  'From -\n',
  '\n',
  'X-UID: 4294967290\n',
  'X-IMAPbase: 9 9 k\n',
  'Content-Length: 10\n',
  '\x01\x01\x01\x01\n',
  'Status: RD\n',
];

function random(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

/** The ways of damage; each takes octets and gives other ones. */
const DAMAGE = [
  (octets, rnd) => Buffer.from(octets.map((octet, i) => (i === rnd.at ? octet ^ (1 << rnd(8)) : octet))),
  (octets, rnd) => octets.subarray(0, rnd(octets.length)),
  (octets, rnd) => octets.subarray(rnd(octets.length)),
  (octets, rnd) => cut(octets, rnd(octets.length), rnd(200)),
  (octets, rnd) => insert(octets, rnd(octets.length), Buffer.alloc(rnd(300))),
  (octets, rnd) => insert(octets, lineStart(octets, rnd(octets.length)), Buffer.from(LINES[rnd(LINES.length)], 'latin1')),
  (octets, rnd) => insert(octets, rnd(octets.length), Buffer.from(LINES[rnd(LINES.length)], 'latin1')),
  (octets, rnd) => insert(octets, rnd(octets.length), octets.subarray(rnd(octets.length)).subarray(0, rnd(500))),
  (octets, rnd) => insert(octets, rnd(octets.length), Buffer.from(Array.from({ length: rnd(100) }, () => rnd(256)))),
  (octets, rnd) => Buffer.from(octets.toString('latin1').replaceAll('\n', rnd(2) === 0 ? '\r\n' : '\r'), 'latin1'),
];

const cut = (octets, at, length) => Buffer.concat([octets.subarray(0, at), octets.subarray(at + length)]);
const insert = (octets, at, more) => Buffer.concat([octets.subarray(0, at), more, octets.subarray(at)]);
const lineStart = (octets, at) => octets.lastIndexOf('\n', at) + 1;

/** Damaged copies of the fixtures: the same ones for the same seed. */
export function* mutants(count, seed) {
  const rnd = random(seed);
  const files = readdirSync(ROOT).map((name) => ({ name, octets: readFileSync(`${ROOT}${name}/input.mbox`) }));
  for (let i = 0; i < count; i++) {
    const { name, octets } = files[rnd(files.length)];
    let damaged = octets;
    for (let times = 1 + rnd(4); times > 0; times--) {
      rnd.at = rnd(damaged.length);
      damaged = DAMAGE[rnd(DAMAGE.length)](damaged, rnd);
    }
    yield { name: `${name} #${i}`, octets: damaged };
  }
}

async function main(count, seed) {
  const { MboxFile } = await import('../packages/core/dist/sources/mbox-file.js');
  const directory = mkdtempSync(join(tmpdir(), 'mutants-'));
  const path = join(directory, 'mutant.mbox');
  let [messages, slowest] = [0, 0];
  for (const { name, octets } of mutants(count, seed)) {
    writeFileSync(path, octets);
    const fd = openSync(path, 'r');
    const started = performance.now();
    try {
      const file = MboxFile.open({ path, fd, size: octets.length, file: 0, folder: ['INBOX'], fallbackDate: 0, fromTz: 'UTC' });
      let covered = 0;
      for (const message of [...file.batches()].flat()) {
        covered += message.span.length;
        message.content.bytes();
        messages += 1;
      }
      for (const { length } of file.regions) covered += length;
      if (covered !== octets.length) throw new Error(`${covered} of ${octets.length} octets are accounted for`);
    } catch (error) {
      writeFileSync('mutant.failed.mbox', octets);
      throw new Error(`${name}: kept as mutant.failed.mbox`, { cause: error });
    } finally {
      closeSync(fd);
    }
    slowest = Math.max(slowest, performance.now() - started);
  }
  rmSync(directory, { recursive: true });
  console.log(`${count} mutants, seed ${seed}: ${messages} messages, every octet accounted for; the slowest took ${slowest.toFixed(0)} ms`);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) await main(Number(argv[2] ?? 10_000), Number(argv[3] ?? 1));
