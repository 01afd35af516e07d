import { homedir } from 'node:os';

/**
 * The paths that a location on the command line names: itself, or those within Dovecot's syntax (`mbox:~/mail:INBOX=/var/mail/ann`).
 * Standard input and URLs name none.
 */
export function pathsIn(location: string): string[] {
  if (location === '-' || /^[a-z]+:\/\//i.test(location)) return [];
  const typed = /^(?:mbox|maildir|mh|eml|pst):(.*)$/s.exec(location)?.[1];
  if (typed === undefined) return [withHome(location)];
  const [root = '', ...rest] = typed.split(':');
  const values = rest.map((part) => part.replace(/^[A-Z]+=/, '')).filter((value) => value.includes('/'));
  return [root, ...values].filter((path) => path !== '').map(withHome);
}

function withHome(path: string): string {
  // A user whom this machine does not know has no home, and needs none where none is named.
  return path.replace(/^(?:~|%h)(?=\/|$)/, () => homedir());
}
