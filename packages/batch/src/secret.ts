// A secret is read when its job runs, by whoever starts the job, and goes to the process of the job over a pipe. It is never kept, shown or logged.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UsageError } from '@mailferry/core';
import type { SecretReference } from './job.js';
import { manifestSecret } from './manifest.js';

/**
 * What a reference to a secret leads to: the first line of the file or of what the command prints, or the field of the manifest.
 * @throws {@link UsageError} IMAP_NO_SECRET when it leads nowhere.
 */
export async function readSecret(reference: SecretReference): Promise<string> {
  switch (reference.kind) {
    case 'file':
      return firstLine(textOf(reference.path));
    case 'command':
      return firstLine(await printedBy(reference.command));
    case 'manifest': {
      const secret = manifestSecret(textOf(reference.path), reference.record);
      if (secret === undefined || secret === '') throw none('the manifest has no password for this user', reference.path);
      return secret;
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw none('the file with a password cannot be read', path);
  }
}

function printedBy(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('/bin/sh', ['-c', command], { timeout: 60_000, maxBuffer: 1 << 20 }, (error, stdout) => {
      // What it printed is not shown, whatever went wrong.
      if (error === null) resolve(stdout);
      else reject(none('the command that prints a password failed'));
    });
    child.stdin?.end();
  });
}

function firstLine(text: string): string {
  return text.replace(/^\uFEFF/u, '').split(/\r?\n/u, 1)[0] ?? '';
}

function none(what: string, path?: string): UsageError {
  return new UsageError('IMAP_NO_SECRET', what, {
    ...(path === undefined ? {} : { where: { path } }),
    help: 'check the columns password, password-file or password-command of the manifest',
  });
}
