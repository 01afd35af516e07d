/**
 * Makes this process another user's for good: groups, gid and uid, in this order. It ends the process where that does not work.
 * This file imports nothing, so that it can run before anything else is loaded.
 *
 * @param user - the login name, or the number of a user that has none: then the group is the only one
 * @param uidText - the number of the user
 * @param groupText - the number or the name of the group
 */
export function takeIdentity(user: string, uidText: string, groupText: string): void {
  const uid = Number(uidText);
  const group = /^\d+$/.test(groupText) ? Number(groupText) : groupText;
  process.umask(0o077);
  if (/^\d+$/.test(user)) process.setgroups?.([group]);
  else process.initgroups?.(user, group);
  process.setgid?.(group);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid || uid === 0) process.exit(70);
  process.env['USER'] = user;
  process.env['LOGNAME'] = user;
}

/** What stands on standard error when the user cannot read the program. */
export function unreadable(user: string, error: unknown): string {
  return [
    `error[OWNER_CANNOT_READ]: ${user} cannot read the files of mailferry`,
    `  note: ${error instanceof Error ? error.message : String(error)}`,
    '  help: install mailferry where every user may read it, such as /usr/local/lib',
    '        mailferry explain OWNER_CANNOT_READ\n',
  ].join('\n');
}
