// What a Maildir has no letters for, as a script for Dovecot's own tool: keywords beyond the 26th live in Dovecot's index alone,
// so only Dovecot can set them. Folders are named by their GUID (`G` of the uidlist), whatever separator the namespace has.

const HEAD = `#!/bin/sh
# Written by mailferry. A Maildir folder has letters for 26 keywords; these are the others.
# usage: mailferry-keywords.sh [USER]      as root, on the Dovecot host; safe to repeat
# DOVEADM='doveadm -c FILE' for another configuration.
set -eu
user=\${1-}
add() { \${DOVEADM:-doveadm} flags add \${user:+-u "$user"} "$1" mailbox-guid "$2" uid "$3"; }
`;

/** UIDs on one line of the script. */
const UIDS_PER_LINE = 1000;

/** A keyword without a letter, and the messages that have it. */
export interface SpilledKeyword {
  readonly keyword: string;
  /** 32 hex digits. */
  readonly folderGuid: string;
  readonly uids: readonly number[];
}

/** The script with more lines at its end; `old` is `''` for a new one. */
export function extendKeywordsScript(old: string, spilled: readonly SpilledKeyword[]): string {
  const script = [old === '' ? HEAD : old];
  const known = new Set(old.split('\n'));
  for (const { keyword, folderGuid, uids } of spilled) {
    for (let at = 0; at < uids.length; at += UIDS_PER_LINE) {
      const line = `add '${keyword.replaceAll("'", "'\\''")}' ${folderGuid} ${formatUidSet(uids.slice(at, at + UIDS_PER_LINE))}`;
      if (known.has(line)) continue;
      known.add(line);
      script.push(`${line}\n`);
    }
  }
  return script.join('');
}

/** `1:3,7`: a sequence set of RFC 9051 §9. */
export function formatUidSet(uids: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const uid of [...uids].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && uid <= range[1] + 1) {
      range[1] = uid;
    } else {
      ranges.push([uid, uid]);
    }
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}
