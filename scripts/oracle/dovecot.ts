import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasPeer } from './peer.ts';

/** One message as Dovecot serves it. */
export interface DovecotMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  /** ISO 8601 UTC, whole seconds. */
  readonly date: string;
  readonly size: number;
  /** Of the octets with CRLF line ends. */
  readonly sha256: string;
}

/** What Dovecot says of a folder beside its messages. */
export interface DovecotHeader {
  readonly uidvalidity: number | null;
  readonly uidnext: number | null;
  readonly errors: readonly string[];
}

/** A folder as Dovecot serves it. */
export interface DovecotView {
  readonly path: string;
  readonly head: DovecotHeader;
  readonly messages: readonly DovecotMessage[];
}

/** A whole home as Dovecot serves it. */
export interface DovecotHome {
  readonly folders: readonly string[];
  readonly subscribed: readonly string[];
  /** POP3 UIDLs of INBOX, in order. */
  readonly uidl: readonly string[];
  readonly view: Readonly<Record<string, readonly [DovecotHeader, readonly DovecotMessage[]]>>;
}

/** True when a real Dovecot can be asked here (it wants root, to become an unprivileged user). */
export function hasDovecot(): boolean {
  return hasPeer('/usr/lib/dovecot/imap') && hasPeer('/usr/lib/dovecot/pop3') && hasPeer('python3');
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function run(name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('python3', [script(name), ...args], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return stdout;
}

/** Asks Dovecot of many mboxes or Maildirs (their INBOX). */
export function dovecotViews(paths: readonly string[]): DovecotView[] {
  return run('dovecot_view.py', ['--many', ...paths])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DovecotView);
}

/**
 * Asks Dovecot of a home.
 * @param location - a mail_location in which `~/in` is a copy of `directory`
 */
export function dovecotHome(directory: string, location: string, ...settings: readonly string[]): DovecotHome {
  return JSON.parse(run('dovecot_home.py', [directory, location, ...settings])) as DovecotHome;
}
