import { spawnSync } from 'node:child_process';

/** What Python's email package makes of a message. */
export interface PythonMessage {
  readonly defects: readonly string[];
  readonly tree: readonly string[];
  readonly leaves: readonly { path: string; type: string; name: string | null; sha256: string; size: number; text?: string }[];
  readonly fields: readonly (readonly [string, string])[];
  readonly from: readonly (readonly [string, string])[];
  readonly to: readonly (readonly [string, string])[];
  readonly cc: readonly (readonly [string, string])[];
  readonly bcc: readonly (readonly [string, string])[];
}

/** True when Python is there; with ORACLE=required its absence is an error. */
export function hasPython(): boolean {
  const isThere = spawnSync('python3', ['--version']).status === 0;
  if (!isThere && process.env['ORACLE'] === 'required') throw new Error('python3 is required by ORACLE=required');
  if (!isThere) process.stderr.write('SKIPPED: python3 is not installed\n');
  return isThere;
}

/** Parses messages with Python's email package. */
export function pythonMessages(messages: readonly Uint8Array[]): PythonMessage[] {
  const input = JSON.stringify(messages.map((octets) => Buffer.from(octets).toString('base64')));
  const script = new URL('python-email.py', import.meta.url).pathname;
  const run = spawnSync('python3', [script], { input, maxBuffer: 1 << 30, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as PythonMessage[];
}
