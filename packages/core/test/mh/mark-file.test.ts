import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseMarkFile } from '../../src/formats/mh/mark-file.js';
import { sortFlags } from '../../src/model/flag.js';
import { openStore } from '../../src/sources/index.js';
import { collect } from '../sources/collect.js';

function markFile(isLittle: boolean, version: number, records: readonly (readonly [number: number, bits: number])[]): Buffer {
  const octets = Buffer.alloc(4 + records.length * 8);
  const write = (value: number, at: number) => (isLittle ? octets.writeUInt32LE(value, at) : octets.writeUInt32BE(value, at));
  write(version, 0);
  for (const [index, [number, bits]] of records.entries()) {
    write(number, 4 + index * 8);
    write(bits, 8 + index * 8);
  }
  return octets;
}

const RECORDS = [
  [1, 0b11],
  [2, 0b100],
  [3, 0b11_0010],
  [5, 0b1000],
  [1, 0b10_0000],
] as const;

test.each([true, false])('flags of messages, in the order of either machine, and the last word holds (little: %s)', (isLittle) => {
  const marks = parseMarkFile(Buffer.concat([markFile(isLittle, 2, RECORDS), Buffer.from([9, 0, 0])]));
  expect([...(marks ?? [])].map(([number, flags]) => [number, sortFlags(flags).join(' ')])).toEqual([
    [1, '\\Seen $Forwarded'],
    [2, '\\Flagged \\Seen'],
    [3, '\\Answered $Forwarded'],
    [5, '\\Deleted \\Seen'],
  ]);
});

test('a file of another version says nothing', () => {
  expect(parseMarkFile(markFile(true, 3, RECORDS))).toBeUndefined();
  expect(parseMarkFile(Buffer.from([2, 0]))).toBeUndefined();
});

test('a folder of Claws Mail or Sylpheed has the flags of its mark file, and what is not in it is unread', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mailferry-marks-'));
  try {
    for (const [folder, name] of [
      ['inbox', '.claws_mark'],
      ['sent', '.sylpheed_mark'],
    ] as const) {
      mkdirSync(join(root, folder));
      for (const number of [2, 4])
        writeFileSync(join(root, folder, String(number)), `From: ann@example.org\nTo: bob@example.org\nSubject: ${number}\n\nx\n`);
      writeFileSync(join(root, folder, name), markFile(true, 2, RECORDS));
    }
    await using store = await openStore(root);
    const messages = await collect(store.messages());
    expect(messages.map(({ folder, flags }) => [folder.join('/'), sortFlags(flags).join(' ')])).toEqual([
      ['INBOX', '\\Flagged \\Seen'],
      ['INBOX', ''],
      ['sent', '\\Flagged \\Seen'],
      ['sent', ''],
    ]);
    expect(store.leftAlone).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
