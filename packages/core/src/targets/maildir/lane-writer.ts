import { isLaneLaden, Lane } from '../../lanes/lane.js';
import { type Content, isPinnable, LARGE_CONTENT } from '../../model/content.js';
import { diskError } from './disk-error.js';
import { DirectWriter, type MessageWriter } from './message-writer.js';

/** Octets after which a thread is worth its start. */
const WARM_UP = 2 * 1024 * 1024;

/** Writes small messages in a thread of their own; large ones, and the first few, in the calling thread. */
export class LaneWriter implements MessageWriter {
  readonly #fsync: boolean;
  readonly #direct: DirectWriter;
  #lane: Lane | undefined;
  #warmUp = 0;

  constructor(fsync: boolean) {
    this.#fsync = fsync;
    this.#direct = new DirectWriter(fsync);
  }

  write(path: string, content: Content, seconds: number): void {
    this.#warmUp += content.size;
    const pinned =
      this.#warmUp > WARM_UP && !isLaneLaden() && content.size <= LARGE_CONTENT && isPinnable(content) ? content.pin() : undefined;
    if (pinned === undefined) {
      this.#direct.write(path, content, seconds);
      return;
    }
    this.#lane ??= new Lane(this.#fsync);
    try {
      this.#lane.add({ path, seconds, content: pinned });
    } catch (error) {
      rethrow(error);
    }
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
