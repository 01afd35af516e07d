import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishStaged } from '../../src/targets/maildir/publish.js';

const FILES = 5000;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailferry-publish-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Stages files beside a message in `cur`, so that they have to be moved one by one; the staging directory. */
function stage(staged: number): string {
  const staging = join(directory, 'tmp', 'staging');
  for (const path of [join(directory, 'cur'), join(directory, 'new'), staging]) mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'cur', 'old:2,S'), '');
  for (let n = 0; n < staged; n += 1) writeFileSync(join(staging, n % 5 === 0 ? `m${n}` : `m${n}:2,S`), '');
  return staging;
}

test('thousands of staged files appear in cur and new, each once, and none stays', () => {
  const staging = stage(FILES);
  publishStaged(directory, staging, true);
  expect(readdirSync(staging)).toEqual([]);
  expect(readdirSync(join(directory, 'new'))).toHaveLength(FILES / 5);
  expect(readdirSync(join(directory, 'cur'))).toHaveLength(FILES - FILES / 5 + 1);
});

test('a file that the kernel does not move, since it is in its place already, ends the moving', () => {
  const staging = stage(1);
  linkSync(join(staging, 'm0'), join(directory, 'new', 'm0'));
  publishStaged(directory, staging, true);
  expect(readdirSync(join(directory, 'new'))).toEqual(['m0']);
});
