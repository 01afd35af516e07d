import { ImapFlow } from 'imapflow';
import { accountLine, sha256 } from './sources.js';

/**
 * Everything in an account as an independent client (imapflow) sees it: a sorted line a message.
 *
 * @param root only what is in this folder or below it, whatever prefix the server puts before it
 */
export async function readAccount(url: string, password = 'pw', root = ''): Promise<string[]> {
  const { hostname, port, username } = new URL(url);
  const client = new ImapFlow({
    host: hostname,
    port: Number(port),
    secure: false,
    doSTARTTLS: false,
    auth: { user: decodeURIComponent(username), pass: password },
    logger: false,
  });
  await client.connect();
  const lines: string[] = [];
  try {
    for (const { path, delimiter, flags } of await client.list()) {
      const folder = below(path.split(delimiter), root);
      if (flags.has('\\Noselect') || folder === undefined) continue;
      const box = await client.mailboxOpen(path, { readOnly: true });
      if (box.exists === 0) continue;
      for await (const message of client.fetch('1:*', { source: true, flags: true, internalDate: true, uid: true })) {
        const set = message.flags ?? new Set();
        set.delete('\\Recent');
        const date = message.internalDate instanceof Date ? message.internalDate : new Date(String(message.internalDate));
        lines.push(
          accountLine({
            folder,
            sha256: sha256(message.source ?? new Uint8Array()),
            flags: [...set],
            internalDate: date.getTime(),
          }),
        );
      }
    }
  } finally {
    await client.logout().catch(() => client.close());
  }
  return lines.sort();
}

/** The path from `root` on; undefined when it is not in there. */
function below(path: readonly string[], root: string): readonly string[] | undefined {
  if (root === '') return path;
  return path.includes(root) ? path.slice(path.indexOf(root)) : undefined;
}
