// Holds the dotlock of a mailbox in a spool until its input closes. Root starts it with the uid of the user and the group of the spool, and no other group: a
// file in the directory of the spool is all that it can make and the user cannot. Of another gid than the user's processes, it cannot be traced by them.
import { dotlockFor, SourceError } from '@mailferry/core';

const [path = '', holder = ''] = process.argv.slice(2);
process.umask(0o077);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);
if (process.getuid?.() === 0 || process.getgid?.() === 0) process.exit(70);

async function hold(): Promise<void> {
  // Whoever wants the lock may be gone before it is there.
  const gone = new Promise<void>((resolve) => process.stdin.once('close', resolve).once('end', resolve).resume());
  const release = await dotlockFor(path, Number(holder));
  process.stdout.write('locked\n');
  await gone;
  release?.();
}

hold().catch((error: unknown) => process.exit(error instanceof SourceError && error.retryable ? 75 : 70));
