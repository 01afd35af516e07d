import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Finding } from '@mailferry/batch';
import { bundleLoader } from '../entry-points.js';

const requireHere = createRequire(import.meta.url);

/** Whether a start is spared the compiling (ADR 0099); nothing where the program runs unbundled. */
export function keptCodeFinding(loader: string = bundleLoader()): Finding[] {
  if (!existsSync(loader)) return [];
  const { tookCode } = requireHere(loader) as { tookCode: () => boolean };
  if (tookCode())
    return [{ check: 'start', outcome: 'ok', note: 'compiled code is kept for this Node: each job of a batch is spared the compiling' }];
  return [
    {
      check: 'start',
      outcome: 'warning',
      note: 'no compiled code is kept for this Node: each job of a batch takes some 50 ms more',
      help: `as the owner of the installation, once: node ${join(dirname(loader), 'make-code-cache.js')}`,
    },
  ];
}
