import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

const VIOLATIONS: readonly (readonly [folder: string, statement: string])[] = [
  ['packages/core/src/model', "import { transfer } from '../pipeline/transfer.js';"],
  ['packages/core/src/formats/mbox', "import { readSync } from 'node:fs';"],
  ['packages/core/src/formats/mbox', "import { memoryTarget } from '../../targets/memory.js';"],
  ['packages/core/src/sources', "import { memoryTarget } from '../targets/memory.js';"],
  ['packages/core/src/sources', "import { Worker } from 'node:worker_threads';"],
  ['packages/core/src/targets', "import { openStore } from '../sources/index.js';"],
  ['packages/core/src/pipeline', "import { readSync } from 'node:fs';"],
  ['packages/core/src/lanes', "import { memoryTarget } from '../targets/memory.js';"],
  ['packages/imap/src', "import { Command } from 'commander';"],
  ['packages/batch/src', "import { main } from 'mailferry';"],
];
const pathOf = (index: number) => `${VIOLATIONS[index]?.[0]}/planted-${index}.ts`;
let complaints = '';

beforeAll(() => {
  const paths = VIOLATIONS.map((_, index) => pathOf(index));
  try {
    for (const [index, [, statement]] of VIOLATIONS.entries()) {
      mkdirSync(dirname(pathOf(index)), { recursive: true });
      writeFileSync(pathOf(index), `${statement}\n`);
    }
    complaints = spawnSync('npx', ['biome', 'lint', '--colors=off', '--max-diagnostics=200', ...paths], { encoding: 'utf8' }).stderr;
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
});

it.each(VIOLATIONS.map(([folder, statement], index) => [folder, statement, index] as const))(
  'the linter holds the border of %s against %s',
  (_folder, _statement, index) => {
    expect(complaints).toMatch(new RegExp(`${pathOf(index)}:1:\\d+ lint/style/noRestrictedImports`, 'u'));
  },
);
