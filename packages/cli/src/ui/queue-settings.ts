import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { UsageError } from '@mailferry/core';
import type { QueueAddress } from '@mailferry/queue';
import type { Output } from './output.js';
import { readSecretFile } from './secrets.js';
import type { Settings } from './settings.js';

/** Octets: as many as an HMAC-SHA-256 has. */
/** Octets: as many as an HMAC-SHA-256 has. */
const LEAST_KEY = 32;
/** Milliseconds between two complaints about a queue that cannot be reached. */
const COMPLAIN_EVERY = 30_000;

/**
 * How to reach the queue, from the flags.
 * @throws {@link UsageError} USAGE, or QUEUE_KEY when the key is missing, short, or others can read it.
 */
export function queueAddress(settings: Settings): QueueAddress {
  const [url, name = 'mailferry', keyFile, passwordFile] = ['redis', 'queue', 'queue-key', 'redis-password-file'].map((flag) =>
    settings.text(flag),
  );
  if (url === undefined || !/^rediss?:\/\//u.test(url)) {
    throw new UsageError('USAGE', 'a queue needs --redis', { help: 'give redis://host:6379/0, or rediss:// with TLS' });
  }
  if (/^rediss?:\/\/[^/@]*:[^/@]*@/u.test(url)) {
    throw new UsageError('USAGE', '--redis cannot hold a password: others could read it', {
      help: 'put it into a file: --redis-password-file FILE',
    });
  }
  const password = passwordFile === undefined ? undefined : readSecretFile(passwordFile, 'redis-password-file').split(/\r?\n/u, 1)[0];
  return { url, name, key: readKey(keyFile), ...(password === undefined ? {} : { password }) };
}

function readKey(path: string | undefined): Uint8Array {
  const help = 'make one that nobody else can read, and copy it to every machine: (umask 077; head -c 32 /dev/urandom > FILE)';
  if (path === undefined) throw new UsageError('QUEUE_KEY', 'a queue needs --queue-key', { help });
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { mode, uid } = fstatSync(fd);
      const key = readFileSync(fd);
      const isOurs = (mode & 0o077) === 0 && (uid === process.getuid?.() || uid === 0);
      if (isOurs && key.length >= LEAST_KEY) return key;
      const note = isOurs ? `it has ${key.length} octets` : 'others can read or change it';
      throw new UsageError('QUEUE_KEY', 'the key of the queue is no secret', { where: { path }, notes: [note], help });
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('QUEUE_KEY', 'the key of the queue cannot be read', { where: { path }, help, cause: error });
  }
}

/** Says now and then that the queue cannot be reached. */
export function complaint(output: Output): (error: Error) => void {
  let said = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - said < COMPLAIN_EVERY) return;
    said = performance.now();
    output.say(`${output.palette.warn('waiting')}: the queue cannot be reached: ${error.message}`);
  };
}
