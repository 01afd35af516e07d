import { closeSync, ftruncateSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPinnable } from '../../src/index.js';
import { MboxFile } from '../../src/sources/mbox-file.js';
import { takeWindow } from '../../src/sources/window-pool.js';
import { readMbox } from './read-mbox.js';
import { tilesOf } from './tiles.js';

const HEAD = 'From ann@example.com Sat Jan  3 10:00:00 2004\nFrom: a@b\nSubject: s\n';
const message = (body: string): string => `${HEAD}\n${body}\n\n`;

describe('what is large', () => {
  it('a message above every window is read in chunks', () => {
    const body = `${'0123456789'.repeat(7)}\n`.repeat(140_000);
    const { messages } = readMbox(`${message('before')}${message(body.trimEnd())}${message('after')}`);
    expect(messages.map(({ content }) => content.size)).toEqual([29, 22 + body.length, 28]);
    expect(messages[1]?.octets.subarray(22).equals(Buffer.from(body))).toBe(true);
  });

  it('a line of 20 MB is read at once', () => {
    const { messages } = readMbox(`${message('y'.repeat(20_000_000))}${message('after')}`);
    expect(messages.length).toBe(2);
  });

  it('a header above the limit is taken as it is, with an issue', () => {
    const header = `X-A: ${'b'.repeat(70)}\n`.repeat(16_000);
    const octets = `${HEAD}${header}Status: RO\n\nbody\n\n${message('after')}`;
    const read = readMbox(octets);
    expect(read.messages.map(({ issues }) => issues.map(({ code }) => code))).toEqual([['MBOX_HEADER_TOO_LONG'], []]);
    expect(tilesOf(read)).toBe(octets.length);
  });

  it('a From_ line above the limit is text', () => {
    const { messages } = readMbox(
      `${message('a')}From ${'x'.repeat(20_000)} Sat Jan  3 10:00:00 2004\nFrom: a@b\nSubject: s\n\n${message('b')}`,
    );
    expect(messages.length).toBe(2);
  });

  it('many doubtful lines name a thousand issues a message at most', () => {
    const { messages } = readMbox(message('\nFrom here on\nit is text.\n'.repeat(3000)));
    expect(messages[0]?.issues.length).toBe(1000);
  });

  it('many open MIME parts do not make it quadratic', () => {
    const one = `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut\n\n`;
    expect(readMbox(one.repeat(5000)).messages.length).toBe(5000);
  });
});

describe('views of the window', () => {
  const path = join(tmpdir(), `mailferry-pin-${process.pid}.mbox`);
  const octets = Array.from({ length: 400 }, (_, i) => message(`${i} ${'z'.repeat(100)}`)).join('');
  const options = { path, size: octets.length, file: 0, folder: ['INBOX'], fallbackDate: 0, fromTz: 'UTC' };
  const small = { window: { windowSize: 16_384, readSize: 4096 }, limits: { large: 4096, header: 8192 } };

  it('stay as they are while they are pinned, and are gone when the window was filled again', () => {
    writeFileSync(path, octets);
    const fd = openSync(path, 'r');
    try {
      const [first, ...rest] = [...MboxFile.open({ ...options, ...small, fd }).batches()].flat();
      expect(rest.length).toBe(399);
      const content = first?.content ?? expect.fail('no message');
      expect(isPinnable(content) && content.pin()).toBeUndefined();
      expect(Buffer.from(content.bytes()).toString()).toContain('0 zzz');

      let pinned: { parts: readonly Uint8Array[]; release: () => void } | undefined;
      for (const batch of MboxFile.open({ ...options, ...small, fd }).batches()) {
        const [message] = batch;
        if (pinned === undefined && message !== undefined && isPinnable(message.content)) pinned = message.content.pin();
      }
      expect(Buffer.concat([...(pinned?.parts ?? [])]).toString()).toContain('0 zzz');
      pinned?.release();
      pinned?.release();
    } finally {
      closeSync(fd);
      rmSync(path);
    }
  });

  it('a file that becomes shorter is read as far as it goes, with an issue', () => {
    writeFileSync(path, octets);
    const fd = openSync(path, 'r+');
    try {
      const file = MboxFile.open({ ...options, ...small, fd });
      ftruncateSync(fd, octets.length / 2);
      const messages = [...file.batches()].flat();
      expect(messages.length).toBeGreaterThan(150);
      expect(file.issues.map(({ code }) => code)).toEqual(['SOURCE_CHANGED']);
      ftruncateSync(fd, 10);
      for (let i = 0; i < 12; i++) takeWindow({}).leases -= 1;
      expect(() => messages[0]?.content.bytes()).toThrow(expect.objectContaining({ code: 'SOURCE_CHANGED' }));
    } finally {
      closeSync(fd);
      rmSync(path);
    }
  });
});
