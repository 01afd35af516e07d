import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../../scripts/oracle/peer.ts';
import { type OpenOptions, openStore } from '../../src/index.js';

const PLAIN = 'test-fixtures/home/ann/mbox';
const PACKERS = { gzip: ['-c'], zstd: ['-q', '-c'], xz: ['-c'] } as const;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compressed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const pack = (tool: keyof typeof PACKERS, text: Uint8Array) => spawnSync(tool, PACKERS[tool], { input: text, maxBuffer: 1 << 28 }).stdout;

async function identities(location: string, options: OpenOptions = {}): Promise<{ found: string[]; issues: string[] }> {
  await using store = await openStore(location, options);
  const found: string[] = [];
  for await (const message of store.messages()) found.push(`${message.identity} ${message.uid} ${[...message.flags].join(' ')}`);
  return { found, issues: store.issues.map(({ code }) => code) };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

describe.each(['gzip', 'zstd', 'xz'] as const)('an mbox that is compressed with %s', (tool) => {
  it.runIf(hasPeer(tool))('is the mbox: as a file of any name, in two parts, and on standard input', async () => {
    const plain = readFileSync(PLAIN);
    const path = join(folder, `${tool}-of-no-telling-name`);
    const truth = await identities(PLAIN);
    expect(truth.found).toHaveLength(11);
    writeFileSync(path, pack(tool, plain));
    expect(await identities(path)).toEqual(truth);
    const half = Math.floor(plain.length / 2);
    writeFileSync(path, Buffer.concat([pack(tool, plain.subarray(0, half)), pack(tool, plain.subarray(half))]));
    expect(await identities(path)).toEqual(truth);
    expect(await identities('-', { input: chunks(pack(tool, plain)) })).toEqual(truth);
  });

  it.runIf(hasPeer(tool))('that was cut off gives what is whole, and says so', async () => {
    const long = Buffer.concat(Array.from({ length: 400 }, () => readFileSync(PLAIN)));
    const packed = pack(tool, Buffer.from(long.map((octet, i) => (octet === 0x7a ? 0x61 + (i % 26) : octet))));
    const path = join(folder, `${tool}-cut`);
    writeFileSync(path, packed.subarray(0, Math.floor(packed.length * 0.9)));
    const { issues } = await identities(path);
    expect(issues).toContain('SOURCE_INCOMPLETE');
  });
});
