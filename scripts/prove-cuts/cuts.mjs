// Connections that are cut: one account a round, up to eight cuts each, the first at every k-th octet of both directions in turn.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { transfer } from '@mailferry/core';
import { imapTarget } from '@mailferry/imap';
import { chatter, readAccount } from './account.mjs';
import { makeHome } from './home.mjs';
import { startProxy } from './proxy.mjs';

const PATIENCE = { firstWaitMs: 5, longestWaitMs: 50, tries: 40 };
const CUTS_A_ROUND = 8;

/** Octets that an upload without any cut sends and gets, for each mask: between them lie the places to cut. */
export async function measure(peer, masks, work) {
  const spans = [];
  for (const [n, mask] of masks.entries()) {
    const account = { port: peer.port, ...peer.signIn(`whole${process.pid}x${n}`) };
    const proxy = await startProxy(peer.port, { mask });
    try {
      const report = await upload(makeHome(false), { ...account, port: proxy.port }, join(work, account.user), 20);
      if (report.totals.written !== makeHome(false).count) throw new Error('an upload without cuts did not write everything');
      spans.push({ toServer: proxy.toServer, toClient: proxy.toClient });
    } finally {
      await proxy.close();
      peer.forget(account.user);
    }
  }
  return spans;
}

async function upload(home, { port, user, authUser, password }, ledger, lateMs) {
  const target = await imapTarget({
    url: `imap://${user}@127.0.0.1:${port}/`,
    password: async () => password,
    ledger,
    batchMessages: 7,
    settleMs: 30,
    lateMs,
    patience: PATIENCE,
    ...(authUser === undefined ? {} : { authUser }),
  });
  try {
    return await transfer(home.store, target);
  } finally {
    await target[Symbol.asyncDispose]();
  }
}

/** Cut while signing in, or lost again and again at one message, a run may give up: the same command again ends it. */
async function untilDone(work) {
  let said;
  for (let run = 1; run <= 10; run++) {
    try {
      const report = await work();
      if (report.totals.failed === 0) return { report, runs: run };
      said = `${report.totals.failed} failed`;
    } catch (error) {
      if (error.retryable !== true) throw error;
      said = error.message;
    }
  }
  throw new Error(`not done after ten runs: ${said}`);
}

const countOf = (reports, code) => reports.reduce((sum, { issues }) => sum + (issues.find((issue) => issue.code === code)?.count ?? 0), 0);

/** One round. Gives what happened; throws with a line for people when the account is not as it must be. */
export async function cutRound(peer, { number, mask, first, random, span, work, isAlwaysHeld }) {
  const user = `cut${process.pid}x${number}`;
  const account = { port: peer.port, ...peer.signIn(user) };
  const home = makeHome(number % 24 === 23);
  const isHeld = isAlwaysHeld || number % 9 === 8;
  const heldMs = 60 + Math.floor(random() * 400);
  const place = (n) => {
    if (n >= CUTS_A_ROUND) return undefined;
    const how = isHeld && random() < 0.5 ? 'held' : random() < 0.5 ? 'reset' : 'end';
    if (n === 0) return { ...first, how: first.direction === 'toServer' ? how : how.replace('held', 'reset') };
    if (random() < 0.5) return { direction: 'toServer', after: 1 + Math.floor(random() ** 2 * span.toServer), how };
    return { direction: 'toClient', after: 1 + Math.floor(random() * span.toClient), how: how.replace('held', 'end') };
  };
  const proxy = await startProxy(peer.port, { mask, plan: place, heldMs });
  const lateMs = isHeld ? 700 : 60;
  let isEnded = false;
  const others = number % 2 === 1 ? chatter(account, () => isEnded) : Promise.resolve([]);
  try {
    const run = () => upload(home, { ...account, port: proxy.port }, join(work, user), lateMs);
    const done = await untilDone(run);
    isEnded = true;
    const foreign = await others;
    await peer.quiet(user);
    const again = await untilDone(run);
    const reports = [done.report, again.report];
    if (again.report.totals.written !== 0 || again.report.totals.alreadyPresent !== home.count) {
      throw new Error(`the last run wrote ${again.report.totals.written}, knew ${again.report.totals.alreadyPresent}`);
    }
    const named = countOf(reports, 'IMAP_DUPLICATE_LATE');
    if (named > 0) throw new Error(`${named} second copies stay`);
    judge(await readAccount(account), home.truth, foreign);
    const removed = countOf(reports, 'IMAP_DUPLICATE_REMOVED');
    return { cuts: proxy.cuts, runs: done.runs, foreign: foreign.length, removed };
  } finally {
    isEnded = true;
    await others.catch(() => undefined);
    await proxy.close();
    peer.forget(user);
    rmSync(join(work, user), { recursive: true, force: true });
  }
}

/** Each message once, as it was sent, beside what another client put there. */
export function judge(lines, truth, foreign) {
  const theirs = new Set(foreign);
  const ours = lines.filter((line) => !theirs.has(line.split(' ')[1]));
  const left = lines.length - ours.length;
  if (left !== foreign.length) throw new Error(`${left} of the ${foreign.length} messages of another client are there`);
  const missing = [...truth];
  const surplus = [];
  for (const line of ours) {
    const at = missing.indexOf(line);
    if (at < 0) surplus.push(line);
    else missing.splice(at, 1);
  }
  if (missing.length > 0) throw new Error(`${missing.length} are missing, such as ${missing[0]}`);
  if (surplus.length > 0) throw new Error(`${surplus.length} are there too often, such as ${surplus[0]}`);
}
