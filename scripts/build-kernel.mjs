// Compiles packages/core/kernel/*.ts (AssemblyScript, SIMD) into one module of bytes in a .ts file, so that the library ships no .wasm file.
// usage: build-kernel.mjs [--check]   (--check: fail when the committed file is not what the sources give)
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

// These work on memory that threads and readers share (formats/content/kernel-memory.ts); the others have memory of their own.
const SHARED = new Set(['base64.ts', 'checksum.ts', 'line-ends.ts', 'mbox.ts', 'pst-cipher.ts']);
const SHARED_MEMORY = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
const sources = readdirSync('packages/core/kernel')
  .filter((name) => name.endsWith('.ts'))
  .sort();
const scratch = mkdtempSync(join(tmpdir(), 'kernel-'));
let stale = false;
try {
  for (const name of sources) {
    const wasm = join(scratch, 'out.wasm');
    const { error, stderr } = await asc.main([
      `packages/core/kernel/${name}`,
      '--outFile',
      wasm,
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--noAssert',
      '--importMemory',
      '--use',
      'abort=',
      ...(SHARED.has(name) ? SHARED_MEMORY : []),
    ]);
    if (error) throw new Error(`${name}: ${error.message}\n${stderr.toString()}`);
    const kernel = basename(name, '.ts');
    const constant = `${kernel.toUpperCase().replaceAll('-', '_')}_WASM`;
    const text = `// Made by scripts/build-kernel.mjs from packages/core/kernel/${name}.\n/** The module, in base64. */\nexport const ${constant}: string =\n  '${readFileSync(wasm).toString('base64')}';\n`;
    const out = `packages/core/src/formats/content/${kernel}.generated.ts`;
    if (process.argv.includes('--check')) {
      if (readFileSync(out, 'utf8') !== text) stale = true;
    } else writeFileSync(out, text);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (stale) {
  console.error('a generated kernel is not what its source gives: npm run build:kernel');
  process.exitCode = 1;
}
