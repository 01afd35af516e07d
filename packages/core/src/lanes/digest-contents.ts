import { digestCrlf } from '../formats/content/digest.js';
import type { LineEnds } from '../formats/content/line-ends.js';
import type { DigestAnswer, DigestJob } from './job.js';

/** Hashes the contents of a job where they lie. */
export function digestContents({ numbers }: DigestJob, heap: Buffer, lineEnds: LineEnds): DigestAnswer {
  let hashes = '';
  const crlfSizes: number[] = [];
  for (let at = 0; at < numbers.length; ) {
    const count = numbers[at] ?? 0;
    const parts: Uint8Array[] = [];
    for (let i = at + 1; i < at + 1 + 2 * count; i += 2) {
      const address = numbers[i] ?? 0;
      parts.push(heap.subarray(address, address + (numbers[i + 1] ?? 0)));
    }
    const { sha256, crlfSize } = digestCrlf(parts, lineEnds);
    hashes += sha256;
    crlfSizes.push(crlfSize);
    at += 1 + 2 * count;
  }
  return { hashes, crlfSizes: Float64Array.from(crlfSizes) };
}
