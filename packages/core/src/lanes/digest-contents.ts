import { digestCrlfAt } from '../formats/content/digest.js';
import type { LineEnds } from '../formats/content/line-ends.js';
import type { DigestAnswer, DigestJob } from './job.js';

/** Hashes the contents of a job where they lie. */
export function digestContents({ numbers }: DigestJob, lineEnds: LineEnds): DigestAnswer {
  let hashes = '';
  const crlfSizes: number[] = [];
  for (let at = 0; at < numbers.length; ) {
    const count = numbers[at] ?? 0;
    const { sha256, crlfSize } = digestCrlfAt(numbers.subarray(at + 1, at + 1 + 2 * count), lineEnds);
    hashes += sha256;
    crlfSizes.push(crlfSize);
    at += 1 + 2 * count;
  }
  return { hashes, crlfSizes: new Float64Array(crlfSizes) };
}
