// Looks at the home of a user with that user's rights and no others. The process stays root's underneath, so that it can turn to the next user;
// for every file that it touches meanwhile the system asks what the user may (seteuid(2): the capabilities of root leave with the effective uid).
// Work that writes, or that lasts, belongs into a child that is the user for good (as-user.ts).

/** Who a home is looked at as. */
export interface EffectiveUser {
  /** The login name, or undefined for a uid without one: then the group below is the only one. */
  readonly name?: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Does `work` with the rights of a user, and takes root's back, however it ends. Modules that the work needs must be loaded before: the user may not be
 * able to read them. One call at a time.
 */
export async function asEffectiveUser<T>(user: EffectiveUser, work: () => Promise<T>): Promise<T> {
  if (user.uid === 0) throw new Error('root is nobody to work as');
  const groups = process.getgroups?.() ?? [];
  const gid = process.getegid?.() ?? 0;
  takeGroups(user);
  process.setegid?.(user.gid);
  process.seteuid?.(user.uid);
  try {
    if (process.geteuid?.() !== user.uid || process.getegid?.() !== user.gid) throw new Error('the rights of the user could not be taken');
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(gid);
    process.setgroups?.(groups);
  }
}

function takeGroups({ name, gid }: EffectiveUser): void {
  if (name !== undefined) {
    try {
      process.initgroups?.(name, gid);
      return;
    } catch {
      // No such user in the directory services any more: only the group that is known.
    }
  }
  process.setgroups?.([gid]);
}
