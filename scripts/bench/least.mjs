// The least that a program in Node must do that knows W= and the SHA-256 of each message: read, find "\nFrom ", count and hash the CRLF form, create a file,
// set its time. As mailferry it has the kernels in WebAssembly, OpenSSL's hash, synchronous calls on one buffer, and no rename of each file. Nothing is
// understood: no dates, no flags, no UIDs, no ledger, no residue; it splits at every such line.
// usage: node scripts/bench/least.mjs MBOX DIRECTORY      (the directory must not exist; run `npm run build` before)
import { closeSync, constants, futimesSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { digestCrlfAt } from '../../packages/core/dist/formats/content/digest.js';
import { kernelMemory, SLOT_SIZE, slotAddress } from '../../packages/core/dist/formats/content/kernel-memory.js';

const [mbox, directory] = process.argv.slice(2);
const SEPARATOR = Buffer.from('\nFrom ');
const STEP = 256 * 1024;
const BASE = slotAddress(0);
/** The memory of the kernels in one piece: what was read is hashed and written where it lies. */
const view = kernelMemory.heap.subarray(BASE, BASE + 23 * SLOT_SIZE);
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const range = [0, 0];
let count = 0;

function store(start, end) {
  const text = view.indexOf(10, start) + 1;
  range[0] = BASE + text;
  range[1] = end - text;
  const { sha256, crlfSize } = digestCrlfAt(range);
  const time = 1_000_000_000 + count;
  const fd = openSync(`${directory}/cur/${time}.M0.${sha256.slice(0, 20)}-0,S=${end - text},W=${crlfSize}:2,S`, CREATE, 0o600);
  writeSync(fd, view, text, end - text);
  futimesSync(fd, time, time);
  closeSync(fd);
  count += 1;
}

for (const part of ['', '/cur', '/new', '/tmp']) mkdirSync(directory + part, { mode: 0o700 });
const source = openSync(mbox, 'r');
let [start, end, scanned] = [0, 0, 0];
for (;;) {
  const length = readSync(source, view, end, STEP, null);
  if (length === 0) break;
  end += length;
  const filled = view.subarray(0, end);
  for (let at = filled.indexOf(SEPARATOR, scanned); at >= 0; at = filled.indexOf(SEPARATOR, start)) {
    store(start, at);
    start = at + 1;
  }
  scanned = Math.max(start, end - SEPARATOR.length);
  if (view.length - end < STEP) {
    view.copyWithin(0, start, end);
    [start, end, scanned] = [0, end - start, scanned - start];
  }
}
if (end > start) store(start, end - 1);
closeSync(source);
console.log(count);
