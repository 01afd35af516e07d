import { once } from 'node:events';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { TargetError } from '@mailferry/core';
import { errorEvent, errorText } from './error-text.js';
import { LiveLines } from './live-lines.js';
import { LogFile } from './log-file.js';
import { NO_COLORS, type Palette, paletteFor } from './palette.js';
import type { Settings } from './settings.js';

/** A line of `--json` and of the log file. */
export interface OutputEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The program's two streams and its log file. Standard output has the result alone: text, or JSON lines; standard error has everything else. */
export class Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** 0, 1 (`-v`) or 2 (`-vv`). */
  readonly verbosity: number;
  /** For standard error. */
  readonly palette: Palette;
  /** For standard output. */
  readonly resultPalette: Palette;
  readonly live: LiveLines | undefined;
  readonly #log: LogFile | undefined;
  readonly #sink: ((event: OutputEvent) => void) | undefined;
  #isGone = false;
  #broken: Error | undefined;

  /** @param sink - takes the events instead of standard output */
  constructor(settings: Settings, environment: Readonly<Record<string, string | undefined>>, sink?: (event: OutputEvent) => void) {
    this.#sink = sink;
    const color = settings.text('color');
    this.isJson = settings.on('json');
    this.isQuiet = settings.on('quiet');
    this.verbosity = this.isQuiet ? 0 : (settings.number('verbose') ?? 0);
    this.palette = paletteFor(color, process.stderr.isTTY === true, environment);
    this.resultPalette = this.isJson ? NO_COLORS : paletteFor(color, process.stdout.isTTY === true, environment);
    // A dumb terminal cannot take a line back.
    this.live = process.stderr.isTTY === true && environment['TERM'] !== 'dumb' ? new LiveLines(process.stderr) : undefined;
    const path = settings.text('log-file');
    this.#log = path === undefined ? undefined : new LogFile(path);
    // A reader that has gone (head, a closed pager) has what it wanted: no word, no failure of the run.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#isGone = true;
      if (error.code !== 'EPIPE') this.#broken ??= error;
    });
    process.stderr.on('error', () => undefined);
  }

  /** True when nobody reads standard output any longer. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Columns of the terminal that standard output is; undefined for a file or a pipe, where nothing may be cut. */
  get resultWidth(): number | undefined {
    return process.stdout.isTTY === true ? process.stdout.columns || undefined : undefined;
  }

  /** True when every event is wanted somewhere. */
  get isLogging(): boolean {
    return this.#log !== undefined;
  }

  /** A part of the result, for people; nothing with `--json`. */
  result(text: string): void {
    if (this.isJson) return;
    this.live?.clear();
    this.#write(`${text}\n`);
  }

  /** An event: a line on standard output with `--json`, and a line of the log file. */
  event(event: OutputEvent): void {
    this.#log?.write(event);
    if (this.#sink !== undefined) this.#sink(event);
    else if (this.isJson) this.#write(`${JSON.stringify(event)}\n`);
  }

  /** An event for the log file only. */
  log(event: OutputEvent): void {
    this.#log?.write(event);
  }

  /** Lines of the result, when there are many: resolves when the reader is ready for more. */
  async lines(text: string): Promise<void> {
    if (this.#isGone || text === '') return;
    if (process.stdout.write(text)) return;
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'error')]).catch(() => undefined);
  }

  /** A word to the user, on standard error; nothing with `--quiet` or `--json`. */
  say(text: string): void {
    if (this.isQuiet || this.isJson) return;
    this.live?.clear();
    process.stderr.write(`${text}\n`);
  }

  /** A word on standard error that was asked for by a flag: also with `--json`. */
  note(text: string): void {
    this.live?.clear();
    process.stderr.write(`${text}\n`);
  }

  /** What ended the command: always shown. */
  error(error: unknown, exitStatus: number): void {
    this.live?.clear();
    process.stderr.write(`${errorText(error, this.palette)}\n`);
    this.event(errorEvent(error, exitStatus) as OutputEvent);
  }

  /** Writes what is left of the log file. */
  close(): void {
    this.live?.clear();
    this.#log?.close();
  }

  /** OUTPUT_UNWRITABLE when standard output or the log file did not take all that was written: a full disk is no reader that has gone. */
  async failure(): Promise<TargetError | undefined> {
    await afterEvents();
    if (this.#broken === undefined) return this.#log?.failure;
    return new TargetError('OUTPUT_UNWRITABLE', 'standard output cannot be written', {
      notes: [this.#broken.message],
      help: 'make room where it is redirected to, and run the same command again',
    });
  }

  #write(text: string): void {
    if (!this.#isGone) process.stdout.write(text);
  }
}
