import { readFileSync } from 'node:fs';
import { packageManifest } from './entry-points.js';

/** The version of the program, from its manifest. */
export function programVersion(): string {
  const manifest = JSON.parse(readFileSync(packageManifest(), 'utf8')) as { version: string };
  return manifest.version;
}
