import { closeSync, constants, fsyncSync, futimesSync, openSync, unlinkSync } from 'node:fs';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Creates one file, 0600, with the time `seconds` (since the epoch), and has `write` fill it; a file that could not be finished is removed.
 * @throws what `fs` throws, EEXIST where something has that name
 */
export function createFile(path: string, seconds: number, fsync: boolean, write: (fd: number) => void): void {
  const fd = openSync(path, CREATE, 0o600);
  let isWhole = false;
  try {
    write(fd);
    // futimes takes a negative number for a mistake, but not a Date
    const time = seconds < 0 ? new Date(seconds * 1000) : seconds;
    futimesSync(fd, time, time);
    if (fsync) fsyncSync(fd);
    isWhole = true;
  } finally {
    closeSync(fd);
    if (!isWhole) unlinkSync(path);
  }
}
