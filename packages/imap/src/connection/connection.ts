import type { Socket } from 'node:net';
import { RemoteError } from '@mailferry/core';
import { capabilitiesOf } from '../codec/capabilities.js';
import { parseResponse, printable } from '../codec/parse-response.js';
import type { DataResponse, Response, ResponseCode, StatusResponse } from '../codec/response.js';
import { ResponseReader } from '../codec/response-reader.js';
import type { Command } from './command.js';
import { writeCommand } from './write-command.js';

/** How a server completed a command. */
export interface Completion {
  readonly status: 'OK' | 'NO' | 'BAD';
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** Options of a connection. */
export interface ConnectionOptions {
  /** Silence after which a connection with a command in flight is given up; default 120,000. */
  readonly timeoutMs?: number;
  /** Every line in both directions, secrets and literals removed; for logs. */
  readonly trace?: (line: string) => void;
}

interface Pending {
  readonly command: Command;
  readonly tag: string;
  hasLiteralInFlight: boolean;
  resolve(completion: Completion): void;
  reject(error: Error): void;
  /** Told once: a `+` came, or the command ended without one. */
  goOn: ((go: boolean) => void) | undefined;
  isDone: boolean;
}

/** As many silences a server may fill with words that are no answer. */
const MOST_SILENCES = 10;
const LITERAL_LIMIT = 1 << 20;
const FIRST_LINES = 1 << 16;
const LINES = 1 << 24;

/** A conversation with an IMAP server: many commands in flight, answers matched by tag. Knows no mail. */
export class ImapConnection {
  #socket: Socket;
  #reader: ResponseReader;
  readonly #options: Required<Pick<ConnectionOptions, 'timeoutMs'>> & ConnectionOptions;
  readonly #inFlight = new Map<string, Pending>();
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  /** There while the socket is full, for all who wait. */
  #drained: Promise<void> | undefined;
  #nextTag = 1;
  #bye: StatusResponse | undefined;
  #greeting: ((response: StatusResponse) => void) | undefined;
  #lastProgress = performance.now();
  /** When the server last said anything at all, such as `* OK Hang in there`. */
  #lastWord = 0;
  readonly #watch: NodeJS.Timeout;
  /** Capabilities as last told, upper case; empty until told. */
  capabilities: ReadonlySet<string> = new Set();
  /** Untagged alerts and warnings, for the report. */
  onNotice: ((status: StatusResponse) => void) | undefined;

  constructor(socket: Socket, options: ConnectionOptions = {}) {
    this.#options = { timeoutMs: 120_000, ...options };
    this.#reader = new ResponseReader({ line: FIRST_LINES, literal: LITERAL_LIMIT });
    this.#socket = socket;
    this.#attach(socket);
    this.#watch = setInterval(() => this.#checkSilence(), Math.max(20, Math.min(1000, this.#options.timeoutMs / 4)));
    this.#watch.unref();
  }

  /** True until the connection is closed by either side. */
  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** The socket below, for STARTTLS. */
  get socket(): Socket {
    return this.#socket;
  }

  /**
   * The server's first word.
   *
   * @throws {@link RemoteError} IMAP_BYE, IMAP_PROTOCOL, IMAP_TIMEOUT, IMAP_CLOSED.
   */
  greeting(): Promise<StatusResponse> {
    return new Promise((resolve, reject) => {
      const tag = 'greeting';
      const done = { command: { name: tag, parts: [] }, tag, hasLiteralInFlight: false, goOn: undefined, isDone: false };
      if (this.#failure !== undefined) reject(this.#failure);
      this.#lastProgress = performance.now();
      this.#inFlight.set(tag, { ...done, resolve: () => {}, reject });
      this.#greeting = (response) => {
        this.#inFlight.delete(tag);
        resolve(response);
      };
    });
  }

  /**
   * Sends a command behind those before it; resolves when the server completes it, whatever it says.
   *
   * @throws {@link RemoteError} when the connection ends before: IMAP_CLOSED, IMAP_BYE, IMAP_TIMEOUT (retryable), IMAP_PROTOCOL.
   */
  run(command: Command): Promise<Completion> {
    return new Promise((resolve, reject) => {
      const tag = `m${this.#nextTag++}`;
      const pending: Pending = { command, tag, resolve, reject, hasLiteralInFlight: false, goOn: undefined, isDone: false };
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      if (this.#inFlight.size === 0) this.#lastProgress = performance.now();
      this.#inFlight.set(tag, pending);
      if ((command.maxLiteral ?? 0) > this.#reader.limits.literal) this.#reader.limits.literal = command.maxLiteral ?? 0;
      this.#writing = this.#writing.then(() => this.#write(pending)).catch((error: unknown) => this.destroy(asClosed(error)));
    });
  }

  /** After sign-in a server may send long lines (a SEARCH of a large folder). */
  allowLongLines(): void {
    this.#reader.limits.line = LINES;
  }

  /** The socket was replaced by TLS over it. What came in the clear behind the answer to STARTTLS is an attack (CVE-2011-0411). */
  replaceSocket(socket: Socket): void {
    this.#socket = socket;
    this.#attach(socket);
  }

  /** Stops reading before TLS takes the socket over; throws when the server sent more than it should. */
  detach(): void {
    if (this.#reader.pending > 0) throw new RemoteError('IMAP_PROTOCOL', 'the server sent data in the clear behind its answer to STARTTLS');
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('close');
    this.#socket.removeAllListeners('error');
  }

  /** Ends the conversation at once; commands in flight are rejected with `error`. */
  destroy(error: Error = closed('the connection was closed')): void {
    if (this.#failure !== undefined) return;
    this.#failure = this.#bye === undefined ? error : byeError(this.#bye, error);
    clearInterval(this.#watch);
    this.#socket.destroy();
    const waiting = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const pending of waiting) {
      this.#finish(pending);
      pending.reject(this.#failure);
    }
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#onOctets(chunk));
    socket.on('error', (error) => this.destroy(asClosed(error)));
    socket.on('close', () => this.destroy(closed('the server closed the connection')));
  }

  #onOctets(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      for (const raw of this.#reader.feed(chunk)) {
        this.#options.trace?.(`S: ${raw.lines.join(' {…} ')}`);
        this.#onResponse(parseResponse(raw));
      }
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #onResponse(response: Response): void {
    this.#lastWord = performance.now();
    if (response.type === 'data') this.#onData(response);
    else if (response.type === 'continuation') this.#onContinuation(response.text);
    else if (response.tag === undefined) this.#onUntaggedStatus(response);
    else this.#onTagged(response, response.tag);
  }

  #onData(data: DataResponse): void {
    if (data.name === 'CAPABILITY') this.capabilities = capabilitiesOf(data.values.filter((value) => typeof value === 'string'));
    for (const pending of this.#inFlight.values()) {
      if (pending.command.onData?.(data)) {
        this.#lastProgress = performance.now();
        return;
      }
    }
  }

  /** One that nobody waits for is a word like any other, and no progress. */
  #onContinuation(text: string): void {
    for (const pending of this.#inFlight.values()) {
      const { goOn } = pending;
      const { onContinuation } = pending.command;
      if (goOn === undefined && onContinuation === undefined) continue;
      this.#lastProgress = performance.now();
      pending.goOn = undefined;
      if (goOn !== undefined) goOn(true);
      else if (onContinuation !== undefined) this.#socket.write(`${onContinuation(text)}\r\n`);
      return;
    }
  }

  #onUntaggedStatus(response: StatusResponse): void {
    if (response.code?.name === 'CAPABILITY') this.capabilities = capabilitiesOf(response.code.args.split(' '));
    if (response.status === 'BYE') this.#bye = response;
    if (this.#greeting !== undefined) this.#greet(response, this.#greeting);
    const danger = response.status === 'BAD' && [...this.#inFlight.values()].find((pending) => pending.hasLiteralInFlight);
    if (danger) {
      // Out of step: what follows may be read as commands. See docs/formats/imap.md, "hostile input".
      this.destroy(
        new RemoteError('IMAP_OUT_OF_STEP', `the server lost step in ${danger.command.name}: ${printable(response.text)}`, {
          retryable: true,
        }),
      );
      return;
    }
    this.onNotice?.(response);
    for (const pending of this.#inFlight.values()) {
      const code = response.code;
      if (code !== undefined && pending.command.onData?.({ type: 'data', number: undefined, name: `[${code.name}]`, values: [code.args] }))
        return;
    }
  }

  #greet(response: StatusResponse, greeting: (response: StatusResponse) => void): void {
    this.#greeting = undefined;
    if (response.status === 'OK' || response.status === 'PREAUTH') greeting(response);
    else this.destroy(byeError(response, undefined));
  }

  #onTagged(response: StatusResponse, tag: string): void {
    const pending = this.#inFlight.get(tag);
    if (pending === undefined || tag === 'greeting' || response.status === 'BYE' || response.status === 'PREAUTH') {
      throw new RemoteError('IMAP_PROTOCOL', `the server answered a command that was not sent: ${printable(`${tag} ${response.text}`)}`);
    }
    this.#lastProgress = performance.now();
    if (response.code?.name === 'CAPABILITY') this.capabilities = capabilitiesOf(response.code.args.split(' '));
    this.#inFlight.delete(tag);
    const wasOpenHanded = pending.hasLiteralInFlight;
    this.#finish(pending);
    pending.resolve({ status: response.status, code: response.code, text: response.text });
    if (response.status === 'BAD' && wasOpenHanded) {
      // The server may read the literal as commands from here on: nothing more goes down this socket.
      this.destroy(
        new RemoteError('IMAP_OUT_OF_STEP', `the connection was dropped after BAD: ${printable(response.text)}`, { retryable: true }),
      );
    }
  }

  #finish(pending: Pending): void {
    pending.isDone = true;
    const goOn = pending.goOn;
    pending.goOn = undefined;
    goOn?.(false);
  }

  async #write(pending: Pending): Promise<void> {
    if (this.#failure !== undefined) return;
    await writeCommand(pending.tag, pending.command, {
      write: (parts) => this.#send(parts),
      awaitContinuation: () =>
        new Promise<boolean>((resolve) => {
          if (pending.isDone) resolve(false);
          else pending.goOn = resolve;
        }),
      markOpenHanded: () => {
        pending.hasLiteralInFlight = true;
      },
      sent: () => this.#sent(),
      isAlive: () => this.#failure === undefined,
      trace: this.#options.trace,
    });
  }

  /** Writes, and waits for the socket to drain when it is full. */
  #send(parts: readonly Uint8Array[]): Promise<void> | undefined {
    let isFull = false;
    this.#socket.cork();
    for (const part of parts) isFull = !this.#socket.write(part);
    this.#socket.uncork();
    if (isFull) this.#drained ??= this.#drain(this.#socket);
    return isFull ? this.#drained : undefined;
  }

  /** Resolves when the socket is free again, or gone. */
  #drain(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#lastProgress = performance.now();
        this.#drained = undefined;
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.once('drain', done);
      socket.once('close', done);
    });
  }

  /** Resolves when the kernel has all that was written, or the connection is gone. */
  async #sent(): Promise<void> {
    while (this.#socket.writableLength > 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#socket.write('', () => resolve()));
      this.#lastProgress = performance.now();
    }
  }

  #checkSilence(): void {
    const { timeoutMs } = this.#options;
    const heard = Math.max(this.#lastProgress, Math.min(this.#lastWord, this.#lastProgress + MOST_SILENCES * timeoutMs));
    if (this.#inFlight.size === 0 || performance.now() - heard < timeoutMs) return;
    const name = [...this.#inFlight.values()][0]?.command.name ?? '';
    const seconds = Math.round(this.#options.timeoutMs / 1000);
    this.destroy(new RemoteError('IMAP_TIMEOUT', `the server was silent for ${seconds} s after ${name}`, { retryable: true }));
  }
}

function closed(message: string, cause?: unknown): RemoteError {
  return new RemoteError('IMAP_CLOSED', message, { retryable: true, cause });
}

function asClosed(error: unknown): Error {
  if (error instanceof RemoteError) return error;
  return closed(`the connection was lost: ${error instanceof Error ? error.message : String(error)}`, error);
}

function byeError(bye: StatusResponse, cause: Error | undefined): RemoteError {
  const code = bye.code === undefined ? '' : `[${bye.code.name}] `;
  return new RemoteError('IMAP_BYE', `the server said goodbye: ${code}${printable(bye.text)}`, { retryable: true, cause });
}
