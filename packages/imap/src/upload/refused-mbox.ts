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
    for (const piece of quoted(message.chunks())) await this.#file.appendFile(piece);
    await this.#file.appendFile('\n\n');
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

/** Octets of a line that are held back until its end is there. */
const LONGEST_HELD = 64 * 1024;

/** The text with LF line ends and a `>` before each `>*From ` that begins a line, wherever the chunks end. */
function* quoted(chunks: Iterable<Uint8Array>): Generator<Buffer> {
  let held = '';
  let isMidLine = false;
  for (const chunk of chunks) {
    const text = held + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const lines = text.lastIndexOf('\n') + 1;
    // Of a line without an end all but the last octet is given, which may be the CR of its line end.
    const end = lines > 0 || text.length < LONGEST_HELD ? lines : text.length - 1;
    held = text.slice(end);
    if (end === 0) continue;
    yield quote(text.slice(0, end), isMidLine);
    isMidLine = lines === 0;
  }
  if (held !== '') yield quote(held, isMidLine);
}

function quote(text: string, isMidLine: boolean): Buffer {
  const lines = text.replace(/\r\n/g, '\n').replace(isMidLine ? /(?<=\n)>*From /g : /(?<=^|\n)>*From /g, '>$&');
  return Buffer.from(lines, 'latin1');
}
