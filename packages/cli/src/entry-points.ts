// Files of the program that are started as processes or read as they lie, by their place beside this module: it stands at the top of `dist` and at the
// top of `bundle`, and both have the same entries below (scripts/bundle.mjs).
import { fileURLToPath } from 'node:url';

/** The module that runs in the child that is `--owner`. */
export function asUserEntry(): string {
  return fileURLToPath(new URL('./owner/as-user.js', import.meta.url));
}

/** The module that runs in the process that holds the lock of a spool. */
export function spoolLockEntry(): string {
  return fileURLToPath(new URL('./owner/spool-lock.js', import.meta.url));
}

/** The module that runs in the process of a job of a batch. */
export function jobProcessEntry(): string {
  return fileURLToPath(new URL('./owner/job-process.js', import.meta.url));
}

/** What loads the files of the bundle; it is not there where the program runs unbundled. */
export function bundleLoader(): string {
  return fileURLToPath(new URL('./load.js', import.meta.url));
}

/** The manifest of the package. */
export function packageManifest(): URL {
  return new URL('../package.json', import.meta.url);
}
