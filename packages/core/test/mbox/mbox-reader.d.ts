declare module 'mbox-reader' {
  import type { Readable } from 'node:stream';

  export function mboxReader(
    input: Readable,
  ): AsyncIterable<{ readonly content: Buffer; readonly flags: readonly string[]; readonly time: Date | false }>;
}
