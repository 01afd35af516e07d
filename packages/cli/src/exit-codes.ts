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
  SOURCE_OWNER: EXIT.permission,
  TARGET_OWNER: EXIT.permission,
  SOURCE_UNREADABLE: EXIT.io,
  SOURCE_SPOOL_FULL: EXIT.io,
  SOURCE_LOCKED: EXIT.temporary,
  SOURCE_CHANGED: EXIT.temporary,
  LOCK_UNAVAILABLE: EXIT.io,
  STATE_UNREADABLE: EXIT.io,
  TARGET_LOCKED: EXIT.temporary,
  TARGET_BUSY: EXIT.temporary,
  BATCH_RUNNING: EXIT.temporary,
  MEMORY_REFUSED: EXIT.temporary,
  MANIFEST_UNSAFE: EXIT.permission,
  STATE_NOT_FOUND: EXIT.sourceNotFound,
  OUTPUT_UNWRITABLE: EXIT.io,
  IMAP_LOGIN: EXIT.permission,
  IMAP_OVERQUOTA: EXIT.target,
};

const BY_CLASS: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  SourceError: EXIT.sourceData,
  TargetError: EXIT.target,
  RemoteError: EXIT.protocol,
  InternalError: EXIT.bug,
};

/** What the system says of a target: `TARGET_` and the name of its error. */
const BY_ERRNO: Readonly<Record<string, number>> = {
  EACCES: EXIT.permission,
  EPERM: EXIT.permission,
  ENOSPC: EXIT.io,
  EIO: EXIT.io,
  EFBIG: EXIT.io,
  ESTALE: EXIT.io,
  EMFILE: EXIT.temporary,
  ENFILE: EXIT.temporary,
  EAGAIN: EXIT.temporary,
};

/** The exit status for whatever ended a command: by its code, then by what the system said, then by whether it may pass, then by its class. */
export function exitStatusOf(error: unknown): number {
  const { name, code, retryable } = facts(error);
  const own = BY_CODE[code] ?? BY_ERRNO[code.replace(/^TARGET_/, '')];
  if (own !== undefined) return own;
  if (retryable && name !== 'TargetError') return EXIT.temporary;
  return BY_CLASS[name] ?? EXIT.bug;
}

function facts(error: unknown): { name: string; code: string; retryable: boolean } {
  const held = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return {
    name: typeof held['name'] === 'string' ? held['name'] : '',
    code: typeof held['code'] === 'string' ? held['code'] : '',
    retryable: held['retryable'] === true,
  };
}
