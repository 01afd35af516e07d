import { expect, it, vi } from 'vitest';

it('gives room for nothing before anything else was asked for, and pieces that do not overlap', async () => {
  vi.resetModules();
  const { room } = await import('../../src/formats/content/slab.js');
  expect(room(0)).toHaveLength(0);
  const pieces = [1, 7, 8, 9, 16_384, 16_385, 0, 30_000, 16_000, 16_000, 16_000, 3].map((length, i) => room(length).fill(i + 1));
  expect(pieces.every((piece, i) => piece.every((octet) => octet === i + 1))).toBe(true);
});
