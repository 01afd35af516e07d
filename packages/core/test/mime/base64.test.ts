import { describe, expect, it } from 'vitest';
import { kernelMemory } from '../../src/formats/content/kernel-memory.js';
import { base64Chunks, base64Size, writeBase64 } from '../../src/formats/mime/base64.js';

/** Node's own base64, in lines of 76. */
function expected(octets: Uint8Array): string {
  return (
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  )
    .map((line) => `${line}\r\n`)
    .join('');
}

/** Pieces of these sizes with octets of all values: every second one where the kernels see it. */
function pieces(sizes: readonly number[], at: number): Uint8Array[] {
  let value = 7;
  let place = at;
  return sizes.map((size, i) => {
    const piece = i % 2 === 0 ? kernelMemory.heap.subarray(place, place + size) : new Uint8Array(size);
    if (i % 2 === 0) place += size;
    for (let k = 0; k < size; k += 1) {
      value = (value * 31 + 11) & 0xff;
      piece[k] = value;
    }
    return piece;
  });
}

const CASES: readonly (readonly number[])[] = [
  [],
  [1],
  [57],
  [8176],
  [8176, 8176, 8176, 3],
  [56, 0, 57, 58, 113, 114, 115, 1],
  [29_184, 1, 29_185],
  [40, 40, 40, 40, 40, 40, 40, 40, 40, 200, 199],
  [70_000, 500, 70_001],
];

describe('base64 of pieces that lie anywhere', () => {
  const at = kernelMemory.reserve(200_000);
  it.each(CASES.map((sizes) => [sizes]))('%j', (sizes) => {
    const all = pieces(sizes, at);
    const text = expected(Buffer.concat(all));
    const size = base64Size(Buffer.concat(all).length);
    expect(text).toHaveLength(size);
    const out = Buffer.alloc(size + 8);
    expect(writeBase64(all, out, 5)).toBe(size + 5);
    expect(out.toString('latin1', 5, size + 5)).toBe(text);
    expect(Array.from(base64Chunks(all), (chunk) => Buffer.from(chunk).toString('latin1')).join('')).toBe(text);
  });
});
