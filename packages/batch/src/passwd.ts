// passwd(5): one user a line, `name:password:uid:gid:comment:home:shell`.

/** A user of a machine. */
export interface PasswdEntry {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The users in the text of a passwd file or of `getent passwd`, in order; lines that are none are left out. */
export function parsePasswd(text: string): PasswdEntry[] {
  return text.split('\n').flatMap((line) => {
    const [user = '', , uid = '', gid = '', , home = ''] = line.split(':');
    const isEntry = user !== '' && !/^[+#-]/u.test(user) && /^\d+$/u.test(uid) && /^\d+$/u.test(gid) && home.startsWith('/');
    return isEntry ? [{ user, uid: Number(uid), gid: Number(gid), home }] : [];
  });
}

/** Ids of people, as Debian and Red Hat give them out; 65,534 is `nobody`, and systemd takes 61,184 to 65,519 for services that come and go. */
export function isPerson({ uid }: PasswdEntry): boolean {
  return uid >= 1000 && uid !== 65_534 && !(uid >= 61_184 && uid <= 65_519);
}
