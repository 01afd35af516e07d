// Pulls the plug on the real program, again and again, and lets the same command finish.
// usage: node scripts/prove-crash/run.mjs [--kills N] [--faults N] [--seed N] [--keep]      (1,000 kills, 200 faults; run `npm run build` before)
// Kills: SIGKILL before, after or in the middle of a random system call on the target, or at a random time; chains of up to four, so that recovery is
// killed as well. Faults: one system call on target or source fails with ENOSPC, EDQUOT, EIO, EMFILE, EROFS or ENOENT (a source that vanished), once or
// from then on, at once or after half a write. A faulted run must end with a clear error and its exit status. In the end the undisturbed command must
// leave the tree of an undisturbed run (tree.mjs says what is normalised), `restore` must give the mboxes back, and a run more must change nothing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultTrial } from './fault-trial.mjs';
import { Judge } from './judge.mjs';
import { KillTrial } from './kill-trial.mjs';
import { buildShim } from './program.mjs';
import { makeSources } from './sources.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    faults: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** mulberry32: a number below `below`. */
function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const seed = Number(values.seed);
const work = mkdtempSync(join(tmpdir(), 'prove-crash-'));
const started = Date.now();
const failures = [];
const say = (line) => process.stdout.write(`${line}\n`);
mkdirSync(join(work, 'trial'));
try {
  const judge = new Judge({ work, shim: buildShim(work), sources: makeSources(join(work, 'sources'), seed), pick: dice(seed) });
  await judge.prepare();
  const counts = { kills: 0, faults: 0, chains: 0, runs: {} };
  for (let trial = 0; counts.kills < Number(values.kills) || counts.faults < Number(values.faults); trial += 1) {
    const isKill = counts.faults >= Number(values.faults) || (counts.kills < Number(values.kills) && trial % 2 === 0);
    const one = isKill ? new KillTrial(judge, Number(values.kills) - counts.kills) : new FaultTrial(judge, counts.faults);
    const wrong = await one.run();
    counts.kills += one.kills ?? 0;
    counts.faults += one.faults ?? 0;
    counts.chains += isKill ? 1 : 0;
    counts.runs[one.kind] = (counts.runs[one.kind] ?? 0) + 1;
    if (values.verbose) say(`${trial} ${one.title}`);
    if (wrong.length > 0) {
      failures.push(one.title);
      say(`WRONG ${one.title}\n  ${wrong.slice(0, 12).join('\n  ')}`);
      if (values.keep) judge.keep(trial);
    }
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  say(JSON.stringify({ seed, ...counts, wrong: failures.length, seconds }));
} finally {
  if (!values.keep) rmSync(work, { recursive: true, force: true });
  else say(`kept: ${work}`);
}
process.exitCode = failures.length === 0 ? 0 : 1;
