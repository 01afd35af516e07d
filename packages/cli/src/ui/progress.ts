import { formatBytes, formatCountOf, formatDuration, printablePath, type TransferProgress } from '@mailferry/core';
import type { Output } from './output.js';
import type { Settings } from './settings.js';

const BAR_EVERY_MS = 100;
const PLAIN_EVERY_MS = 30_000;
const JSON_EVERY_MS = 1000;
/** A guess at the rest of the time needs a while to be worth something. */
const ETA_AFTER_MS = 5000;
const BAR_CELLS = 20;

/** How far a run is, with what follows from it. */
interface Pace {
  readonly ms: number;
  /** Octets a second. */
  readonly rate: number;
  /** 0 to 1, when the whole is known. */
  readonly share: number | undefined;
  /** Milliseconds. */
  readonly left: number | undefined;
}

/** Shows how far a run is: one live line on a terminal, one plain sentence every 30 seconds elsewhere, one event a second with `--json`. */
export class ProgressView {
  readonly #output: Output;
  readonly #mode: 'bar' | 'plain' | 'none';
  readonly #now: () => number;
  readonly #started: number;
  #shown: number;
  #told: number;
  /** The first state: what a run does before its first message (30,000 folders are made) says nothing of its pace. */
  #first: { readonly at: number; readonly bytes: number } | undefined;

  /** @param now - milliseconds, rising */
  constructor(output: Output, settings: Settings, now: () => number = () => process.uptime() * 1000) {
    this.#output = output;
    this.#mode = progressMode(output, settings.text('progress') ?? 'auto');
    this.#now = now;
    this.#started = now();
    this.#shown = this.#started;
    this.#told = this.#started;
  }

  /** Takes a new state and shows it if it is time. */
  update(progress: TransferProgress): void {
    const now = this.#now();
    this.#first ??= { at: now, bytes: progress.bytesRead };
    if (now - this.#told >= JSON_EVERY_MS && (this.#output.isJson || this.#output.isLogging)) {
      this.#told = now;
      this.#output.event(progressEvent(progress, this.#pace(progress, now)));
    }
    if (this.#mode === 'none' || now - this.#shown < (this.#mode === 'bar' ? BAR_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#shown = now;
    const pace = this.#pace(progress, now);
    if (this.#mode === 'plain') this.#output.note(progressSentence(progress, pace));
    else this.#output.live?.paint([progressLine(progress, pace)]);
  }

  /** Takes the live line away. */
  end(): void {
    this.#output.live?.clear();
  }

  #pace({ bytesRead, bytesTotal }: TransferProgress, now: number): Pace {
    const ms = now - this.#started;
    const { at, bytes } = this.#first ?? { at: this.#started, bytes: 0 };
    const since = now - at;
    const rate = since < ETA_AFTER_MS ? (bytesRead * 1000) / Math.max(ms, 1) : ((bytesRead - bytes) * 1000) / since;
    const isKnown = bytesTotal !== undefined && bytesTotal > 0;
    const share = isKnown ? Math.min(1, bytesRead / bytesTotal) : undefined;
    const left = isKnown && since >= ETA_AFTER_MS && rate > 0 ? (Math.max(0, bytesTotal - bytesRead) / rate) * 1000 : undefined;
    return { ms, rate, share, left };
  }
}

function progressMode(output: Output, wanted: string): 'bar' | 'plain' | 'none' {
  if (output.isQuiet || wanted === 'none') return 'none';
  if (wanted === 'plain') return 'plain';
  if (wanted === 'bar') return output.live === undefined ? 'plain' : 'bar';
  if (output.isJson) return 'none';
  return output.live === undefined ? 'plain' : 'bar';
}

/** `[########            ]  41 %  12,345 messages  1.8 of 4.4 GiB  118.0 MiB/s  22 s left  Lists/work` */
function progressLine(progress: TransferProgress, pace: Pace): string {
  const parts = [messagesOf(progress)];
  if (pace.share === undefined) parts.push(formatBytes(progress.bytesRead));
  else {
    const cells = Math.round(pace.share * BAR_CELLS);
    parts.unshift(`[${'#'.repeat(cells)}${' '.repeat(BAR_CELLS - cells)}] ${String(Math.floor(pace.share * 100)).padStart(3)} %`);
    parts.push(`${formatBytes(progress.bytesRead)} of ${formatBytes(progress.bytesTotal ?? 0)}`);
  }
  parts.push(`${formatBytes(pace.rate)}/s`);
  if (pace.left !== undefined) parts.push(`${formatDuration(pace.left)} left`);
  if (progress.folder !== undefined) parts.push(printablePath(progress.folder));
  return parts.join('  ');
}

/** `12,345 messages and 1.8 GiB of 4.4 GiB (41 %) read in 30 s, 60.0 MiB/s, about 45 s to go` */
function progressSentence(progress: TransferProgress, pace: Pace): string {
  const whole = pace.share === undefined ? '' : ` of ${formatBytes(progress.bytesTotal ?? 0)} (${Math.floor(pace.share * 100)} %)`;
  const left = pace.left === undefined ? '' : `, about ${formatDuration(pace.left)} to go`;
  const read = `${messagesOf(progress)} and ${formatBytes(progress.bytesRead)}${whole} read`;
  return `${read} in ${formatDuration(pace.ms)}, ${formatBytes(pace.rate)}/s${left}`;
}

function messagesOf({ messages }: TransferProgress): string {
  return formatCountOf(messages, 'message');
}

function progressEvent(progress: TransferProgress, pace: Pace): { type: string } {
  return {
    type: 'progress',
    messages: progress.messages,
    bytesRead: progress.bytesRead,
    ...(progress.bytesTotal === undefined ? {} : { bytesTotal: progress.bytesTotal }),
    ...(progress.folder === undefined ? {} : { folder: progress.folder }),
    bytesPerSecond: Math.round(pace.rate),
    ...(pace.left === undefined ? {} : { secondsLeft: Math.round(pace.left / 1000) }),
  } as { type: string };
}
