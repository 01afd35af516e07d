import { statSync } from 'node:fs';
import { SourceError, TargetError, UsageError } from '@mailferry/core';
import { pathsIn } from '../owner/location-paths.js';

/**
 * Asks for a Maildir that has to be there.
 * @param purpose - what it is needed for: `to compare with`
 * @param place - where it stands among the arguments
 * @throws {@link SourceError} SOURCE_NOT_FOUND, {@link TargetError} TARGET_ENOTDIR.
 */
export function demandMaildir(path: string, purpose: string, place: 'first' | 'last'): void {
  const order = `the Maildir is the ${place} argument`;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return;
  if (stats !== undefined) {
    throw new TargetError('TARGET_ENOTDIR', 'a file is where a Maildir should be', {
      where: { path },
      help: `name the directory that the mail was converted to; ${order}`,
    });
  }
  throw new SourceError('SOURCE_NOT_FOUND', `there is no Maildir ${purpose}`, {
    where: { path },
    help: `check the path for a typing error; ${order}`,
  });
}

/**
 * A source is never written into, so no target may be one of the sources.
 * @throws {@link UsageError} USAGE.
 */
export function refuseSourceAsTarget(locations: readonly string[], target: string): void {
  const there = lookAt(target);
  if (there === undefined) return;
  for (const path of locations.flatMap(pathsIn)) {
    const source = lookAt(path);
    if (source?.ino !== there.ino || source.dev !== there.dev) continue;
    throw new UsageError('USAGE', 'source and target are one and the same, and a source is never written into', {
      where: { path: target },
      help: 'name another directory as the target',
    });
  }
}

/**
 * A source that is named twice would be read twice, and its messages would be there twice.
 * @throws {@link UsageError} USAGE.
 */
export function refuseSourceTwice(locations: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of locations.flatMap((location) => (location === '-' ? ['-'] : pathsIn(location)))) {
    const there = path === '-' ? { dev: 0n, ino: 0n } : lookAt(path);
    if (there === undefined) continue;
    const key = `${there.dev} ${there.ino}`;
    if (seen.has(key)) {
      throw new UsageError('USAGE', 'a source is named twice, and its mail would be there twice', {
        where: { path },
        help: 'name each source once',
      });
    }
    seen.add(key);
  }
}

/** What cannot be looked at is told by what opens it. */
function lookAt(path: string): { readonly dev: bigint; readonly ino: bigint } | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
