// Locks of an mbox as MTAs, procmail and old IMAP servers take them: `PATH.lock` (dotlock) first, then an fcntl read lock, which keeps writers out and readers in.
// Node has no fcntl locks, and such a lock dies with the process that holds it: a child (Python, else Perl) holds it until its input closes, so kill -9 of ours frees it too.
// A dotlock names its holder by process id and host; one of a process of this host that is no more, or older than STALE, is broken.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, linkSync, lstatSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { SourceError } from '../errors.js';

/** Milliseconds after which a dotlock of nobody known is stale, as Dovecot has it (`mbox_dotlock_change_timeout`). */
const STALE = 120_000;
/** Milliseconds between two attempts. */
const PAUSE = 200;

const PYTHON = `import fcntl,os,sys,time
fd=os.open(sys.argv[1],os.O_RDONLY|os.O_NOFOLLOW)
end=time.monotonic()+float(sys.argv[2])
while True:
  try:
    fcntl.lockf(fd,fcntl.LOCK_SH|fcntl.LOCK_NB)
    break
  except OSError:
    if time.monotonic()>end: sys.exit(75)
    time.sleep(0.1)
sys.stdout.write('locked\\n');sys.stdout.flush()
sys.stdin.read()
`;

/** struct flock of 64-bit Linux: l_type, l_whence, 4 octets of padding, l_start, l_len, l_pid. */
const PERL = `use Fcntl;
sysopen(my $f,$ARGV[0],O_RDONLY|O_NOFOLLOW) or exit 66;
my $end=time+$ARGV[1];
my $l=pack('s s x4 q q l x4',F_RDLCK,0,0,0,0);
until(fcntl($f,F_SETLK,$l)){exit 75 if time>$end;select(undef,undef,undef,0.1)}
$|=1;print "locked\\n";local $/;my $x=<STDIN>;
`;

/** The holders, in the order in which they are tried. */
export const LOCK_HOLDERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ['python3', '-I', '-c', PYTHON],
  ['perl', '-e', PERL, '--'],
];

/** How to wait, and with what to hold the lock. */
export interface LockOptions {
  /** Milliseconds to wait for each lock; 30,000 by default. */
  readonly timeoutMs?: number;
  /** Which holders to try; for tests. */
  readonly holders?: typeof LOCK_HOLDERS;
}

/** A mailbox that is locked until it is disposed of. */
export interface MailboxLock extends AsyncDisposable {
  /** False when the folder of the mailbox cannot be written: then only the fcntl lock is held. */
  readonly dotlock: boolean;
}

/**
 * Takes both locks of an mbox.
 * @throws {@link SourceError} SOURCE_LOCKED (retryable) when another process keeps one of them.
 * @throws {@link SourceError} LOCK_UNAVAILABLE when neither Python nor Perl is there to hold an fcntl lock.
 */
export async function lockMailbox(path: string, options: LockOptions = {}): Promise<MailboxLock> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const dotlock = await takeDotlock(path, timeoutMs);
  try {
    const holder = await holdFcntlLock(path, timeoutMs, options.holders ?? LOCK_HOLDERS);
    return {
      dotlock,
      [Symbol.asyncDispose]: async () => {
        await release(holder);
        if (dotlock) removeOwnDotlock(path);
      },
    };
  } catch (error) {
    if (dotlock) removeOwnDotlock(path);
    throw error;
  }
}

/**
 * Takes the dotlock of an mbox alone, in the name of another process: for a helper that may write into the spool where that process may not.
 * @param holder - the id of the process for which it is taken: it stands in the lock
 * @returns what gives it back; undefined when the folder cannot be written
 * @throws {@link SourceError} SOURCE_LOCKED (retryable) when it stays another's.
 */
export async function dotlockFor(path: string, holder: number, timeoutMs: number = 30_000): Promise<(() => void) | undefined> {
  return (await takeDotlock(path, timeoutMs, holder)) ? () => removeOwnDotlock(path, holder) : undefined;
}

/** True when a dotlock of somebody else is there, and is not stale. */
export function hasForeignDotlock(path: string): boolean {
  const lock = `${path}.lock`;
  try {
    // Asked again and again, and mostly there is none: an exception would cost most of the answer.
    if (lstatSync(lock, { throwIfNoEntry: false }) === undefined) return false;
    return readFileSync(lock, 'utf8') !== `${process.pid}:${hostname()}` && !isStale(lock);
  } catch (error) {
    // One that we may not read is there as well.
    return (error as NodeJS.ErrnoException).code === 'EACCES' && !isStale(lock);
  }
}

/** True when the dotlock was made, false when the folder does not let us. */
async function takeDotlock(path: string, timeoutMs: number, holder: number = process.pid): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  const own = `${path}.lock.${hostname()}.${process.pid}`;
  for (;;) {
    const outcome = tryDotlock(path, own, holder);
    if (outcome !== 'taken') return outcome === 'ours';
    if (Date.now() > end) throw mailboxLocked(path, `${path}.lock is there`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** A file of our own is linked to the name of the lock: atomic on every file system, NFS too. */
function tryDotlock(path: string, own: string, holder: number): 'ours' | 'taken' | 'forbidden' {
  try {
    const fd = openSync(own, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o444);
    writeSync(fd, `${holder}:${hostname()}`);
    closeSync(fd);
    linkSync(own, `${path}.lock`);
    return 'ours';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return isHeldFor(path, holder) ? 'ours' : 'forbidden';
    if (code !== 'EEXIST') throw error;
    if (isStale(`${path}.lock`)) unlinkSync(`${path}.lock`);
    return 'taken';
  } finally {
    unlinkIfThere(own);
  }
}

/** True when a helper has taken the lock in our name. */
function isHeldFor(path: string, holder: number): boolean {
  return readHolder(`${path}.lock`) === `${holder}:${hostname()}`;
}

function isStale(lock: string): boolean {
  try {
    const { mtimeMs } = lstatSync(lock);
    const [pid, host] = readHolder(lock).split(':');
    if (host?.trim() === hostname() && /^\d+$/u.test(pid ?? '')) return !isAlive(Number(pid));
    return Date.now() - mtimeMs > STALE;
  } catch {
    return false;
  }
}

/** What a dotlock says of its holder; nothing when it may not be read. */
function readHolder(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeOwnDotlock(path: string, holder: number = process.pid): void {
  try {
    if (readFileSync(`${path}.lock`, 'utf8') === `${holder}:${hostname()}`) unlinkSync(`${path}.lock`);
  } catch {
    // Somebody took it for stale and removed it: there is nothing left to remove.
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}

async function holdFcntlLock(path: string, timeoutMs: number, holders: typeof LOCK_HOLDERS): Promise<ChildProcess> {
  for (const [command, ...args] of holders) {
    const holder = await startHolder(command, [...args, path, String(timeoutMs / 1000)]);
    if (holder === 'absent') continue;
    if (holder === 'busy') throw mailboxLocked(path, 'another process holds an fcntl lock on it');
    return holder;
  }
  throw new SourceError('LOCK_UNAVAILABLE', 'nothing here can hold an fcntl lock', {
    where: { path },
    help: 'install python3 or perl, or run without --lock: a source that changes is then noticed and named',
  });
}

function startHolder(command: string, args: readonly string[]): Promise<ChildProcess | 'absent' | 'busy'> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    child.once('error', () => resolve('absent'));
    child.once('exit', (status) => resolve(status === 75 ? 'busy' : 'absent'));
    child.stdout.once('data', () => resolve(child));
  });
}

function release(holder: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    holder.once('exit', () => resolve());
    holder.stdin?.end();
  });
}

/** What is said when another program keeps the lock of a mailbox. */
export function mailboxLocked(path: string, why: string): SourceError {
  return new SourceError('SOURCE_LOCKED', 'the mailbox is locked by another program', {
    where: { path },
    notes: [why],
    help: 'wait until the delivery or the session in it ends, and run the same command again',
    retryable: true,
  });
}
