import { type CommandPart, encodeLiteralHead, type Literal } from '../codec/encode.js';
import type { Command } from './command.js';

/** What writing a command needs of a connection. */
export interface CommandWriter {
  /** Sends; a promise when the socket is full. */
  write(parts: readonly Uint8Array[]): Promise<void> | undefined;
  /** True on `+`, false when the command was completed instead. */
  awaitContinuation(): Promise<boolean>;
  /** From here on octets of a literal are on the way that the server has not asked for. */
  markOpenHanded(): void;
  /** Resolves when all that was written has left this process. */
  sent(): Promise<void>;
  isAlive(): boolean;
  readonly trace: ((line: string) => void) | undefined;
}

const FLUSH = 1 << 18;

/** Writes one command: text and small chunks are gathered, a synchronising literal waits for its `+`. */
export async function writeCommand(tag: string, command: Command, out: CommandWriter): Promise<void> {
  const buffer = new Gather(out);
  buffer.text(`${tag} `);
  for (const part of command.parts) {
    if (!out.isAlive()) return;
    if (typeof part === 'string') buffer.text(part);
    else if (part.framed !== undefined && part.kind === 'nonSynchronising') {
      out.markOpenHanded();
      const full = buffer.add(part.framed);
      if (full !== undefined) await full;
    } else if (!(await writeLiteral(part, buffer, out))) return;
  }
  buffer.text('\r\n');
  out.trace?.(`C: ${tag} ${command.name} ${traceable(command.parts)}`);
  await buffer.flush();
}

/** False when the server completed the command instead of asking for the literal. */
async function writeLiteral(literal: Literal, buffer: Gather, out: CommandWriter): Promise<boolean> {
  const { kind, before = '' } = literal;
  buffer.text(before + encodeLiteralHead(literal, kind));
  if (kind === 'synchronising') {
    await buffer.flush();
    if (!(await out.awaitContinuation())) return false;
    literal.onAccepted?.();
  } else out.markOpenHanded();
  let left = literal.size;
  for (const chunk of literal.chunks()) {
    left -= chunk.length;
    const full = buffer.add(chunk);
    if (literal.isShared === true) await buffer.sent();
    else if (full !== undefined) await full;
    if (!out.isAlive()) return false;
  }
  // A literal that is not as long as announced would put the server out of step.
  if (left !== 0) throw new Error(`a literal announced as ${literal.size} octets had ${literal.size - left}`);
  return true;
}

/** Collects pieces so that one system call carries many; what lies side by side in memory leaves as one. */
class Gather {
  readonly #out: CommandWriter;
  #parts: Uint8Array[] = [];
  /** Text behind the parts. */
  #text = '';
  /** Pieces side by side, behind the parts and before the text. */
  #run: { readonly buffer: ArrayBufferLike; readonly start: number; end: number } | undefined;
  #size = 0;

  constructor(out: CommandWriter) {
    this.#out = out;
  }

  text(text: string): void {
    this.#text += text;
    this.#size += text.length;
  }

  add({ buffer, byteOffset, length }: Uint8Array): Promise<void> | undefined {
    if (this.#text === '' && this.#run?.buffer === buffer && this.#run.end === byteOffset) this.#run.end += length;
    else {
      this.#close();
      this.#run = { buffer, start: byteOffset, end: byteOffset + length };
    }
    this.#size += length;
    return this.#size >= FLUSH ? this.flush() : undefined;
  }

  /** Resolves when nothing that was added is needed any longer. */
  async sent(): Promise<void> {
    await this.flush();
    await this.#out.sent();
  }

  #close(): void {
    if (this.#run !== undefined) this.#parts.push(new Uint8Array(this.#run.buffer, this.#run.start, this.#run.end - this.#run.start));
    this.#run = undefined;
    if (this.#text !== '') this.#parts.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
  }

  flush(): Promise<void> | undefined {
    this.#close();
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    return parts.length === 0 ? undefined : this.#out.write(parts);
  }
}

function traceable(parts: readonly CommandPart[]): string {
  if (parts.some((part) => typeof part === 'string' && /^(LOGIN|AUTHENTICATE)/i.test(part))) return '…';
  return parts
    .map((part) => (typeof part === 'string' ? part : `${part.before ?? ''}{${part.size}} …`))
    .join('')
    .slice(0, 500);
}
