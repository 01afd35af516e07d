import type { WriteStream } from 'node:tty';

/** Lines at the foot of a terminal that are painted again and again: one a running job, and a total. */
export class LiveLines {
  readonly #stream: WriteStream;
  #painted = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Paints these lines in the place of the last ones; each is cut to the width of the terminal. */
  paint(lines: readonly string[]): void {
    const width = Math.max(20, (this.#stream.columns || 80) - 1);
    this.#stream.write(this.#erase() + lines.map((line) => `${[...line].slice(0, width).join('')}\n`).join(''));
    this.#painted = lines.length;
  }

  /** Takes the lines away, so that other text can be written. */
  clear(): void {
    if (this.#painted > 0) this.#stream.write(this.#erase());
    this.#painted = 0;
  }

  #erase(): string {
    return this.#painted === 0 ? '' : `\u001b[${this.#painted}A\u001b[0J`;
  }
}
