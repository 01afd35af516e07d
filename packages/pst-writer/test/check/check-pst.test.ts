import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPst, writePstFile } from '../../src/index.js';
import { samplePst } from '../sample-pst.js';
import { scratch } from '../scratch.js';

const directory = scratch();
const good = join(directory, 'good.pst');
writePstFile(good, samplePst('unicode', 'permute', false));
const octets = readFileSync(good);
const nbt = Number(octets.readBigUInt64LE(224));
const bbt = Number(octets.readBigUInt64LE(240));

/** The problems after one octet was changed. */
function problemsWith(offset: number): readonly string[] {
  const path = join(directory, 'bad.pst');
  const bad = Buffer.from(octets);
  bad[offset] = (octets[offset] as number) ^ 0x10;
  writeFileSync(path, bad);
  return checkPst(path).problems;
}

describe('one flipped bit is found', () => {
  test.each([
    ['in the header', 300, 'header: wrong dwCRCPartial'],
    ['in the part of the header that only the full CRC covers', 517, 'header: wrong dwCRCFull'],
    ['in the root page of the NBT', nbt + 3, `page 0x${nbt.toString(16)}: wrong CRC`],
    ['in the trailer of the root page of the BBT', bbt + 498, `page 0x${bbt.toString(16)}: wrong signature`],
    ['in the first block', 0x4800, 'block 0x4 at 0x4800: wrong CRC'],
    ['in the first AMap', 0x4400 + 480, 'AMap 0x4400: a page or block stands in space marked free'],
    ['in the first PMap', 0x4600, 'page 0x4600: wrong CRC'],
  ])('%s', (_where, offset, problem) => {
    expect(problemsWith(offset)).toContain(problem);
  });
});

test('a file that is none is said to be none', () => {
  const path = join(directory, 'none.pst');
  writeFileSync(path, Buffer.alloc(1024, 7));
  expect(checkPst(path)).toMatchObject({ version: 0, problems: ['no PST header'] });
});

test('a truncated file has problems, and the check ends', () => {
  const path = join(directory, 'short.pst');
  writeFileSync(path, octets.subarray(0, octets.length >> 1));
  expect(checkPst(path).problems.length).toBeGreaterThan(10);
});

test('a file of Outlook passes, but for space that Outlook had not yet freed', () => {
  const testdata = join(dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')), 'example', 'testdata');
  const { problems, messages, version } = checkPst(join(testdata, 'enron.pst'));
  expect({ messages, version }).toEqual({ messages: 71, version: 23 });
  expect(problems.filter((each) => !each.endsWith('space is marked used that nothing uses'))).toEqual([]);
});
