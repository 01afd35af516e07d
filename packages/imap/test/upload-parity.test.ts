import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasDovecot } from './dovecot.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/upload-parity/run.mjs', import.meta.url));

function prove(...args: readonly string[]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, ...args]);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, said }));
  });
}

describe.skipIf(!hasDovecot() || process.getuid?.() !== 0)('the fuzzer of uploads, in its short form', () => {
  it('finds nothing that is not as it must be', async () => {
    const { status, said } = await prove('--count', '1', '--seed', '323');
    expect(said).toContain('"sources":1');
    expect(status, said).toBe(0);
  }, 240_000);

  it('fails when a flag is changed on the server', async () => {
    const { status, said } = await prove('--count', '1', '--seed', '314', '--plant');
    expect(said).toContain('planted');
    expect(status).toBe(1);
  }, 240_000);
});
