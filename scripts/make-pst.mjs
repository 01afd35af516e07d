// Makes a PST or OST from a seed: node scripts/make-pst.mjs SEED KIND OUT [VARIANT [CIPHER [compress]]]
// KIND: mail20k, large5g, small60k, torture, or the name of one torture case. Run `npm run build` before.
import { KINDS, TORTURE_CASES, writePstFile } from '../packages/pst-writer/dist/index.js';

const [seed, kind, out, variant = 'unicode', cipher = variant === 'ost4k' ? 'none' : 'permute', compress] = process.argv.slice(2);
const make = KINDS[kind ?? ''] ?? TORTURE_CASES[kind ?? ''];
if (seed === undefined || make === undefined || out === undefined) {
  const kinds = [...Object.keys(KINDS), ...Object.keys(TORTURE_CASES)].join(', ');
  console.error(`usage: node scripts/make-pst.mjs SEED KIND OUT [VARIANT [CIPHER [compress]]]\nkinds: ${kinds}`);
  process.exit(64);
}
const started = performance.now();
const { messageNids: _nids, ...written } = writePstFile(out, { ...make(Number(seed)), variant, cipher, compress: compress === 'compress' });
const seconds = (performance.now() - started) / 1000;
console.log(
  JSON.stringify({ ...written, seconds: Number(seconds.toFixed(2)), megabytesPerSecond: Math.round(written.size / 1e6 / seconds) }),
);
