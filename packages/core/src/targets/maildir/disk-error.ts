import { constants } from 'node:os';
import { TargetError } from '../../errors.js';

interface Advice {
  readonly what: string;
  readonly help: string;
  readonly retryable: boolean;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  ENOSPC: { what: 'the disk is full', help: 'free some space, or inodes (df -h, df -i), and run the same command again', retryable: true },
  EDQUOT: { what: 'the quota is used up', help: 'raise the quota of the owner and run the same command again', retryable: true },
  ENOENT: {
    what: 'a directory of the target is gone',
    help: 'see which other program moves or deletes directories there, and run the same command again',
    retryable: true,
  },
  EROFS: { what: 'the file system is read-only', help: 'mount it for writing and run the same command again', retryable: false },
  EMFILE: { what: 'too many files are open', help: 'raise the limit (ulimit -n) and run the same command again', retryable: true },
  ENFILE: {
    what: 'too many files are open on this machine',
    help: 'close programs or raise fs.file-max and run the same command again',
    retryable: true,
  },
  EIO: {
    what: 'the disk reported an input/output error',
    help: 'look at the kernel log (dmesg) before you run the same command again',
    retryable: true,
  },
  EACCES: { what: 'permission was denied', help: 'run as the owner of the Maildir, or as root with --owner', retryable: false },
  EPERM: { what: 'the operation is not permitted', help: 'run as the owner of the Maildir, or as root with --owner', retryable: false },
  ELOOP: {
    what: 'a symbolic link is in the way',
    help: 'a Maildir is written through real directories only; name the real path',
    retryable: false,
  },
  ENOTDIR: { what: 'a file is where a directory should be', help: 'move it away, or choose another target', retryable: false },
  EINVAL: {
    what: 'the file system does not take this name',
    help: 'for a file system without colons use --name-separator',
    retryable: false,
  },
  EFBIG: {
    what: 'a file would be larger than the file system or the limit of this process allows',
    help: 'raise the limit (ulimit -f), or choose a target on another file system, and run the same command again',
    retryable: false,
  },
  ESTALE: {
    what: 'the file server does not know a directory or file of the target any more',
    help: 'see that the server is well and mount it anew, and run the same command again',
    retryable: true,
  },
  ENAMETOOLONG: { what: 'a path is too long', help: 'choose a target with a shorter path', retryable: false },
};

/** Turns an error of a system call into a {@link TargetError} `TARGET_<errno>`; other errors pass unchanged. */
export function diskError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || error instanceof TargetError || !/^E[A-Z0-9]+$/.test(errno)) {
    return error;
  }
  const advice = ADVICE[errno] ?? {
    what: `the target could not be written (${errno})`,
    help: 'run the same command again',
    retryable: true,
  };
  return new TargetError(`TARGET_${errno}`, advice.what, {
    where: { path },
    help: advice.help,
    retryable: advice.retryable,
    cause: error,
  });
}

/** Runs a piece of disk work; what it throws becomes a {@link TargetError}. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, path);
  }
}

/** The errno of an error, when it has one: `ENOSPC`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) {
    return undefined;
  }
  // libuv has no name for some, EDQUOT among them, and Node then says "Unknown system error -122" or only "UNKNOWN".
  const number = 'errno' in error && /^unknown/i.test(String(error.code)) ? -Number(error.errno) : 0;
  return NAMES.get(number) ?? String(error.code);
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
