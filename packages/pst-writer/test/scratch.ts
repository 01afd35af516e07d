// A directory for the files of one test run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A new directory, removed after the tests of the file that asks for it. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pst-writer-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
