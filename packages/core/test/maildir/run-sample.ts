import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./convert-sample.mjs', import.meta.url));

/** A conversion in a process of its own, on the built program. */
export interface SampleRun {
  readonly child: ChildProcess;
  /** Resolves when the work begins. */
  readonly begun: Promise<void>;
  /** Standard output, once the process has ended. */
  readonly ended: Promise<string>;
}

/** Starts it; `environment` is added to that of the tests. */
export function startSample(args: readonly string[], environment: Readonly<Record<string, string>> = {}): SampleRun {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    begin();
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject).on('close', () => {
      begin();
      resolve(output);
    });
  });
  return { child, begun, ended };
}
