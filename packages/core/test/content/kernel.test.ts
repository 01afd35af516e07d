import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('the committed kernel is what its source gives', () => {
  expect(execFileSync(process.execPath, ['scripts/build-kernel.mjs', '--check'], { encoding: 'utf8' })).toBe('');
});
