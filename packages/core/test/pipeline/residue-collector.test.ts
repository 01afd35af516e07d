import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryContent, type Message } from '../../src/index.js';
import { ResidueCollector } from '../../src/pipeline/residue-collector.js';

/** Steps through a file: [octets of no message, header octets kept, octets cut out, body octets kept, fate]. */
const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(9), fc.nat(9), fc.nat(9), fc.constantFrom('kept', 'filtered', 'failed')), {
  maxLength: 12,
});

function messageAt(offset: number, kept: number, cut: number, body: number, fate: string): Message {
  return {
    identity: '',
    sourceId: `offset:${offset}`,
    folder: ['INBOX'],
    content: new MemoryContent(new Uint8Array()),
    flags: new Set(),
    internalDate: 0,
    dateSource: 'none',
    issues: [],
    span: { file: 0, offset, length: kept + cut + body, ranges: [offset, kept, offset + kept + cut, body] },
    ...(fate === 'filtered' ? { filtered: 'expunged' as const } : {}),
    ...(fate === 'failed' ? { failure: { code: 'SOURCE_CHANGED' as const } } : {}),
  };
}

it('residue and stored contents tile the file, whenever it is taken', () =>
  fc.assert(
    fc.property(steps, fc.nat(9), fc.array(fc.boolean(), { maxLength: 12 }), (walk, tail, takes) => {
      const collector = new ResidueCollector();
      const marks: number[] = [];
      const mark = (ranges: readonly number[]) => {
        for (let i = 0; i < ranges.length; i += 2) {
          for (let at = ranges[i] ?? 0; at < (ranges[i] ?? 0) + (ranges[i + 1] ?? 0); at += 1) marks[at] = (marks[at] ?? 0) + 1;
        }
      };
      let end = 0;
      for (const [index, [nothing, kept, cut, body, fate]] of walk.entries()) {
        const message = messageAt(end + nothing, kept, cut, body, fate);
        collector.pass(message);
        if (fate === 'kept') mark(message.span?.ranges ?? []);
        if (takes[index]) for (const { ranges } of collector.take()) mark(ranges);
        end += nothing + kept + cut + body;
      }
      collector.finish(0, end + tail);
      for (const { ranges } of collector.take()) mark(ranges);
      expect(marks).toEqual(new Array(end + tail).fill(1));
    }),
  ));
