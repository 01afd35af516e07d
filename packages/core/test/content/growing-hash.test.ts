import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingHash } from '../../src/formats/content/growing-hash.js';
import { kernelMemory } from '../../src/formats/content/kernel-memory.js';

const PIECE = 1024 * 1024;

/** The same by the words of docs/formats/ledger.md, without the kernel. */
function plainHash(octets: Uint8Array): string {
  const pieces = createHash('sha256');
  for (let start = 0; start < octets.length; start += PIECE) {
    const piece = Buffer.alloc(Math.ceil(Math.min(PIECE, octets.length - start) / 64) * 64);
    piece.set(octets.subarray(start, start + PIECE));
    const numbers = new Uint32Array(16);
    for (let at = 0; at < piece.length; at += 4) {
      const sum = ((numbers[(at / 4) % 16] ?? 0) + Math.imul(piece.readUInt32LE(at), 0x85eb_ca77)) >>> 0;
      numbers[(at / 4) % 16] = Math.imul((sum << 13) | (sum >>> 19), 0x9e37_79b1);
    }
    pieces.update(Buffer.from(numbers.buffer));
  }
  return pieces.digest('hex').slice(0, 32);
}

function growing(...parts: readonly Uint8Array[]): string {
  const hash = new GrowingHash();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function pattern(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => (i * 2_654_435_761) >>> 24));
}

describe('GrowingHash', () => {
  it('is what docs/formats/ledger.md says', () => {
    for (const size of [0, 1, 63, 64, 65, 1000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 77]) {
      const octets = pattern(size);
      expect(growing(octets), `${size} octets`).toBe(plainHash(octets));
    }
  });

  it('does not depend on the pieces that it is fed in', () => {
    const octets = pattern(PIECE + 12_345);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: octets.length }), { maxLength: 6 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), octets.length];
        const parts = ends.map((end, i) => octets.subarray(ends[i - 1] ?? 0, end));
        expect(growing(...parts)).toBe(growing(octets));
      }),
      { numRuns: 30 },
    );
  });

  it('hashes the same in the memory of the kernels', () => {
    const octets = pattern(100_000);
    const slot = kernelMemory.slot(0)?.subarray(0, octets.length) ?? Buffer.alloc(0);
    slot.set(octets);
    expect(growing(slot.subarray(0, 33), slot.subarray(33))).toBe(growing(octets));
  });

  it('goes on behind a digest, and keeps two hashes apart', () => {
    const octets = pattern(10_000);
    const [one, other] = [new GrowingHash(), new GrowingHash()];
    one.update(octets.subarray(0, 777));
    one.digest();
    other.update(octets.subarray(5000));
    one.update(octets.subarray(777));
    expect(one.digest()).toBe(growing(octets));
    expect(other.digest()).toBe(growing(octets.subarray(5000)));
  });

  it('misses no change of one octet', () => {
    const octets = pattern(4096);
    const whole = growing(octets);
    for (let at = 0; at < octets.length; at += 41) {
      const changed = Buffer.from(octets);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      expect(growing(changed)).not.toBe(whole);
    }
  });
});
