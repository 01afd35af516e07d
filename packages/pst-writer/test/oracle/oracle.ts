// Runs the two readers that the tests ask for a second opinion.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '../sample-pst.js';

/** What a reader took out of a file. */
export interface Extract {
  /** Messages of folders. */
  readonly messages: number;
  /** Embedded messages, where the reader counts them. */
  readonly embedded: number;
  /** SHA-256 of the attachments of messages, sorted. */
  readonly outer: string[];
  /** SHA-256 of the attachments of embedded messages, sorted. */
  readonly inner: string[];
}

/** Whether a program is there; says so loudly where it is not, and fails where ORACLE=required. */
export function hasOracle(program: string): boolean {
  const isThere = spawnSync(program, ['-V']).error === undefined;
  if (!isThere && process.env['ORACLE'] === 'required') {
    throw new Error(`${program} is not installed, and ORACLE=required`);
  }
  if (!isThere) {
    process.stderr.write(`SKIPPED: ${program} is not installed\n`);
  }
  return isThere;
}

/** readpst -S: a file without an extension for each message, N-NAME for its attachments. */
export function runReadpst(path: string, workspace: string): Extract {
  const out = emptied(join(workspace, 'readpst'));
  mkdirSync(out);
  execFileSync('readpst', ['-j0', '-D', '-S', '-o', out, path], { stdio: 'ignore' });
  const files = filesBelow(out);
  const attachments = files.filter((file) => basename(file).includes('-'));
  return { messages: files.length - attachments.length, embedded: 0, outer: hashes(attachments), inner: [] };
}

/** pffexport: a directory for each message, with its attachments in Attachments/N_NAME. */
export function runPffexport(path: string, workspace: string): Extract {
  const out = join(workspace, 'pffexport');
  emptied(`${out}.export`);
  execFileSync('pffexport', ['-q', '-m', 'items', '-t', out, path], { stdio: 'ignore', cwd: workspace });
  const files = filesBelow(`${out}.export`);
  const isInner = (file: string): boolean => /\/Attachment\d+\/Message/.test(file);
  const messages = files.filter((file) => basename(file) === 'OutlookHeaders.txt');
  const attachments = files.filter((file) => basename(dirname(file)) === 'Attachments');
  return {
    messages: messages.filter((file) => !isInner(file)).length,
    embedded: messages.filter(isInner).length,
    outer: hashes(attachments.filter((file) => !isInner(file))),
    inner: hashes(attachments.filter(isInner)),
  };
}

function emptied(directory: string): string {
  rmSync(directory, { recursive: true, force: true });
  return directory;
}

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function hashes(files: readonly string[]): string[] {
  return files.map((file) => sha256(readFileSync(file))).sort();
}
