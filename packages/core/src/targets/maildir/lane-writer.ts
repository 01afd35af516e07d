import { Lane } from '../../lanes/lane.js';
import { type Content, isPinnable, LARGE_CONTENT } from '../../model/content.js';
import { diskError, onDisk } from './disk-error.js';
import { type MessageWriter, writeMessageFile } from './message-writer.js';

/** Octets after which a thread is worth its start. */
const WARM_UP = 2 * 1024 * 1024;

/** Writes small messages in a thread of their own; large ones, and the first few, in the calling thread. */
export class LaneWriter implements MessageWriter {
  readonly #fsync: boolean;
  #lane: Lane | undefined;
  #warmUp = 0;

  constructor(fsync: boolean) {
    this.#fsync = fsync;
  }

  write(path: string, content: Content, seconds: number): void {
    this.#warmUp += content.size;
    const pinned = this.#warmUp > WARM_UP && content.size <= LARGE_CONTENT && isPinnable(content) ? content.pin() : undefined;
    if (pinned === undefined) {
      onDisk(path, () => writeMessageFile(path, content, seconds, this.#fsync));
      return;
    }
    this.#lane ??= new Lane(this.#fsync);
    const lane = this.#lane;
    onDisk(path, () => lane.add({ path, seconds, parts: pinned.parts, release: pinned.release }));
  }

  async flush(): Promise<void> {
    await this.#lane?.flush().catch(rethrow);
  }

  async drain(): Promise<void> {
    await this.#lane?.drain().catch(rethrow);
  }

  async close(): Promise<void> {
    await this.#lane?.close();
    this.#lane = undefined;
  }
}

function rethrow(error: unknown): never {
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  throw diskError(error, path);
}
