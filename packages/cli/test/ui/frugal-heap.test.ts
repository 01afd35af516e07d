import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Keeps a part of what it makes for a while, as a conversion does; prints the octets of the young generation. */
const SCRIPT = `
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
const { FrugalHeap } = await import(process.argv[1]);
const young = process.argv[2] === 'as it is' ? undefined : new FrugalHeap();
const hasThreads = process.argv[2] === 'small beside threads';
const kept = [];
for (let i = 0; i < 3000; i += 1) {
  if (hasThreads && i % 300 === 0) await new Promise((resolve) => new Worker('', { eval: true }).once('exit', resolve));
  kept.push(Array.from({ length: 300 }, (_, n) => ({ n, text: String(n) })));
  if (kept.length > 100) kept.shift();
  await setImmediate();
}
young?.[Symbol.dispose]();
console.log(getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size);
`;

function youngAfter(mode: string): number {
  const module = new URL('../../dist/ui/frugal-heap.js', import.meta.url).href;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT, module, mode], { encoding: 'utf8' }));
}

it('keeps the young generation small, also where threads start', () => {
  expect(youngAfter('small')).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(youngAfter('small beside threads')).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(youngAfter('as it is')).toBeGreaterThan(16 * 1024 * 1024);
});
