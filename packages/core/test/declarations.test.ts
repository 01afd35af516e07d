import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mailferry-declarations-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The TypeScript of a guide, as a reader would paste it. */
function examples(guide: string): string[] {
  return [...readFileSync(join(root, 'docs/guide', guide), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

it('the examples of the guide for developers compile for who has neither the types of a browser nor skipLibCheck', () => {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  const files = examples('developer.md').map((text, at) => {
    const name = `example-${at}.mts`;
    writeFileSync(join(directory, name), text);
    return name;
  });
  expect(files).toHaveLength(5);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const run = () => execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', directory], { encoding: 'utf8' });
  expect(run).not.toThrow();
}, 120_000);
