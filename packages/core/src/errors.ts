/** Where in a file something is: a path, and a byte offset when there is one. */
export interface Place {
  readonly path: string;
  /** Octets from the start of the (decompressed) file. */
  readonly offset?: number;
}

/** What a {@link MailError} says beside its code and its message. */
export interface MailErrorDetails {
  readonly where?: Place;
  /** Further facts, a line each. */
  readonly notes?: readonly string[];
  /** What to do. */
  readonly help?: string;
  /** True when the same command may succeed later without a change. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** This job cannot go on. Codes are public API: added, never renamed. */
export class MailError extends Error {
  readonly code: string;
  readonly where: Place | undefined;
  readonly notes: readonly string[];
  readonly help: string | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string, details: MailErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.where = details.where;
    this.notes = details.notes ?? [];
    this.help = details.help;
    this.retryable = details.retryable ?? false;
  }
}

/** What an error says and of which file, in one line: for tables that have no room for more. */
export function inOneLine({ message, where }: MailError): string {
  return where === undefined ? message : `${message}: ${where.path}`;
}

/** The caller asked for something that cannot be. */
export class UsageError extends MailError {}
/** The source cannot be read: absent, damaged, of no known format, locked. */
export class SourceError extends MailError {}
/**
 * The {@link SourceError} for what a system call said of a source: SOURCE_EMFILE, else SOURCE_UNREADABLE. An error of ours, and one that no system call made,
 * stays what it is.
 */
export function unreadable(where: Place, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause && 'syscall' in cause ? String(cause.code) : undefined;
  if (code === undefined || cause instanceof MailError) return cause;
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new SourceError('SOURCE_EMFILE', 'too many files are open to read the source', {
      where,
      cause,
      help: 'raise the limit (ulimit -n) and run the same command again',
      retryable: true,
    });
  }
  return new SourceError('SOURCE_UNREADABLE', `the source cannot be read (${code})`, {
    where,
    cause,
    help: ADVICE[code] ?? 'look at the kernel log (dmesg), and copy the source from a disk that still works',
    retryable: code in ADVICE,
  });
}

/** Where it is no matter of a broken disk. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'see which other program moved or removed it, or the directory that you work in, and run the same command again',
  ESTALE: 'the file server does not know it any more: mount it anew, and run the same command again',
};

/** The target on disk cannot be written. */
export class TargetError extends MailError {}
/** A server refused, or spoke no sense. */
export class RemoteError extends MailError {}
/** A bug of ours. */
export class InternalError extends MailError {}
