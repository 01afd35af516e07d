import { statSync } from 'node:fs';
import { SourceError, UsageError } from '@mailferry/core';
import { pathsIn } from '../owner/location-paths.js';

/**
 * Asks for a Maildir that has to be there.
 * @param purpose - what it is needed for: `to compare with`
 * @throws {@link SourceError} SOURCE_NOT_FOUND.
 */
export function demandMaildir(path: string, purpose: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  throw new SourceError('SOURCE_NOT_FOUND', `there is no Maildir ${purpose}`, {
    where: { path },
    help: 'check the path for a typing error; the target is the last argument',
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

/** What cannot be looked at is told by what opens it. */
function lookAt(path: string): { readonly dev: bigint; readonly ino: bigint } | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
