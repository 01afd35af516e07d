// Damages good mboxes in seeded ways, the same ones for the same seed.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../test-fixtures/mbox/', import.meta.url));
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
  (octets, rnd) => flip(octets, rnd(octets.length), 1 << rnd(8)),
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

function flip(octets, at, bit) {
  const copy = Buffer.from(octets);
  copy[at] ^= bit;
  return copy;
}

/** The fixtures: a name and the octets. */
export function fixtures() {
  return readdirSync(ROOT).map((name) => ({ name, octets: readFileSync(`${ROOT}${name}/input.mbox`) }));
}

/** Damaged copies of files, each one to four times: the same ones for the same seed. */
export function* mutants(count, seed, files = fixtures()) {
  const rnd = random(seed);
  for (let i = 0; i < count; i++) {
    const file = files[rnd(files.length)];
    let damaged = file.octets;
    for (let times = 1 + rnd(4); times > 0; times--) damaged = DAMAGE[rnd(DAMAGE.length)](damaged, rnd);
    yield { name: `${file.name} #${i}`, file, octets: damaged };
  }
}
