// usage (as root): node scripts/batch-chaos/run.mjs [--rounds N] [--users N] [--seed S] [--steps N] [--tamper] [--write]      (5, 30, 1, 12; run `npm run build` before)
// Runs `mailferry batch` over made homes and disturbs it at random: master and jobs are killed, stopped, hung up, told to end; a second master comes; disks of a home and of the
// state run full; mail arrives; the clock jumps (with libfaketime, where that is). At each rest, who is said to be done has as many messages in the Maildir as is said; at the end
// each message of the truth is there exactly once, with its text, its flag and a UID of its own, nobody else's, and one more run changes nothing. --tamper removes one
// message at the end, which has to be found. --write puts the figures into docs/benchmarks/batch-chaos.md. What differs is kept.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { numbers } from '../homes/mail.mjs';
import { fillHome, makeHomes, tables } from './homes.mjs';
import { judgeUser, snapshot, stored } from './judge.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    users: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '12' },
    tamper: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    inside: { type: 'string' },
  },
});
const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/mailferry.js');
const FAKETIME = ['/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1', '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1'].find(
  (path) => existsSync(path),
);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const mount = (...words) => {
  if (spawnSync('mount', words, { stdio: 'inherit' }).status !== 0) throw new Error(`mount ${words.join(' ')}`);
};

class Round {
  faults = [];
  did = {};
  #random;
  #base;
  #users;
  #child;

  constructor(seed) {
    this.seed = seed;
    this.#random = numbers(seed * 7919);
    this.#base = mkdtempSync(join(tmpdir(), 'batch-chaos-'));
    chmodSync(this.#base, 0o755);
  }

  async run() {
    this.#prepare();
    for (let n = 0; n < Number(values.steps); n += 1) {
      this.#start();
      const steps = 1 + this.#random.below(4);
      for (let k = 0; k < steps && this.#child.exitCode === null; k += 1) {
        await sleep(this.#random.below(900));
        await this.#disturb();
      }
      await this.#ended();
      await this.#atRest();
    }
    await this.#finish();
    return this;
  }

  /** Homes, passwd, and small disks, all in the mount namespace of this process. */
  #prepare() {
    this.#users = makeHomes(this.#base, Number(values.users), this.#random);
    for (const user of this.#users) {
      mkdirSync(user.home);
      if (user.trouble === 'full') mount('-t', 'tmpfs', '-o', 'size=96m,mode=0755', 'tmpfs', user.home);
      fillHome(user);
      if (user.trouble === 'full') this.#fill(join(user.home, 'filler'), 60_000);
      if (user.trouble === 'fifo') spawnSync('mkfifo', [join(user.mail, 'pipe')]);
    }
    const { manifest, passwd, group } = tables(this.#users);
    this.manifest = join(this.#base, 'users.csv');
    writeFileSync(this.manifest, manifest, { mode: 0o600 });
    mkdirSync(`${this.manifest}.batch`);
    mount('-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'tmpfs', `${this.manifest}.batch`);
    for (const [name, text] of Object.entries({ passwd, group })) {
      const path = join(this.#base, name);
      const known = readFileSync(`/etc/${name}`, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !/^u\d/.test(line));
      writeFileSync(path, `${known.join('\n')}\n${text}`, { mode: 0o644 });
      mount('--bind', path, `/etc/${name}`);
    }
  }

  /** Leaves so many octets on the file system of a path. */
  #fill(path, rest) {
    const { bavail, bsize } = statfsSync(join(path, '..'));
    writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - rest)));
  }

  #environment() {
    const { MAILFERRY_STATE: _, ...rest } = process.env;
    if (FAKETIME === undefined || !this.#random.chance(0.4)) return rest;
    this.#count('clock');
    return { ...rest, LD_PRELOAD: FAKETIME, FAKETIME: this.#random.pick(['-3d', '+2h', '-90s', '+400d', '-1h']) };
  }

  #start() {
    this.#child = this.#spawn(
      ['batch', '--json', '--jobs', '3', '--retries', '1', '--retry-wait', '1s', this.manifest],
      this.#environment(),
    );
  }

  /** The program; `said` is what came out of it. */
  #spawn(words, env = process.env) {
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env });
    child.said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        child.said += text;
      });
    child.closed = new Promise((done) => child.once('close', (status, signal) => done(status ?? signal)));
    return child;
  }

  #count(what) {
    this.did[what] = (this.did[what] ?? 0) + 1;
  }

  #fault(text) {
    this.faults.push(text.slice(0, 1500));
  }

  async #disturb() {
    const acts = [
      'kill',
      'term',
      'interrupt',
      'twice',
      'hangup',
      'killJob',
      'killJob',
      'stopJob',
      'secondMaster',
      'status',
      'arrive',
      'arrive',
      'room',
      'stateFull',
    ];
    const act = this.#random.pick(acts);
    this.#count(act);
    const signals = { kill: ['SIGKILL'], term: ['SIGTERM'], interrupt: ['SIGINT'], twice: ['SIGINT', 'SIGINT'], hangup: ['SIGHUP'] };
    for (const signal of signals[act] ?? []) {
      this.#child.kill(signal);
      await sleep(20);
    }
    if (act === 'killJob' || act === 'stopJob') await this.#hitJob(act === 'killJob');
    if (act === 'arrive') this.#arrive();
    if (act === 'room') this.#room();
    if (act === 'stateFull') this.#stateDisk(!existsSync(this.#filler()));
    if (act === 'status') await this.#status();
    if (act === 'secondMaster') await this.#secondMaster();
  }

  #filler() {
    return `${this.manifest}.batch/filler`;
  }

  #stateDisk(isFull) {
    if (isFull) this.#fill(this.#filler(), this.#random.below(3) * 4096);
    else rmSync(this.#filler(), { force: true });
  }

  #room() {
    for (const { trouble, home } of this.#users) if (trouble === 'full') rmSync(join(home, 'filler'), { force: true });
  }

  #arrive() {
    const able = this.#users.filter(({ trouble }) => trouble === undefined);
    const user = this.#random.pick(able);
    for (let n = 0; n < 3; n += 1) user.deliver(this.#random.pick(user.folders));
  }

  async #hitJob(kills) {
    const jobs = jobProcesses();
    if (jobs.length === 0) return;
    const pid = this.#random.pick(jobs);
    try {
      process.kill(pid, kills ? 'SIGKILL' : 'SIGSTOP');
      if (kills) return;
      await sleep(400);
      process.kill(pid, 'SIGCONT');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  async #secondMaster() {
    const first = this.#child;
    const second = this.#spawn(['batch', '--json', this.manifest]);
    const status = await second.closed;
    this.#sane(second, `second master ${status}`);
    if (
      first.exitCode === null &&
      first.signalCode === null &&
      !second.said.includes('"code":"BATCH_RUNNING"') &&
      !first.said.includes('"summary"')
    ) {
      this.#fault(`a second master ended with ${status}: ${second.said.slice(-600)}`);
    }
  }

  async #status() {
    const child = this.#spawn(['status', '--json', this.manifest]);
    const status = await child.closed;
    this.#sane(child, `status ${status}`);
    if (status !== 0 && status !== 1 && !(status === 66 && child.said.includes('STATE_NOT_FOUND')))
      this.#fault(`status ended with ${status}: ${child.said.slice(-600)}`);
    const lines = child.said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    this.isSaidToRun = lines.at(-1)?.isRunning === true;
    return lines.filter(({ type }) => type === 'user');
  }

  #sane({ said }, what) {
    if (/"code":"BUG"|error\[BUG|\n {4}at |Warning:/.test(said)) this.#fault(`${what}: ${said.slice(-1200)}`);
  }

  /** The batch and all jobs of it have ended. */
  async #ended() {
    const status = await Promise.race([this.#child.closed, patience()]);
    this.#sane(this.#child, `batch ${status}`);
    if (![0, 1, 74, 75, 130, 143, 129, 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(status))
      this.#fault(`the batch ended with ${status}: ${this.#child.said.slice(-800)}`);
    this.status = status;
    for (let tries = 0; jobProcesses().length > 0; tries += 1) {
      if (tries > 300) return this.#fault('a job outlives its batch');
      await sleep(100);
    }
  }

  async #atRest() {
    this.#stateDisk(false);
    const known = new Map(this.#users.map((user) => [user.user, user]));
    for (const { user, state, messages } of await this.#status()) {
      const { target, trouble } = known.get(user);
      if (state === 'done' && (trouble ?? 'full') !== 'full' && trouble !== 'fifo') this.#fault(`${user} (${trouble}) is said to be done`);
      const there = stored(target).length;
      if (state === 'done' && there !== messages) this.#fault(`${user} is said to be done with ${messages}, ${there} are in the Maildir`);
    }
    if (this.isSaidToRun) this.#fault('the batch is said to be running');
  }

  async #toTheEnd() {
    do {
      this.#start();
      await this.#ended();
    } while (![0, 1].includes(this.status) && this.faults.length === 0);
  }

  async #finish() {
    this.#room();
    await this.#toTheEnd();
    // A round that has ended is followed by one that brings over what is new.
    for (const user of this.#users) if (user.trouble === undefined) user.deliver(user.folders[0]);
    await this.#toTheEnd();
    if (values.tamper) unlinkSync(stored(this.#users.at(-1).target)[0]);
    const states = new Map((await this.#status()).map((line) => [line.user, line]));
    for (const user of this.#users) judgeUser(user, states.get(user.user), (text) => this.#fault(text));
    const before = snapshot(this.#users);
    if (!values.tamper) {
      this.#start();
      await this.#ended();
      const after = snapshot(this.#users);
      for (const path of new Set([...before.keys(), ...after.keys()]))
        if (before.get(path) !== after.get(path)) this.#fault(`a run more changed ${path}`);
    }
    this.messages = this.#users.reduce((sum, { messages }) => sum + messages.size, 0);
    this.#clean();
  }

  #clean() {
    for (const name of ['passwd', 'group']) spawnSync('umount', [`/etc/${name}`]);
    spawnSync('umount', [`${this.manifest}.batch`]);
    for (const { trouble, home } of this.#users) if (trouble === 'full') spawnSync('umount', [home]);
    if (this.faults.length === 0 || values.tamper) rmSync(this.#base, { recursive: true });
    else console.error(`kept: ${this.#base}`);
  }
}

/** Keeps no process waiting. */
const patience = () => new Promise((done) => setTimeout(done, 120_000, 'nothing in two minutes').unref());

/** Jobs that run in our mount namespace. */
function jobProcesses() {
  const ours = readlinkSync('/proc/self/ns/mnt');
  return readdirSync('/proc')
    .filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) &&
          readlinkSync(`/proc/${pid}/ns/mnt`) === ours &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('job-process.js')
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function inside() {
  const totals = { rounds: 0, users: 0, messages: 0, faults: 0, did: {} };
  for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.rounds); seed += 1) {
    const { faults, did, messages } = await new Round(seed).run();
    for (const fault of faults.slice(0, 20)) console.error(`seed ${seed}: ${fault}`);
    totals.rounds += 1;
    totals.users += Number(values.users);
    totals.messages += messages;
    totals.faults += faults.length;
    for (const [name, count] of Object.entries(did)) totals.did[name] = (totals.did[name] ?? 0) + count;
  }
  console.log(JSON.stringify(totals));
  if (values.write) writeFileSync(join(import.meta.dirname, '../../docs/benchmarks/batch-chaos.md'), page(totals));
  process.exitCode = totals.faults > 0 ? 1 : 0;
}

/** What came of it, for people. */
function page({ rounds, users, messages, faults, did }) {
  const row = (words, ...acts) => `| ${words} | ${acts.reduce((sum, act) => sum + (did[act] ?? 0), 0)} |`;
  return `# Batches in disorder

Made by \`node scripts/batch-chaos/run.mjs --rounds ${rounds} --users ${values.users} --seed ${values.seed} --steps ${values.steps} --write\`, which writes this file. Each round makes homes with odd names from a seed and starts
\`mailferry batch\` over them as root ${values.steps} times, disturbed at random; after that it is left alone until its end. Some homes are in trouble for ever (no such user, no such source, a source that the user may not read).
Whenever the batch rests, nothing is said to be running, and whoever is said to be done has as many messages in the Maildir as is said. At the end every message of the truth is there exactly once, with its text, its flag, its owner and a UID of its own, and one more
run changes no file.

| | |
| --- | --- |
| rounds | ${rounds} |
| users | ${users} |
| messages | ${messages} |
${row('batches killed (SIGKILL)', 'kill')}
${row('batches told to end (SIGTERM, SIGINT once and twice, SIGHUP)', 'term', 'interrupt', 'twice', 'hangup')}
${row('jobs killed, and stopped for a while', 'killJob', 'stopJob')}
${row('a second batch on the same state', 'secondMaster')}
${row('`status` asked meanwhile', 'status')}
${row('mail that arrived meanwhile', 'arrive')}
${row('the disk of the state run full, or given room again', 'stateFull')}
${row('batches begun with another time of day, from three days ago to a year ahead', 'clock')}
| **what was wrong** | **${faults}** |

One home has no room on its disk for its mail until a step gives it. \`--tamper\` removes one message before the end is judged, which has to be found.
`;
}

if (values.inside === undefined) {
  const words = ['--mount', '--propagation', 'private', process.execPath, ...process.argv.slice(1), '--inside', 'yes'];
  process.exitCode = spawnSync('unshare', words, { stdio: 'inherit' }).status ?? 1;
} else await inside();
