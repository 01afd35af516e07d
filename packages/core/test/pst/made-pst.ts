import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PstSpec, writePstFile } from '@mailferry/pst-writer';

/** What the writer says that it wrote. */
export type Written = ReturnType<typeof writePstFile>;

/** A PST of our own writer, in memory. */
export function madePst(spec: PstSpec): { readonly octets: Uint8Array; readonly written: Written } {
  const folder = mkdtempSync(join(tmpdir(), 'made-pst-'));
  try {
    const path = join(folder, 'made.pst');
    const written = writePstFile(path, spec);
    return { octets: new Uint8Array(readFileSync(path)), written };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
