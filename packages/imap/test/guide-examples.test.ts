import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, hasDovecot, startDovecot } from './dovecot.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ENRON = join(dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')), 'example/testdata/enron.pst');
const directory = mkdtempSync(join(tmpdir(), 'mailferry-guide-'));
const EXAMPLES = [...readFileSync(join(ROOT, 'docs/guide/developer.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

/** Runs an example as it is printed, but for its paths, which are those of a system that has these users. */
async function run(example: string, server = ''): Promise<string> {
  const text = example.replace(/'(\/(?:var|home|srv)\/)/g, `'${directory}$1`).replace('imaps://mail.example.org', server);
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
  const file = join(directory, 'example.mjs');
  writeFileSync(file, outputText);
  const env = { ...process.env, ANN_PASSWORD: 'pw' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
    cwd: directory,
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  expect(stderr).toBe('');
  return stdout;
}

describe('the examples of the guide for developers do what it says', { timeout: 120_000 }, () => {
  const [convert = '', read = '', upload = '', own = '', prove = ''] = EXAMPLES;
  let dovecot: Dovecot | undefined;
  beforeAll(async () => {
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    for (const path of ['var/mail', 'var/lib', 'home', 'srv/archive']) mkdirSync(join(directory, path), { recursive: true });
    cpSync(join(ROOT, 'test-fixtures/home/ann'), join(directory, 'var/mail/ann'), { recursive: true });
    cpSync(ENRON, join(directory, 'srv/archive/ann.pst'));
    if (hasDovecot()) dovecot = await startDovecot();
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('converts, verifies and restores', async () => {
    await run(convert);
    expect(await run(prove)).toBe('all is there\n8 0\n');
    const [before, after] = ['var/mail/ann/mbox', 'srv/back/mbox'].map((path) => readFileSync(join(directory, path), 'latin1'));
    expect(after).toBe(before);
  });

  it('reads a PST', async () => {
    expect((await run(read)).match(/^\d{4}-\d\d-\d\dT/gm)).toHaveLength(71);
  });

  it('takes a target and a filter of its own', async () => {
    const totals = await run(own);
    const listed = readFileSync(join(directory, 'list.jsonl'), 'utf8').trim().split('\n').length;
    expect(totals).toContain(`read: 71,\n  written: ${listed},`);
  });

  it.skipIf(!hasDovecot())('uploads, and takes it back', async () => {
    expect(await run(upload, `imap://127.0.0.1:${dovecot?.port}`)).toBe('71 sent, 0 were there, 0 refused\n');
  });
});
