// What the proof does in an account beside uploading: another client that appends, and an independent reader. Both are imapflow.
import { createHash } from 'node:crypto';
import { ImapFlow } from 'imapflow';

const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

async function withClient({ port, user, authUser, password: pass }, work) {
  const auth = authUser === undefined ? { user, pass } : { user: authUser, authzid: user, pass };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout().catch(() => client.close());
  }
}

/** Appends to INBOX, every `everyMs`, until it is told to end; gives the SHA-256 of each message that the server took. */
export function chatter(account, isEnded, everyMs = 10) {
  return withClient(account, async (client) => {
    const taken = [];
    for (let n = 0; n < 300 && !isEnded(); n++) {
      const text = Buffer.from(
        `From: o@example.org\r\nSubject: other ${n}\r\nMessage-ID: <${n}.${account.user}@other>\r\n\r\nother ${n} of ${account.user}\r\n`,
      );
      if (await client.append('INBOX', text, []).catch(() => false)) taken.push(sha256(text));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    return taken;
  });
}

/** Everything in the account: a sorted line a message, with folder, SHA-256, second of the internal date and flags. */
export function readAccount(account) {
  return withClient(account, async (client) => {
    const lines = [];
    for (const { path, delimiter, flags } of await client.list()) {
      if (path.includes('mailferry-bin-')) throw new Error(`${path} is left`);
      const names = path.split(delimiter);
      const folder = names.length > 1 && names[0] === 'INBOX' ? names.slice(1).join('/') : path;
      if (!flags.has('\\Noselect')) lines.push(...(await readFolder(client, path, folder)));
    }
    return lines.sort();
  });
}

async function readFolder(client, path, folder) {
  const lines = [];
  const { exists } = await client.mailboxOpen(path, { readOnly: true });
  if (exists === 0) return lines;
  for await (const { source, flags: set, internalDate } of client.fetch('1:*', { source: true, flags: true, internalDate: true })) {
    const kept = [...set].filter((flag) => flag.toLowerCase() !== '\\recent');
    lines.push(lineOf(folder, sha256(source), new Date(internalDate).getTime(), kept));
  }
  return lines;
}

/** The line of one message. */
export function lineOf(folder, hash, internalDate, flags) {
  return `${folder} ${hash} ${Math.floor(internalDate / 1000)} ${[...flags].sort().join(' ')}`;
}
