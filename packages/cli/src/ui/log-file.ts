import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { TargetError } from '@mailferry/core';

/** Octets kept before they are written. */
const BUFFERED = 64 * 1024;

/** Every event of a run as JSON lines, each with its time; appended to what is there. */
export class LogFile {
  readonly #file: number;
  readonly #path: string;
  #buffer = '';
  #failure: TargetError | undefined;

  /** @throws {@link TargetError} OUTPUT_UNWRITABLE when the file cannot be opened, or is a symbolic link. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    } catch (cause) {
      throw unwritable('the log file', path, cause);
    }
  }

  write(event: object): void {
    this.#buffer += `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`;
    if (this.#buffer.length >= BUFFERED) this.flush();
  }

  /** What went wrong while it was written: the run goes on without it, and says so in the end. */
  get failure(): TargetError | undefined {
    return this.#failure;
  }

  flush(): void {
    const octets = Buffer.from(this.#buffer);
    this.#buffer = '';
    if (this.#failure !== undefined) return;
    try {
      for (let at = 0; at < octets.length; ) at += writeSync(this.#file, octets, at);
    } catch (cause) {
      this.#failure = unwritable('the log file', this.#path, cause, 'make room or name another file; the log lacks what came after');
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** The error for a file of our own that cannot be written. */
export function unwritable(
  what: string,
  path: string,
  cause: unknown,
  help = 'name a file in a directory that exists and that you may write',
): TargetError {
  return new TargetError('OUTPUT_UNWRITABLE', `${what} cannot be written`, {
    where: { path },
    notes: [cause instanceof Error ? cause.message : String(cause)],
    help,
  });
}
