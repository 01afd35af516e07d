import { bulkPst } from '@mailferry/pst-writer';
import { expect, test } from 'vitest';
import { PstStore } from '../../src/formats/pst/messaging/store.js';
import { madePst } from './made-pst.js';
import { MemoryAccess } from './memory-access.js';

test('the list of the blocks of an attachment is read once, however often its size and data are asked for', () => {
  const { octets } = madePst(
    bulkPst(1, { messages: 1, attachmentEvery: 1, attachmentSize: [100_000, 100_000], textWords: 10, folders: 1 }),
  );
  const reads: number[] = [];
  class Counting extends MemoryAccess {
    override readAt(offset: number, length: number): Uint8Array {
      reads.push(offset);
      return super.readAt(offset, length);
    }
  }
  const store = PstStore.open(new Counting(octets), 'test.pst', (text) => Buffer.from(text).toString('latin1'));
  const [nid] = [...store.index.byFolder.values()].flat();
  const attachment = store.message(nid ?? 0).message?.attachments[0];
  if (attachment === undefined) throw new Error('the attachment is missing');
  expect(attachment.size).toBe(100_000);
  reads.length = 0;
  expect(attachment.size).toBe(100_000);
  expect(reads).toEqual([]);
  expect(Buffer.concat([...attachment.data()])).toHaveLength(100_000);
  expect(new Set(reads).size).toBe(reads.length);
  const blocks = reads.length;
  expect(Buffer.concat([...(attachment.lent?.() ?? [])].map((piece) => Buffer.from(piece)))).toHaveLength(100_000);
  expect(reads.length).toBe(2 * blocks);
  expect(blocks).toBe(Math.ceil(100_000 / 8176));
});
