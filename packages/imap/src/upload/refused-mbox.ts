import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Prepared } from './prepared.js';

/** The mbox (mboxrd) of messages that the server refused, each with its reason in front. Made when the first one comes. */
export class RefusedMbox {
  readonly #path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Where it is, once there is one. */
  get path(): string | undefined {
    return this.#file === undefined ? undefined : this.#path;
  }

  /** Adds a message. The reason is in X-Mailferry-Refused, the folder in X-Mailferry-Folder; both are encoded as JSON strings. */
  async add(message: Prepared, reason: string): Promise<void> {
    this.#file ??= await open(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const date = new Date(message.internalDate).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+).*$/, '$1 $3 $2 $5 $4');
    const ascii = (text: string): string =>
      JSON.stringify(text).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    await this.#file.appendFile(
      `From MAILER-DAEMON ${date}\nX-Mailferry-Refused: ${ascii(reason)}\nX-Mailferry-Folder: ${ascii(message.message.folder.join('/'))}\n`,
    );
    for (const chunk of message.chunks()) await this.#file.appendFile(quote(chunk));
    await this.#file.appendFile('\n\n');
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

function quote(chunk: Uint8Array): Buffer {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
  return Buffer.from(text.replace(/\r\n/g, '\n').replace(/^(>*From )/gm, '>$1'), 'latin1');
}
