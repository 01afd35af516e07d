// Cuts the octets of a server into responses: lines, and the literals that they announce (RFC 9051 §4.3).
// Knows no socket. Every octet is looked at once; what a hostile server can make us hold is bounded by two limits.
import { RemoteError } from '@mailferry/core';

/** A response as it came: `lines[0] literals[0] lines[1] … lines[n]`, line ends and `{n}` removed. */
export interface RawResponse {
  readonly lines: readonly string[];
  readonly literals: readonly Uint8Array[];
}

/** What a server may make us hold, in octets. */
export interface ReaderLimits {
  /** Text of one response, without its literals. */
  line: number;
  /** Literals of one response. */
  literal: number;
}

const LITERAL_AT_END = /~?\{(\d{1,15})\+?\}$/;

/** An incremental reader: feed it chunks of any size, take whole responses. */
export class ResponseReader {
  readonly limits: ReaderLimits;
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted: number | undefined;
  #lines: string[] = [];
  #literals: Uint8Array[] = [];
  #lineBytes = 0;
  #literalBytes = 0;

  constructor(limits: ReaderLimits) {
    this.limits = limits;
  }

  /** Octets that wait for the rest of their response. */
  get pending(): number {
    return this.#held + this.#lines.length + this.#literals.length;
  }

  /**
   * The responses that `chunk` completes. The chunk may be filled again afterwards: what is kept is copied.
   *
   * @throws {@link RemoteError} IMAP_PROTOCOL when a limit is passed.
   */
  *feed(chunk: Buffer): Generator<RawResponse> {
    let rest = chunk;
    while (rest.length > 0) {
      const taken = this.#wanted === undefined ? this.#feedLine(rest) : this.#feedLiteral(rest, this.#wanted);
      rest = rest.subarray(taken);
      if (this.#lines.length > this.#literals.length && this.#wanted === undefined) yield this.#take();
    }
  }

  #take(): RawResponse {
    const raw = { lines: this.#lines, literals: this.#literals };
    this.#lines = [];
    this.#literals = [];
    this.#lineBytes = 0;
    this.#literalBytes = 0;
    return raw;
  }

  #join(last: Buffer): Buffer {
    if (this.#chunks.length === 0) return last;
    const whole = Buffer.concat([...this.#chunks, last]);
    this.#chunks = [];
    this.#held = 0;
    return whole;
  }

  #hold(part: Buffer): void {
    this.#chunks.push(Buffer.from(part));
    this.#held += part.length;
  }

  /** One line, CR LF or a bare LF at its end; sets `#wanted` when it announces a literal. */
  #feedLine(chunk: Buffer): number {
    const end = chunk.indexOf(10);
    const size = end < 0 ? chunk.length : end + 1;
    this.#lineBytes += size;
    if (this.#lineBytes > this.limits.line) throw tooMuch(`a response line of more than ${this.limits.line} octets`);
    if (end < 0) {
      this.#hold(chunk);
      return size;
    }
    const line = this.#join(chunk.subarray(0, size));
    const length = line.length - (line.length > 1 && line[line.length - 2] === 13 ? 2 : 1);
    const text = line.toString('latin1', 0, length);
    const literal = text.endsWith('}') ? LITERAL_AT_END.exec(text) : null;
    this.#lines.push(literal === null ? text : text.slice(0, literal.index));
    if (literal !== null) this.#announce(Number(literal[1]));
    return size;
  }

  #announce(size: number): void {
    this.#literalBytes += size;
    if (this.#literalBytes > this.limits.literal) {
      throw tooMuch(`a literal of ${size} octets where at most ${this.limits.literal} were expected`);
    }
    if (size > 0) this.#wanted = size;
    else this.#literals.push(new Uint8Array(0));
  }

  #feedLiteral(chunk: Buffer, wanted: number): number {
    const missing = wanted - this.#held;
    const part = chunk.subarray(0, missing);
    if (part.length < missing) this.#hold(part);
    else {
      const whole = this.#join(part);
      this.#literals.push(whole === part ? Uint8Array.from(part) : whole);
      this.#wanted = undefined;
    }
    return part.length;
  }
}

function tooMuch(what: string): RemoteError {
  return new RemoteError('IMAP_PROTOCOL', `the server sent ${what}`, {
    help: 'the server is broken, or it is no IMAP server; mailferry has closed the connection',
  });
}
