import { appendFileSync } from 'node:fs';
import type { FolderPath } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import type { Dovecot } from './dovecot.js';
import { sha256 } from './sources.js';

/** A server to test against. */
export interface Peer {
  readonly title: string;
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Where a round has the account, or a part of it, to itself. */
  place(round: string): { readonly user: string; readonly root: FolderPath };
  /** Resolves when nothing will be stored for the user any more. */
  quiet(user: string): Promise<void>;
}

/** A Dovecot of the test's own: an account a round. */
export function dovecotPeer(dovecot: Dovecot): Peer {
  return {
    title: 'Dovecot',
    host: '127.0.0.1',
    port: dovecot.port,
    password: 'pw',
    place: (round) => ({ user: round, root: ['INBOX'] }),
    quiet: (user) => dovecot.quiet(user),
  };
}

/**
 * The servers named by `MAILFERRY_IMAP_SERVERS`: a line `imap://alice@127.0.0.1:31144/ alicepw` each (scripts/oracle/servers.sh): one
 * account, a folder a round.
 */
export function otherPeers(): Peer[] {
  const lines = (process.env['MAILFERRY_IMAP_SERVERS'] ?? '').split('\n').map((line) => line.trim().split(' '));
  return lines.flatMap(([url = '', password = '']) => {
    if (url === '') return [];
    const { hostname, port, username } = new URL(url);
    return [
      {
        title: `${hostname}:${port}`,
        host: hostname,
        port: Number(port),
        password,
        place: (round: string) => ({ user: username, root: [`${round}-${process.pid}-${Date.now()}`] }),
        // Nothing tells whether its sessions have ended.
        quiet: () => new Promise<void>((resolve) => setTimeout(resolve, 1000)),
      },
    ];
  });
}

/** An independent client in the account of a peer. */
export async function withClient<T>(peer: Peer, user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const { host, port, password: pass } = peer;
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth: { user, pass }, logger: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout().catch(() => client.close());
  }
}

/** Another client that appends to a folder until it is told to end. Resolves with the SHA-256 of each message that the server took. */
export async function chatter(peer: Peer, user: string, root: FolderPath, isEnded: () => boolean): Promise<string[]> {
  return await withClient(peer, user, async (client) => {
    const taken: string[] = [];
    for (let n = 0; n < 400 && !isEnded(); n++) {
      const text = Buffer.from(
        `From: o@example.org\r\nSubject: other ${n}\r\nMessage-ID: <${n}.${root.join('.')}@other>\r\n\r\nother ${n}\r\n`,
      );
      const path = await mailboxOf(client, root);
      const answer = path === undefined ? false : await client.append(path, text, []).catch(() => false as const);
      if (answer !== false) taken.push(sha256(text));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    return taken;
  });
}

async function mailboxOf(client: ImapFlow, root: FolderPath): Promise<string | undefined> {
  if (root[0] === 'INBOX') return 'INBOX';
  const found = (await client.list()).find(({ name }) => name === root[0]);
  return found?.path;
}

/** Says how far a long form has come, in the file named by `MAILFERRY_SOAK_LOG`. */
export function tell(line: string): void {
  const path = process.env['MAILFERRY_SOAK_LOG'];
  if (path !== undefined) appendFileSync(path, `${new Date().toISOString()} ${line}\n`);
}
