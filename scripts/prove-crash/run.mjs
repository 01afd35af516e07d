// Pulls the plug on the real program, again and again, and lets the same command finish.
// usage: node scripts/prove-crash/run.mjs [--kills N] [--faults N] [--seed N] [--keep]      (1,000 kills, 200 faults; run `npm run build` before)
//        node scripts/prove-crash/run.mjs --seed N --results FILE --minutes 4 [--write]     in pieces: each goes on where FILE ends; 75 while there is more
// Kills: SIGKILL before, after or in the middle of a random system call on the target, or at a random time; chains of up to four, so that recovery is
// killed as well. Faults: one system call on target or source fails with ENOSPC, EDQUOT, EIO, EMFILE, EROFS or ENOENT (a source that vanished), once or
// from then on, at once or after half a write. A faulted run must end with a clear error and its exit status. Every third chain is looked at by Dovecot
// where the kill left it, which must serve messages of the undisturbed run under their UIDs and nothing else. In the end the undisturbed command must
// leave the tree of an undisturbed run (tree.mjs says what is normalised), `restore` must give the mboxes back, and a run more must change nothing.
// --write puts the sums of FILE into docs/benchmarks/crash.md. Each trial has its own dice, by seed and number: --only TRIAL runs one again.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultTrial } from './fault-trial.mjs';
import { Judge } from './judge.mjs';
import { KillTrial } from './kill-trial.mjs';
import { buildShim } from './program.mjs';
import { writeResults } from './results.mjs';
import { makeSources } from './sources.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    faults: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    results: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
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
const wanted = { kills: Number(values.kills), faults: Number(values.faults) };
const work = mkdtempSync(join(tmpdir(), 'prove-crash-'));
const started = Date.now();
const done = values.results !== undefined && existsSync(values.results) ? resultsOf(values.results) : [];
const say = (line) => process.stdout.write(`${line}\n`);

function resultsOf(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).filter((one) => one.seed === seed);
}

const sum = (name) => done.reduce((total, one) => total + one[name], 0);
const isDone = () => sum('kills') >= wanted.kills && sum('faults') >= wanted.faults;
const hasTime = () => Date.now() - started < Number(values.minutes) * 60_000;

/** The trial of a number: kills and faults in turn while both are wanted. */
function trialOf(judge, number) {
  const isKill = sum('faults') >= wanted.faults || (sum('kills') < wanted.kills && number % 2 === 0);
  judge.begin(number, dice(seed * 1_000_003 + number));
  return isKill ? new KillTrial(judge, wanted.kills - sum('kills')) : new FaultTrial(judge, number >> 1);
}

async function run(judge, number) {
  const began = Date.now();
  const one = trialOf(judge, number);
  const wrong = await one.run();
  const { kills = 0, faults = 0, looked = 0, kind, title } = one;
  const result = {
    seed,
    trial: number,
    kind,
    source: one.setup.source,
    kills,
    faults,
    looked,
    wrong,
    title,
    seconds: (Date.now() - began) / 1000,
  };
  done.push(result);
  if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(result)}\n`);
  if (values.verbose) say(`${number} ${title}`);
  if (wrong.length === 0) return;
  say(`WRONG ${number} ${title}\n  ${wrong.slice(0, 12).join('\n  ')}`);
  if (values.keep) judge.keep(number);
}

mkdirSync(join(work, 'trial'));
try {
  const judge = new Judge({ work, shim: buildShim(work), sources: makeSources(join(work, 'sources'), seed) });
  await judge.prepare();
  if (values.only !== undefined) await run(judge, Number(values.only));
  else for (let next = (done.at(-1)?.trial ?? -1) + 1; !isDone() && hasTime(); next += 1) await run(judge, next);
  const runs = {};
  for (const { kind } of done) runs[kind] = (runs[kind] ?? 0) + 1;
  const wrong = done.filter((one) => one.wrong.length > 0).length;
  const seconds = Math.round(sum('seconds'));
  say(
    JSON.stringify({
      seed,
      kills: sum('kills'),
      faults: sum('faults'),
      chains: runs.kill ?? 0,
      looked: sum('looked'),
      runs,
      wrong,
      seconds,
    }),
  );
  if (values.write) writeResults(done, seed);
} finally {
  if (!values.keep) rmSync(work, { recursive: true, force: true });
  else say(`kept: ${work}`);
}
process.exitCode = values.only === undefined && !isDone() ? 75 : done.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
