import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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

describe('gzip', () => {
  const plain = readFileSync(PLAIN);
  const packed = gzipSync(plain);
  const named = (flags: number, ...fields: Uint8Array[]): Buffer =>
    Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), ...fields, packed.subarray(10)]);
  const damaged = Buffer.from(packed);
  damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 0x10;

  it.each([
    ['with zeros behind it', Buffer.concat([packed, Buffer.alloc(70_000)]), false],
    ['of two members', Buffer.concat([gzipSync(plain.subarray(0, 999)), gzipSync(plain.subarray(999))]), false],
    ['of one member an octet', Buffer.concat([...plain].map((octet) => gzipSync(Uint8Array.of(octet)))), false],
    [
      'with a name, a comment, an extra field and a checksum of its header',
      named(30, Buffer.from('\x02\0ab', 'latin1'), Buffer.from('n\0c\0hh')),
      false,
    ],
    ['with rubbish behind it', Buffer.concat([packed, Buffer.from('rubbish')]), true],
    ['with half a header behind it', Buffer.concat([packed, Buffer.from([0x1f, 0x8b])]), true],
    ['with a wrong checksum', damaged, true],
    ['without its trailer', packed.subarray(0, -8), true],
  ])('%s gives all that was packed', async (name, octets, isBroken) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    writeFileSync(path, octets);
    const { found, issues } = await identities(path);
    expect(found).toEqual((await identities(PLAIN)).found);
    expect(issues.includes('SOURCE_INCOMPLETE')).toBe(isBroken);
  });

  it('gives the end of a long text in spite of rubbish behind it', async () => {
    const long = Buffer.concat(Array.from({ length: 100 }, () => plain));
    writeFileSync(join(folder, 'long'), long);
    writeFileSync(join(folder, 'long.gz'), Buffer.concat([gzipSync(long), Buffer.from('rubbish')]));
    expect((await identities(join(folder, 'long.gz'))).found).toEqual((await identities(join(folder, 'long'))).found);
  });

  it('of nothing is an empty mbox, alone and in a tree', async () => {
    const tree = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(tree, 'full'), plain);
    writeFileSync(join(tree, 'empty.gz'), gzipSync(''));
    expect(await identities(join(tree, 'empty.gz'))).toEqual({ found: [], issues: [] });
    await using store = await openStore(tree);
    const names: string[] = [];
    for await (const { path } of store.folders()) names.push(path.join('/'));
    expect(names).toContain('empty');
  });
});
