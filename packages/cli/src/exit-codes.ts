/** Exit statuses, as mail software speaks them (sysexits.h). Unknown numbers mean failure. */
export const EXIT = {
  ok: 0,
  /** Done, but some messages failed. */
  someFailed: 1,
  usage: 64,
  sourceData: 65,
  sourceNotFound: 66,
  bug: 70,
  target: 73,
  io: 74,
  temporary: 75,
  protocol: 76,
  permission: 77,
  config: 78,
  interrupted: 130,
  terminated: 143,
} as const;

/** The statuses that do not follow from the class of an error. */
const BY_CODE: Readonly<Record<string, number>> = {
  CONFIG_UNREADABLE: EXIT.config,
  CONFIG_INVALID: EXIT.config,
  CONFIG_UNKNOWN_KEY: EXIT.config,
  OWNER_REQUIRED: EXIT.permission,
  OWNER_NEEDS_ROOT: EXIT.permission,
  SOURCE_NOT_FOUND: EXIT.sourceNotFound,
  SOURCE_PERMISSION: EXIT.permission,
  SOURCE_UNREADABLE: EXIT.io,
  SOURCE_LOCKED: EXIT.temporary,
  TARGET_PERMISSION: EXIT.permission,
  TARGET_FULL: EXIT.io,
  TARGET_IO: EXIT.io,
  TARGET_LOCKED: EXIT.temporary,
  OUTPUT_UNWRITABLE: EXIT.io,
};

const BY_CLASS: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  SourceError: EXIT.sourceData,
  TargetError: EXIT.target,
  RemoteError: EXIT.protocol,
  InternalError: EXIT.bug,
};

/** What the system says of a file, where an engine let its error through. */
const BY_ERRNO: Readonly<Record<string, number>> = {
  ENOENT: EXIT.sourceNotFound,
  EACCES: EXIT.permission,
  EPERM: EXIT.permission,
  EDQUOT: EXIT.target,
  EROFS: EXIT.target,
  ENOTDIR: EXIT.target,
  ENOSPC: EXIT.io,
  EIO: EXIT.io,
  EMFILE: EXIT.temporary,
  ENFILE: EXIT.temporary,
  EAGAIN: EXIT.temporary,
};

/** The exit status for whatever ended a command; codes first, then the errno beneath, then the class. */
export function exitStatusOf(error: unknown): number {
  const { name, code, cause, retryable } = facts(error);
  const own = BY_CODE[code];
  if (own !== undefined) return own;
  if (retryable) return EXIT.temporary;
  const system = BY_ERRNO[code] ?? BY_ERRNO[facts(cause).code];
  return system ?? BY_CLASS[name] ?? EXIT.bug;
}

function facts(error: unknown): { name: string; code: string; cause: unknown; retryable: boolean } {
  const held = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return {
    name: typeof held['name'] === 'string' ? held['name'] : '',
    code: typeof held['code'] === 'string' ? held['code'] : '',
    cause: held['cause'],
    retryable: held['retryable'] === true,
  };
}
