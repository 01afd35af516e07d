import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'mailferry-bundled-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PROGRAM = `
import { maildirTarget, openStore, transfer } from ${JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)))};
const source = await openStore('mbox');
const target = await maildirTarget('Maildir');
const { totals } = await transfer(source, target);
await target[Symbol.asyncDispose]();
await source[Symbol.asyncDispose]();
console.log(totals.written);
`;

it('a program that a bundler made one file of does without the thread, whose code is a file of its own', async () => {
  const mbox = Array.from({ length: 50 }, (_, i) => `From ann@example.org Mon Jan  1 00:00:00 2001\nSubject: ${i}\n\n${i}\n\n`).join('');
  writeFileSync(join(directory, 'mbox'), mbox);
  writeFileSync(join(directory, 'program.mjs'), PROGRAM);
  const bundle = await rolldown({ input: join(directory, 'program.mjs'), platform: 'node', logLevel: 'silent' });
  await bundle.write({ file: join(directory, 'out/program.js'), format: 'esm', codeSplitting: false });
  await bundle.close();
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  const out = execFileSync(process.execPath, [join(directory, 'out/program.js')], { cwd: directory, encoding: 'utf8' });
  expect(out).toBe('50\n');
}, 120_000);
