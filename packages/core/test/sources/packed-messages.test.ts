// A Maildir in which Dovecot's zlib plugin, or a cron job, compressed messages.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMaildir } from '../../src/index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packed-'));
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(root, part));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Octets that a compressor makes no smaller, and the same each time. */
function noise(size: number): Buffer {
  const octets = Buffer.alloc(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    octets[i] = 0x21 + ((state >>> 16) % 90);
  }
  return octets;
}

async function contents(): Promise<{ octets: Buffer; failure: string | undefined }[]> {
  await using store = await openMaildir(root);
  const found: { octets: Buffer; failure: string | undefined }[] = [];
  for await (const { content, failure } of store.messages())
    found.push({ octets: Buffer.concat([...content.chunks()]), failure: failure?.note });
  return found;
}

describe('messages that are compressed', () => {
  it('are unpacked, also above 4 MiB', async () => {
    const small = Buffer.from('Subject: small\n\nBerth 1\n');
    const large = Buffer.concat([Buffer.from('Subject: large\n\n'), noise(6 * 1024 * 1024), Buffer.from('\n')]);
    expect(gzipSync(large).length).toBeGreaterThan(4 * 1024 * 1024);
    writeFileSync(join(root, 'cur', `1.M1.host,S=${small.length}:2,SZ`), gzipSync(small));
    writeFileSync(join(root, 'cur', `2.M2.host,S=${large.length}:2,SZ`), gzipSync(large));
    const found = await contents();
    expect(found.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    expect([found[0]?.octets.equals(small), found[1]?.octets.equals(large)]).toEqual([true, true]);
  });

  it('are unpacked from zstd', async () => {
    // RFC 8878: magic, a header without content size (single segment off, window 1 KiB), one last raw block.
    const text = Buffer.from('Subject: z\n\nBerth 2\n');
    const block = Buffer.alloc(3);
    block.writeUIntLE((text.length << 3) | 1, 0, 3);
    writeFileSync(join(root, 'cur', '1.M1.host:2,S'), Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), block, text]));
    expect((await contents()).map(({ octets }) => octets.toString())).toEqual([text.toString()]);
  });

  it('are named as failed, and never delivered packed, where they cannot be unpacked', async () => {
    const text = Buffer.from('Subject: b\n\nBerth 3\n');
    writeFileSync(join(root, 'cur', '1.M1.host:2,S'), Buffer.from('BZh91AY&SY packed'));
    writeFileSync(join(root, 'cur', '2.M2.host:2,S'), gzipSync(text).subarray(0, 25));
    const found = await contents();
    expect(found.map(({ octets }) => octets.length)).toEqual([0, 0]);
    expect(found[0]?.failure).toBe('its file is compressed with bzip2');
    expect(found[1]?.failure).toMatch(/unexpected end of file/);
  });
});
