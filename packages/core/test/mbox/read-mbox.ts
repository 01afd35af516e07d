import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from '../../src/index.js';
import { MboxFile, type MboxFileOptions } from '../../src/sources/mbox-file.js';

/** A message with everything that was asked of it while its file was open. */
export interface ReadMessage extends Message {
  readonly octets: Buffer;
  readonly sha256: string;
  readonly crlf: number;
}

/** An mbox that was read to its end. */
export interface ReadMbox {
  readonly file: MboxFile;
  readonly messages: readonly ReadMessage[];
  readonly size: number;
}

export type ReadOptions = Partial<MboxFileOptions>;

/** Windows and limits so small that every boundary falls everywhere. */
export const TINY: ReadOptions = { window: { windowSize: 16_384, readSize: 64 }, limits: { large: 4096, header: 8192 } };

/** Reads an mbox of these octets. */
export function readMbox(octets: Uint8Array | string, options: ReadOptions = {}): ReadMbox {
  const path = join(tmpdir(), `mailferry-${process.pid}-${randomUUID()}.mbox`);
  writeFileSync(path, octets);
  try {
    return readMboxFile(path, options);
  } finally {
    rmSync(path);
  }
}

/** Reads an mbox on disk. */
export function readMboxFile(path: string, options: ReadOptions = {}): ReadMbox {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const file = MboxFile.open({
      path,
      fd,
      size,
      file: 0,
      folder: ['INBOX'],
      fallbackDate: Date.UTC(2000, 0, 1),
      fromTz: 'UTC',
      ...options,
    });
    const messages: ReadMessage[] = [];
    for (const batch of file.batches()) {
      for (const message of batch) {
        const [sha256 = ''] = message.identity.split('-');
        messages.push(Object.assign(message, { octets: Buffer.from(message.content.bytes()), sha256, crlf: message.content.crlfSize }));
      }
    }
    return { file, messages, size };
  } finally {
    closeSync(fd);
  }
}
