// Runs before a child of root's takes the identity of its user: it starts those who hold locks in the spool, each already with the rights of that user and the
// group of the spool. Only Node's own modules are loaded here.
import { spawn } from 'node:child_process';
import type { SpoolOrder, SpoolPlace } from './spool-place.js';

/**
 * Starts a holder for each place.
 * @param order - of {@link spoolOrder}
 * @returns resolves, once all are held, to the path of the first that another program keeps
 */
export function holdSpools(order: string, uidText: string): Promise<string | undefined> {
  if (order === '') return Promise.resolve(undefined);
  const { entry, places } = JSON.parse(order) as SpoolOrder;
  const held = places.map((place) => hold(entry, place, Number(uidText)));
  return Promise.all(held).then((busy) => busy.find((path) => path !== undefined));
}

function hold(entry: string, { path, gid }: SpoolPlace, uid: number): Promise<string | undefined> {
  if (!(uid > 0 && gid > 0)) throw new Error('root holds no lock of a user');
  const child = spawn(process.execPath, [entry, path, String(process.pid)], {
    uid,
    gid,
    cwd: '/',
    env: {},
    // It outlives a signal to the whole group of this process, and gives the lock back when this process is no more.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', (status) => resolve(status === 75 ? path : undefined));
    child.stdout.once('data', () => {
      for (const part of [child, child.stdin, child.stdout] as readonly { unref?: () => void }[]) part.unref?.();
      resolve(undefined);
    });
  });
}
