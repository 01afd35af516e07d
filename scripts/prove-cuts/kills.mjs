// The built program killed with SIGKILL: up to six times an account, each time when a chosen octet has passed in one direction, or a moment later.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chatter, readAccount } from './account.mjs';
import { judge } from './cuts.mjs';
import { makeHome } from './home.mjs';
import { startProxy } from './proxy.mjs';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), '../../packages/cli/bin/mailferry.js');
const KILLS_A_ROUND = 6;

/** Runs the program; gives its exit status, or null when it was killed, and what it said. */
function upload(source, { port, user, authUser, password }, ledger, take) {
  const more = authUser === undefined ? [] : ['--auth-user', authUser];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MAILFERRY_PASSWORD: password, NO_COLOR: '1' };
    const child = spawn(
      process.execPath,
      [PROGRAM, 'upload', '--json', '--ledger', ledger, ...more, source, `imap://${user}@127.0.0.1:${port}/`],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    take(child);
    child.once('error', reject);
    child.once('exit', (status) => resolve({ status, said }));
  });
}

/** One account: killed up to six times, then run to its end, then once more. */
export async function killRound(peer, { number, mask, random, span, work }) {
  const user = `kill${process.pid}x${number}`;
  const account = { port: peer.port, ...peer.signIn(user) };
  const home = makeHome(false);
  const source = join(work, `${user}-home`);
  mkdirSync(source);
  for (const [name, text] of home.mboxes) writeFileSync(join(source, name), text);
  let child;
  let kills = 0;
  let isDone = false;
  const plan = () => {
    if (kills >= KILLS_A_ROUND || isDone) return undefined;
    const direction = random() < 0.5 ? 'toServer' : 'toClient';
    const after = 1 + Math.floor(random() ** 2 * span[direction]);
    const delay = random() < 0.3 ? random() * 30 : 0;
    const mine = child;
    return { direction, after, how: () => (delay > 0 ? setTimeout(() => mine.kill('SIGKILL'), delay) : mine.kill('SIGKILL')) };
  };
  const proxy = await startProxy(peer.port, { mask, plan });
  let isEnded = false;
  const others = number % 2 === 1 ? chatter(account, () => isEnded, 150) : Promise.resolve([]);
  const run = () =>
    upload(source, { ...account, port: proxy.port }, join(work, user), (started) => {
      child = started;
    });
  try {
    let last;
    for (let attempt = 0; attempt <= KILLS_A_ROUND; attempt++) {
      last = await run();
      if (last.status !== null) break;
      kills++;
    }
    if (last.status !== 0) throw new Error(`ended with ${last.status}: ${last.said.slice(-2000)}`);
    isDone = true;
    isEnded = true;
    const foreign = await others;
    await peer.quiet(user);
    const again = await run();
    const totals = again.said.match(/"written":(\d+)/);
    if (again.status !== 0 || totals?.[1] !== '0') throw new Error(`run again: ${again.status}, ${again.said.slice(-2000)}`);
    const said = `${last.said}${again.said}`;
    if (said.includes('IMAP_DUPLICATE_LATE')) throw new Error('second copies stay');
    judge(await readAccount(account), home.truth, foreign);
    return { kills, foreign: foreign.length, removed: /IMAP_DUPLICATE_REMOVED/.test(said) ? 1 : 0 };
  } finally {
    isEnded = true;
    await others.catch(() => undefined);
    await proxy.close();
    peer.forget(user);
    for (const name of [user, `${user}-home`]) rmSync(join(work, name), { recursive: true, force: true });
  }
}
