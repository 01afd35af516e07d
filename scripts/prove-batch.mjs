// Proves a batch as root on a generated department: every user's mail arrives with the rights of its owner and nothing else is touched; killed at random
// again and again and resumed it comes to the same end; run once more it changes nothing, and how long that takes.
// usage (as root): node scripts/prove-batch.mjs DIRECTORY [--users 500] [--seed 1] [--kills 20] [--jobs 2] [--big SIZE] [--trace] [--keep] [--page FILE]
//   --trace  once more under strace, on the homes as they were: who opened which path
//   --page   writes what came of it as Markdown, such as docs/benchmarks/batch-proof.md
// DIRECTORY is made anew. The users are known to this script alone: it binds its own passwd and group in a mount namespace of its own (unshare(1), mount(8)).
// Run `npm run build` before.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    users: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '2' },
    big: { type: 'string' },
    trace: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    page: { type: 'string' },
    inside: { type: 'boolean', default: false },
  },
});
const base = resolve(positionals[0] ?? 'prove-batch');
const own = join(base, 'prove');
const manifest = join(own, 'users.csv');
const program = fileURLToPath(new URL('../packages/cli/bin/mailferry.js', import.meta.url));
const faults = [];

// With it Node reads certificates whenever it starts (90 ms); jobs do not inherit it, so it would only be in what they are compared with.
delete process.env.NODE_EXTRA_CA_CERTS;

if (process.getuid?.() !== 0) throw new Error('this needs root');

/** Makes the homes, and runs this script again where their users are known. */
function enter() {
  rmSync(base, { recursive: true, force: true });
  const big = values.big === undefined ? [] : ['--big', values.big];
  run(process.execPath, [script('make-homes.mjs'), base, '--users', values.users, '--seed', values.seed, ...big]);
  mkdirSync(own, { mode: 0o700 });
  copyFileSync(join(base, 'manifest.csv'), manifest);
  chmodSync(manifest, 0o600);
  for (const name of ['passwd', 'group']) {
    writeFileSync(join(own, name), readFileSync(`/etc/${name}`, 'utf8') + readFileSync(join(base, 'etc', name), 'utf8'));
  }
  const words = process.argv.slice(1).map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const bind = ['passwd', 'group'].map((name) => `mount --bind '${own}/${name}' /etc/${name}`).join(' && ');
  run('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', `${bind} && exec '${process.execPath}' ${words.join(' ')} --inside`]);
  if (!values.keep) rmSync(base, { recursive: true, force: true });
}

async function prove() {
  const { users } = JSON.parse(readFileSync(join(base, 'truth.json'), 'utf8'));
  const random = numbers(Number(values.seed));
  const looked = values.trace ? await trace(users) : undefined;
  const before = snapshot();
  const kills = await killAndResume(Number(values.kills), random);
  const first = await batch();
  compare(users, first);
  checkOthers(before, users);
  const after = snapshot();
  const again = await batch();
  sameAs(after, snapshot());
  const written = again.lines.filter(({ type }) => type === 'job').reduce((sum, { totals }) => sum + (totals?.written ?? 0), 0);
  if (written > 0) faults.push(`the second run wrote ${written} messages`);
  const facts = {
    users: users.length,
    largestSpool: Math.max(...users.map(({ user }) => sizeOf(join(base, 'var/mail', user)))),
    traced: looked,
    kills,
    // Those who were done before the last kill are not touched again, and so are not in it.
    first: first.lines.at(-1).users,
    again: {
      users: again.lines.at(-1).users,
      seconds: again.seconds,
      cpu: again.cpu,
      cpuPerJob: round(again.cpu / Math.max(1, jobsOf(again))),
    },
    nodeAlone: floor(),
    faults: faults.length,
  };
  console.log(JSON.stringify(facts));
  if (values.page !== undefined) writeFileSync(values.page, page(facts));
  for (const fault of faults.slice(0, 40)) console.log(`FAULT ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

/** What came of it, for people. */
function page({ users, largestSpool, traced, kills, again, nodeAlone, faults: count }) {
  const lines = faults.slice(0, 40).map((fault) => `- ${fault.replaceAll(base, 'BASE')}`);
  const tracing =
    traced === undefined
      ? ''
      : `- A dry run under strace named ${traced} paths below homes and spool: no process of root's opened one, and no user's process one of another user.\n`;
  return `# Proof of batches

Written by \`node scripts/prove-batch.mjs DIRECTORY --users ${values.users} --seed ${values.seed} --kills ${values.kills} --jobs ${values.jobs}${values.trace ? ' --trace' : ''}\` as root. ${cpus()[0]?.model ?? 'Unknown processor'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, load at the end ${loadavg()[0]?.toFixed(1)}.

${users} made-up homes (seed ${values.seed}; scripts/make-homes.mjs) with decoys, links to others' files and to /etc/shadow, FIFOs, hard links, unreadable and corrupt files; the largest spool has ${(largestSpool / 1e9).toFixed(2)} GB. ${values.jobs} jobs at a time.

${tracing}- Killed with SIGKILL ${kills} times at random moments, resumed, and run to its end: what each Maildir holds was compared with the truth, owner and mode of every file with the user's.
- Everything else below homes, spool and canaries is what it was: inode, owner, mode, size, time, links.
- Run once more, it wrote nothing and changed nothing, in ${again.seconds} s (aim: 45 s for 500 users on two cores) and ${again.cpu} s of CPU, ${Math.round(again.cpuPerJob * 1000)} ms a job; Node alone took ${Math.round(nodeAlone * 1000)} ms.

Faults: ${count}.
${lines.join('\n')}
`;
}

const sizeOf = (path) => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;

const jobsOf = ({ lines }) => lines.filter(({ type }) => type === 'job').length;

/** Kills the batch with SIGKILL so many times, each after a random time; the last one is let run by the caller. */
async function killAndResume(count, random) {
  let kills = 0;
  for (let n = 0; n < count; n += 1) {
    const child = spawn(process.execPath, [program, ...args()], { stdio: 'ignore' });
    const ended = new Promise((done) => child.once('exit', (status) => done(status ?? 'killed')));
    const timer = setTimeout(() => child.kill('SIGKILL'), 800 + random(Number(values.users) * 20));
    if ((await ended) === 'killed') kills += 1;
    clearTimeout(timer);
    await noJobsLeft();
  }
  return kills;
}

/** Waits until the processes of a killed batch have noticed that nobody listens. */
async function noJobsLeft() {
  for (let tries = 0; tries < 600; tries += 1) {
    if (!processes().some((text) => text.includes('job-process.js'))) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  faults.push('a process of a killed batch lives on');
}

/** Command lines of the processes whose parent died and that are jobs of ours: they run in our mount namespace. */
function processes() {
  const ours = readlinkSync('/proc/self/ns/mnt');
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/mnt`) === ours ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}

const args = () => ['batch', '--json', '--jobs', values.jobs, '--retry-wait', '1s', manifest];

/** A batch run to its end: its events, seconds on the clock, and seconds of CPU of it and all its jobs. */
async function batch() {
  const started = performance.now();
  const cpuBefore = childCpu();
  const child = spawn(process.execPath, [program, ...args()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  await new Promise((done) => (child.exitCode === null && child.signalCode === null ? child.once('exit', done) : done()));
  return { lines, seconds: round((performance.now() - started) / 1000), cpu: round(childCpu() - cpuBefore) };
}

/** Seconds of CPU of all children that have ended (proc(5), cutime and cstime in ticks of 10 ms). */
function childCpu() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Seconds of CPU of a Node that does nothing. */
function floor() {
  const before = childCpu();
  for (let n = 0; n < 10; n += 1) spawnSync(process.execPath, ['-e', '0']);
  return round((childCpu() - before) / 10);
}

/** Every user of the truth against what is in the Maildir. */
function compare(users, { lines }) {
  const ended = new Map(lines.filter(({ type }) => type === 'job').map((line) => [line.user, line]));
  for (const user of users) {
    const stored = letters(join(base, 'home', user.user, 'Maildir'));
    if (user.messages !== null && stored !== user.messages) {
      faults.push(
        `${user.user} (${user.kind}): ${stored} messages are in the Maildir, ${user.messages} are in the truth; ${JSON.stringify(ended.get(user.user)?.totals)}`,
      );
    }
    for (const path of entries(join(base, 'home', user.user, 'Maildir'))) {
      const { uid, gid, mode } = look(path);
      if (uid !== user.uid || gid !== user.gid || (mode & 0o022) !== 0)
        faults.push(`${path} belongs to ${uid}:${gid}, mode ${mode.toString(8)}`);
    }
  }
}

function letters(maildir) {
  return entries(maildir).filter((path) => /\/(?:cur|new)\/[^/]+$/.test(path)).length;
}

/** What there was before is what there was: all but what is within a user's own Maildir or its items. */
function checkOthers(before, users) {
  const now = snapshot();
  const homes = users.map(({ user }) => join(base, 'home', user));
  const isTarget = (path) => homes.some((home) => path === home || path.startsWith(`${home}/Maildir`));
  for (const [path, facts] of before)
    if (!isTarget(path) && now.get(path) !== facts) faults.push(`${path} was changed: ${facts} → ${now.get(path)}`);
  for (const path of now.keys()) if (!before.has(path) && !isTarget(path)) faults.push(`${path} was made`);
}

function sameAs(before, now) {
  for (const [path, facts] of now)
    if (before.get(path) !== facts) faults.push(`the second run changed ${path}: ${before.get(path)} → ${facts}`);
  for (const path of before.keys()) if (!now.has(path)) faults.push(`the second run removed ${path}`);
}

/** Every entry below the homes, the spool and the canaries: inode, owner, mode, size, time of change; of our ledgers the content instead of the time. */
function snapshot() {
  const found = new Map();
  for (const path of ['home', 'var', 'canary'].flatMap((name) => entries(join(base, name)))) {
    const { ino, uid, gid, mode, size, mtimeMs, nlink } = look(path);
    const isDirectory = (mode & 0o170_000) === 0o040_000;
    const last = path.endsWith('/mailferry-ledger') ? digestOf(path) : `${ino} ${mtimeMs}`;
    found.set(path, [uid, gid, mode.toString(8), nlink, isDirectory ? '' : `${size} ${last}`].join(' '));
  }
  return found;
}

function digestOf(path) {
  return createHash('sha256')
    .update(readFileSync(Buffer.from(path, 'latin1')))
    .digest('hex');
}

/** Every path below a directory, its octets as latin1: names need not be UTF-8. */
function entries(directory) {
  const found = [];
  const open = [Buffer.from(directory, 'utf8').toString('latin1')];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const name of namesIn(at)) {
      const path = `${at}/${name}`;
      found.push(path);
      if (look(path).isDirectory()) open.push(path);
    }
  }
  return found;
}

function namesIn(directory) {
  try {
    return readdirSync(Buffer.from(directory, 'latin1'), 'latin1');
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function look(path) {
  return lstatSync(Buffer.from(path, 'latin1'));
}

/** Runs the batch dry under strace: a process that is root opens nothing below a home or the spool, a process of a user nothing of another's. */
async function trace(users) {
  const log = join(own, 'trace');
  const child = spawn(
    'strace',
    [
      '-f',
      '-qq',
      '-s',
      '4096',
      '-e',
      'trace=%file,setuid,clone,clone3,fork,vfork',
      '-o',
      log,
      process.execPath,
      program,
      ...args(),
      '--dry-run',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await new Promise((done) => child.once('exit', done));
  const uids = new Map(users.map(({ uid, user }) => [uid, user]));
  const identity = new Map();
  let looked = 0;
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const [, pid = '', call = '', rest = ''] = /^(\d+)\s+(\w+)\((.*)$/.exec(line) ?? [];
    if (call === 'setuid') identity.set(pid, Number(/^\d+/.exec(rest)?.[0]));
    const [, born] = /^\d+ .*(?:clone3?|v?fork).*= (\d+)$/.exec(line) ?? [];
    if (born !== undefined && !identity.has(born)) identity.set(born, identity.get(pid) ?? 0);
    for (const [, path] of rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)) looked += judge(path, uids.get(identity.get(pid) ?? 0), call);
  }
  rmSync(log);
  return looked;
}

/** One path that a process named; 1 when it lies where mail is. */
function judge(path, user, call) {
  if (path.startsWith('/etc/shadow') || path.startsWith(`${base}/canary`)) faults.push(`${user ?? 'root'}: ${call} ${path}`);
  const [, kind, name] =
    /^(?:(home)|var\/(mail))\/([^/]+)/
      .exec(path.slice(base.length + 1))
      ?.flatMap((part, index) => (index > 0 && part === undefined ? [] : [part])) ?? [];
  if (!path.startsWith(`${base}/`) || kind === undefined) return 0;
  // Looking for the way a name leads (lstat of directories) is not reading; all else is the owner's alone.
  const isOwn = user !== undefined && (name === user || name.startsWith(`${user}.`));
  if (!isOwn) faults.push(`${user ?? 'root'}: ${call} ${path}`);
  return 1;
}

function run(command, words) {
  const { status } = spawnSync(command, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function script(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

const round = (seconds) => Math.round(seconds * 1000) / 1000;

/** Numbers below a limit, the same for the same seed (mulberry32). */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

if (values.inside) await prove();
else enter();
