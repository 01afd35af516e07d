import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a run of the built program left. */
export interface Run {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whose rights the program has; those of the test by default. */
  readonly uid?: number;
  readonly cwd?: string;
  /** Called with the process once it has printed something. */
  readonly onOutput?: (child: ChildProcess) => void;
}

const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

/** The home of a user of an old server, as the fixtures have it. */
export const HOME_FIXTURE: string = fileURLToPath(new URL('../../../test-fixtures/home/ann', import.meta.url));

/** Runs the built program with a clean environment. */
export function mailferry(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), TZ: 'UTC', ...options.env },
  });
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout?.push(text);
    options.onOutput?.(child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr?.push(text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout: stdout?.join('') ?? '', stderr: stderr?.join('') ?? '' }));
  });
}

/** The JSON objects of a run, one a line; throws for a line that is none. */
export function jsonLines(text: string): Record<string, unknown>[] {
  if (!text.endsWith('\n')) throw new Error(`the last line has no end: ${text.slice(-80)}`);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A new directory that is removed in the end. */
export function temporary(): { readonly path: string; of(name: string): string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'mailferry-cli-'));
  return { path, of: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A message of an mbox. */
export function mboxMessage(number: number, body = 'The ferry leaves at noon.'): string {
  const day = new Date(Date.UTC(2003, 0, 1 + (number % 2000), 12));
  const stamp = `${day.toUTCString().slice(0, 3)} ${day.toUTCString().slice(8, 11)} ${String(day.getUTCDate()).padStart(2)} 12:00:00 ${day.getUTCFullYear()}`;
  return `From ann@example.org ${stamp}\nFrom: Ann <ann@example.org>\nSubject: crossing ${number}\nMessage-ID: <${number}@example.org>\nDate: ${day.toUTCString().replace('GMT', '+0000')}\n\n${body}\n\n`;
}

/** An mbox of so many messages. */
export function mboxOf(count: number, body?: string): string {
  return Array.from({ length: count }, (_, number) => mboxMessage(number, body)).join('');
}
