// usage: node scripts/upload-parity/run.mjs [--count N] [--seed S] [--jobs J] [--server KIND:PORT:USER:PASSWORD[:AUTHUSER]] [--plant] [--write]
// (50, 1 and 3; run `npm run build` before; as root, with Dovecot and Python)
// Makes sources with odd names, octets, flags, keywords and dates, uploads each with the real command to an account that holds a part of it already, half of them
// through cuts and kills, and asks the server with Python's imaplib: folders, subscriptions, each message once with its octets, flags and date, and what was there
// before untouched. The dry run has to change nothing and to foresee the books and the issues; a second run has to change nothing; `verify` has to find no fault;
// another client changes, removes and adds mail, and a third run has to leave it alone; `undo` has to leave what was there, and what the user did.
// Without --server: four Dovecots of its own, with other separators, prefixes and stores. --plant changes a flag on the server, which has to be found.
// --write puts the figures into docs/benchmarks/upload-parity.md. Ends with 1 and a line for each difference.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { startDovecot } from '../bench-imap/dovecot.mjs';
import { startProxy } from '../prove-cuts/proxy.mjs';
import { accountFaults, bookFaults, expected, undoFaults, verifyFaults } from './judge.mjs';
import { crlf, makeSource, random, utf7 } from './source.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '3' },
    server: { type: 'string' },
    plant: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [count, firstSeed] = [Number(values.count), Number(values.seed)];
const here = (path) => join(import.meta.dirname, path);
const PROGRAM = here('../../packages/cli/bin/mailferry.js');
const scratch = mkdtempSync(join(tmpdir(), 'upload-parity-'));
chmodSync(scratch, 0o755);

const namespace = (separator, prefix) =>
  `namespace inbox {\n  inbox = yes\n  separator = ${separator}\n  prefix = ${prefix}
  mailbox Drafts {\n    special_use = \\Drafts\n    auto = create\n  }\n  mailbox Gesendet {\n    special_use = \\Sent\n    auto = create\n  }\n}\n`;
const DOVECOTS = [
  { prefix: '', location: 'maildir:~/Maildir', extra: '' },
  { prefix: 'INBOX.', location: 'maildir:~/Maildir', extra: namespace('.', 'INBOX.') },
  { prefix: '', location: 'maildir:~/Maildir:LAYOUT=fs', extra: namespace('/', '') },
  {
    prefix: '',
    location: 'mdbox:~/mdbox',
    extra: `${namespace('/', '')}plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n}\n`,
  },
];
/** Capabilities that the proxy hides. */
const MASKS = [
  [],
  [],
  ['MULTIAPPEND'],
  ['LITERAL+'],
  ['MULTIAPPEND', 'LITERAL+'],
  ['UIDPLUS'],
  ['UIDPLUS', 'MULTIAPPEND', 'LITERAL+'],
  ['SPECIAL-USE'],
  ['ESEARCH', 'UIDPLUS', 'MOVE'],
];

async function servers() {
  if (values.server === undefined) {
    const start = async ({ prefix, location, extra }, n) => {
      const { port, stop } = await startDovecot(join(scratch, `dovecot${n}`), { location, extra });
      return { kind: 'dovecot', prefix, port, password: 'pw', user: (seed) => `u${seed}`, stop };
    };
    return await Promise.all(DOVECOTS.map(start));
  }
  const [kind, port, user, password, authUser] = values.server.split(':');
  const name = (seed) => (authUser === undefined ? `${user}${seed}` : `${user}${process.pid}x${seed}`);
  return [{ kind, prefix: 'INBOX.', port: Number(port), password, authUser, user: name, stop: () => {} }];
}

/** Steps for the independent client; gives what the last one answers. */
async function ask({ port, password, authUser, user }, ...steps) {
  const child = promisify(execFile)('python3', [here('account.py')], { maxBuffer: 1 << 30 });
  child.child.stdin.end(`${JSON.stringify({ host: '127.0.0.1', port, user, password, authUser, steps })}\n`);
  return JSON.parse((await child).stdout);
}

/** Runs the program; gives its exit status, events and words. */
function run(password, args, onStart = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, MAILFERRY_PASSWORD: password } });
    onStart(child);
    const said = ['', ''];
    for (const [at, stream] of [child.stdout, child.stderr].entries()) stream.on('data', (chunk) => (said[at] += chunk));
    child.once('close', (status) => {
      const events = said[0].split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line)] : []));
      resolve({ status, events, words: said[1], summary: events.findLast(({ type }) => type === 'summary') });
    });
  });
}

const stamp = (rnd) => `${1 + rnd.below(28)}-Jan-${1999 + rnd.below(20)} 10:00:00 +0000`;
const foreign = (rnd, name) => [
  'append',
  name,
  ['\\Seen'],
  stamp(rnd),
  Buffer.from(`Subject: foreign ${rnd.below(1e9)}\r\n\r\nmine\r\n`).toString('base64'),
];
const isEasy = ([first, ...rest]) =>
  [first, ...rest].every((name) => /^[A-Za-z][A-Za-z0-9 _-]*\w$/.test(name)) && (rest.length === 0 || first.toUpperCase() !== 'INBOX');

/** Part of what the source has, and foreign mail, put into the account by another client. */
function prefill(rnd, source, { prefix, delimiter }) {
  const steps = [];
  for (const { path, messages } of source.folders.filter((folder) => isEasy(folder.path) && rnd.chance(40))) {
    const name = path[0] === 'INBOX' ? 'INBOX' : prefix + path.map(utf7).join(delimiter);
    if (name !== 'INBOX') steps.push(['make', name]);
    const clean = messages.filter(({ octets }) => octets.length > 1 && !/[\0\x80-\xff]|\r/.test(octets.toString('latin1')));
    for (const { octets } of rnd.some(clean, 40)) {
      steps.push(['append', name, rnd.some(['\\Seen', '\\Flagged', 'mine'], 40), stamp(rnd), crlf(octets).toString('base64')]);
    }
    if (rnd.chance(50)) steps.push(foreign(rnd, name));
  }
  return steps;
}

/** What a user does to the account between two runs. */
function edits(rnd, { boxes }) {
  const steps = [];
  for (const [name, { messages }] of Object.entries(boxes)) {
    if (messages.length === 0 || rnd.chance(50)) continue;
    const [first, second] = [rnd.one(messages), rnd.one(messages)];
    const change = first.flags.includes('\\Flagged') ? '-FLAGS' : '+FLAGS';
    steps.push(['store', name, String(first.uid), change, ['\\Flagged']]);
    if (second !== first && rnd.chance(60)) steps.push(['expunge', name, String(second.uid)]);
    if (rnd.chance(40)) steps.push(foreign(rnd, name));
  }
  return steps;
}

function cutPlan(rnd, mode, holder) {
  let left = mode === 'plain' ? 0 : 1 + rnd.below(4);
  return () => {
    if (!holder.isOn || left-- <= 0) return undefined;
    const how = mode === 'kill' ? () => holder.child?.kill('SIGKILL') : rnd.one(['reset', 'end']);
    return { direction: rnd.one(['toServer', 'toClient']), after: 1 + rnd.below(rnd.one([300, 3000, 30_000, 300_000])), how };
  };
}

/** How the program signs in. */
const signIn = ({ kind, authUser }) => [
  ...(kind === 'courier' ? ['--tls-insecure'] : []),
  ...(authUser === undefined ? [] : ['--auth-user', authUser]),
];

const totals = { sources: 0, folders: 0, messages: 0, runs: 0, cuts: 0, prefilled: 0, differences: 0 };

/** The same command until it has done what it can. Gives the last run, and the events of all. */
async function untilDone(upload, holder, faults) {
  const events = [];
  for (let attempt = 0; ; attempt++) {
    totals.runs++;
    const real = await upload((child) => (holder.child = child));
    events.push(...real.events);
    const { failures, totals: sums } = real.summary ?? {};
    if (real.status === 0 || (real.status === 1 && failures?.IMAP_MESSAGE_REFUSED === sums?.failed)) return { ...real, events };
    if (![null, 75, 74].includes(real.status)) faults.push(`exit status ${real.status}: ${real.words.slice(-600)}`);
    if (attempt === 12 || faults.length > 0) return { ...real, events };
  }
}

async function trial(seed, server) {
  const rnd = random(seed + 1_000_003);
  const directory = join(scratch, `source-${seed}`);
  const source = makeSource(directory, seed, server.kind === 'cyrus');
  const account = { ...server, user: server.user(seed) };
  const [ledger, mode, mask, holder] = [join(scratch, `ledger-${seed}`), rnd.one(['plain', 'plain', 'cut', 'kill']), rnd.one(MASKS), {}];
  const { delimiter } = await ask(account, ['read']);
  const before = await ask(account, ...prefill(rnd, source, { prefix: server.prefix, delimiter }), ['read']);
  const proxy = await startProxy(server.port, { mask, plan: cutPlan(rnd, mode, holder) });
  const common = ['--json', '--ledger', ledger, ...signIn(account)];
  const ends = ['--from-tz', 'UTC', source.location, `imap://${account.user}@127.0.0.1:${proxy.port}/`];
  const command = (name, more = [], onStart = undefined) => run(account.password, [name, ...common, ...more, ...ends], onStart);
  const faults = [];
  try {
    const dry = await command('upload', ['-n']);
    if (!isDeepStrictEqual(before, await ask(account, ['read']))) faults.push('the dry run changed the account');
    holder.isOn = true;
    const real = await untilDone((onStart) => command('upload', ['-vv'], onStart), holder, faults);
    holder.isOn = false;
    totals.cuts += proxy.cuts;
    if (values.plant) await ask(account, ['store', 'INBOX', '1:*', '+FLAGS', ['planted']]);
    const now = Date.now() / 1000;
    const after = await ask(account, ['read']);
    const wanted = new Map(source.folders.map(({ path, messages }) => [path.join('/'), messages.map((one) => expected(one, server, now))]));
    faults.push(...accountFaults({ source, before, after, events: real.events, wanted, prefix: server.prefix, now }, totals));
    faults.push(...bookFaults(wanted, { dry, real, isPlain: mode === 'plain' }));
    const verify = await command('verify');
    faults.push(...verifyFaults(wanted, verify));
    const changed = await ask(account, ...edits(rnd, after), ['read']);
    faults.push(...secondRunFaults(await command('upload'), changed, await ask(account, ['read'])));
    if (!mask.includes('MOVE')) {
      faults.push(...(await takeBack(account.password, common, real.events)));
      if (mode === 'plain') faults.push(...undoFaults({ before, after, changed, restored: await ask(account, ['read']) }));
    }
  } finally {
    await proxy.close();
  }
  totals.sources++;
  if (faults.length === 0) for (const path of [directory, ledger]) rmSync(path, { recursive: true, force: true });
  else tell(`seed ${seed} (${source.kind}, ${mode}, hidden: ${mask}, prefix "${server.prefix}"): ${source.location}`, faults);
}

function secondRunFaults({ summary, words }, changed, found) {
  const faults = summary?.totals.written === 0 ? [] : [`a second run wrote ${summary?.totals.written} ${words}`];
  return isDeepStrictEqual(changed, found) ? faults : [...faults, `a second run changed the account: ${summary?.verdict}`];
}

/** Undoes the runs, the last first; a line for each that cannot be. */
async function takeBack(password, common, events) {
  const faults = [];
  for (const id of runsOf(events)) {
    const undone = await run(password, ['undo', ...common, id]);
    if (undone.status !== 0) faults.push(`undo: ${undone.status} ${undone.words.slice(-500)}`);
  }
  return faults;
}

/** The runs that can be taken back, the last first. */
const runsOf = (events) =>
  events
    .filter(({ type }) => type === 'summary')
    .flatMap(({ next }) => next.flatMap((line) => /undo .* (\S+)$/.exec(line)?.[1] ?? []))
    .reverse();

function tell(what, faults) {
  totals.differences++;
  const lines = faults.slice(0, 8).map((fault) => `  ${fault.slice(0, 2000)}\n`);
  process.stderr.write(`${what}\n${lines.join('')}`);
}

const all = await servers();
let next = firstSeed;
const work = async () => {
  for (let seed = next++; seed < firstSeed + count; seed = next++) {
    await trial(seed, all[seed % all.length]).catch((error) => tell(`seed ${seed}`, [error.stack]));
  }
};
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
for (const { stop } of all) await stop();
if (totals.differences === 0) rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ seed: firstSeed, ...totals }));
if (values.write) note();
process.exit(totals.differences > 0 ? 1 : 0);

function note() {
  writeFileSync(
    here('../../docs/benchmarks/upload-parity.md'),
    `# Uploads of made sources, asked of the server

Made by \`node scripts/upload-parity/run.mjs --count ${count} --seed ${firstSeed} --write\`, which writes this file. Sources are made from a seed (Maildirs, mboxes, \`.eml\` trees) with names in many scripts,
with separators, wildcards and blanks, names of special folders, odd octets (NUL, carriage returns, lines of 100 KB, no header, no end), equal messages, equal Message-IDs, keywords of all sorts, dates before
1970 and after 2038. Accounts hold a part of the mail already, with other flags. Servers: four Dovecots with separators \`.\` and \`/\`, with and without a prefix, with Maildir++, LAYOUT=fs and mdbox; a proxy hides
capabilities, and in half of the trials breaks connections or kills the program at some octet. Python's imaplib says what is there: after the dry run, after the upload, after a second run behind the back of which
another client has changed, removed and added mail, and after \`undo\`. \`verify\` has to find no fault.

| | |
| --- | --- |
| sources | ${totals.sources} |
| folders | ${totals.folders} |
| messages, each with its octets, flags, keywords and date | ${totals.messages} |
| messages that were there before, with UID, octets, flags and date | ${totals.prefilled} |
| runs of the program until an upload was done | ${totals.runs} |
| connections cut, and kills | ${totals.cuts} |
| sources of which something is not as it must be | ${totals.differences} |
`,
  );
}
