// Reading at offsets, and the list of what is wrong.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Layout } from './layout.js';

const MAX_PROBLEMS = 1000;

/** A file under examination. */
export class CheckedFile implements Disposable {
  readonly size: number;
  readonly problems: string[] = [];
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    this.size = fstatSync(this.#fd).size;
  }

  /** Octets at an offset; beyond the end of the file they are zeros, and a problem. */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const got = offset > this.size ? 0 : readSync(this.#fd, bytes, 0, length, offset);
    this.expect(got === length, `offset ${hex(offset)}: ${length} octets wanted, the file has ${got}`);
    return bytes;
  }

  /** Notes a problem unless `holds`. */
  expect(holds: boolean, problem: string): void {
    if (!holds && this.problems.length < MAX_PROBLEMS) {
      this.problems.push(problem);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The extents that the trees name, for the comparison with the AMaps. */
export interface Extents {
  readonly layout: Layout;
  readonly list: (readonly [offset: number, size: number])[];
}

/** A number as in hexadecimal notation. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
