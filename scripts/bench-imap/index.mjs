// npm run bench:imap: mailferry against the others, on loopback and with 40 ms of round trip, each against a fresh account of one Dovecot.
// usage: node scripts/bench-imap/index.mjs [--quick] [--write]   (needs root, dovecot; takes mbsync and mailutil when they are installed)
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDovecot } from './dovecot.mjs';
import { writeHome } from './home.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const isQuick = process.argv.includes('--quick');
const MANY = isQuick ? 10_000 : 20_000;
const SOME = isQuick ? 1000 : 3000;
const FEW = isQuick ? 100 : 300;
/** Rounds of the raw script and mailferry in turn. */
const ROUNDS = isQuick ? 3 : 4;
const work = mkdtempSync(join(tmpdir(), 'mailferry-bench-'));
const has = (name) => ['/usr/bin', '/usr/sbin', '/bin'].some((path) => existsSync(join(path, name)));

// Dovecot's processes have another uid and must be able to pass.
chmodSync(work, 0o755);
const octets = writeHome(join(work, 'many'), MANY);
writeHome(join(work, 'some'), SOME);
const dovecot = await startDovecot(join(work, 'dovecot'));
const proxy = spawn(process.execPath, [join(here, 'delay-proxy.mjs'), String(dovecot.port), '20'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const slowPort = Number(await new Promise((resolve) => proxy.stdout.once('data', resolve)));

let users = 0;
const rows = [];

function node(script, ...args) {
  return [process.execPath, [join(here, script), ...args.map(String)], {}];
}

function mailferry(source, port, user) {
  const env = { ...process.env, MAILFERRY_PASSWORD: 'pw', XDG_STATE_HOME: join(work, 'state') };
  return [
    process.execPath,
    [join(root, 'packages/cli/bin/mailferry.js'), 'upload', '-q', source, `imap://${user}@127.0.0.1:${port}/`],
    { env },
  ];
}

function mbsync(source, port, user) {
  const state = join(work, `mbsync-${user}`);
  mkdirSync(state);
  const copy = join(state, 'mail');
  // mbsync notes its UIDs in the Maildir itself: it gets a copy, made before the clock starts.
  execFileSync('cp', ['-a', join(source, 'maildir'), copy]);
  const conf = join(state, 'rc');
  writeFileSync(
    conf,
    `IMAPAccount a\nHost 127.0.0.1\nPort ${port}\nUser ${user}\nPass pw\nSSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nInbox ${copy}\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\nSync Push\nCopyArrivalDate yes\nSyncState ${state}/\n`,
  );
  return ['mbsync', ['-q', '-c', conf, 'c'], {}];
}

/**
 * mailutil asks a terminal for the password: Python's pty gives it one. As root it takes no absolute path for a local file (c-client knows no
 * home for root and takes `/` for it), so it gets the path without its first slash.
 */
function mailutil(source, port, user) {
  const script = `import pty,os,sys
pid,fd=pty.fork()
if pid==0: os.execvp('mailutil',['mailutil','append',sys.argv[1],'{127.0.0.1:%s/user=%s/notls}INBOX'%(sys.argv[2],sys.argv[3])])
said=b''; sent=False
while True:
    try: chunk=os.read(fd,4096)
    except OSError: break
    if not chunk: break
    said+=chunk
    if b'assword' in said and not sent: os.write(fd,b'pw\\n'); sent=True
status=os.waitstatus_to_exitcode(os.waitpid(pid,0)[1])
if status: sys.stderr.write(said.decode('latin1'))
sys.exit(status)`;
  return ['python3', ['-c', script, join(source, 'mbox').slice(1), String(port), user], {}];
}

/** Seconds of processor of all children that have ended, with those that they waited for (proc(5): clock ticks of 10 ms). */
function childSeconds() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function countMail(user) {
  const path = join(work, 'dovecot/mail', user, 'Maildir');
  return ['cur', 'new'].reduce((sum, name) => sum + (existsSync(join(path, name)) ? readdirSync(join(path, name)).length : 0), 0);
}

async function measure(link, title, count, command) {
  const user = `u${users++}`;
  const [program, args, options] = command(link === 'loopback' ? dovecot.port : slowPort, user);
  const before = childSeconds();
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  let memory = 0;
  const poll = setInterval(() => {
    const match = /VmHWM:\s+(\d+)/.exec(existsSync(`/proc/${child.pid}/status`) ? readStatus(child.pid) : '');
    memory = Math.max(memory, Number(match?.[1] ?? 0) / 1024);
  }, 50);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(poll);
  const seconds = (performance.now() - start) / 1000;
  const processor = childSeconds() - before;
  const stored = countMail(user);
  const isGood = status === 0 && stored === count;
  if (!isGood) console.error(`${title}: status ${status}, ${stored} of ${count} stored: ${said.slice(0, 500)}`);
  const row = { link, title, count, seconds, rate: count / seconds, processor, memory, isGood, said: said.trim().slice(-200) };
  console.error(
    `${link} ${title}: ${count} in ${seconds.toFixed(2)} s, ${Math.round(row.rate)}/s, ${processor.toFixed(2)} s of processor, ${Math.round(memory)} MB${isGood ? '' : ' (INCOMPLETE)'}`,
  );
  return row;
}

/** One that is measured once. The mail stays until the end: a file system that has just deleted many files is slow for a while. */
async function single(...args) {
  const row = await measure(...args);
  rows.push(row);
  return row;
}

/** Several in turn, the first of each round another one, for the machine is never the same twice; the best of each counts. */
async function inTurn(link, contenders) {
  const found = contenders.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < contenders.length; k++) {
      const which = (round + k) % contenders.length;
      found[which].push(await measure(link, contenders[which].title, MANY, contenders[which].command));
    }
  }
  for (const [which, { title }] of contenders.entries()) {
    const good = found[which].filter(({ isGood }) => isGood);
    const best = good.toSorted((a, b) => a.seconds - b.seconds)[0] ?? found[which][0];
    const processor = Math.min(...good.map((row) => row.processor));
    const memory = Math.max(...good.map((row) => row.memory));
    const all = found[which].map(({ seconds }) => seconds.toFixed(1)).join(', ');
    rows.push({ ...best, processor, memory, title: `${title}, best of ${ROUNDS} (${all} s)` });
  }
}

function readStatus(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

const many = join(work, 'many');
const some = join(work, 'some');
for (const [link, least] of [
  ['loopback', SOME],
  ['40 ms', FEW],
]) {
  const depth = link === 'loopback' ? ['100', 1 << 20, 2] : ['200', 4 << 20, 2];
  await inTurn(link, [
    { title: 'raw script, MULTIAPPEND', command: (port, user) => node('raw.mjs', join(many, 'maildir'), port, user, ...depth) },
    { title: 'mailferry upload, mbox', command: (port, user) => mailferry(join(many, 'mbox'), port, user) },
  ]);
  await single(link, 'mailferry upload, Maildir', MANY, (port, user) => mailferry(join(many, 'maildir'), port, user));
  if (has('mbsync')) await single(link, 'mbsync', SOME, (port, user) => mbsync(some, port, user));
  if (has('mailutil') && link === 'loopback') await single(link, 'mailutil append', MANY, (port, user) => mailutil(many, port, user));
  await single(link, 'imapflow append', least, (port, user) => node('imapflow.mjs', join(some, 'maildir'), port, user, least));
  await single(link, 'Python imaplib', least, (port, user) => [
    'python3',
    [join(here, 'imaplib_append.py'), join(some, 'maildir'), String(port), user, String(least)],
    {},
  ]);
}
await single('local', 'doveadm import', MANY, (_, user) => {
  execFileSync('chown', ['-R', '5999:5999', join(many, 'maildir')]);
  execFileSync('chmod', ['755', work, many]);
  return ['doveadm', ['-c', dovecot.conf, 'import', '-s', '-u', user, `maildir:${join(many, 'maildir')}`, '', 'ALL'], {}];
});

const big = join(work, 'big.mbox');
const lines = 'x'
  .repeat(75)
  .concat('\n')
  .repeat(1 << 14);
writeFileSync(big, `From a@example.org Thu Jan  1 00:00:00 2004\nFrom: a@example.org\nSubject: large\nMessage-ID: <large@example.org>\n\n`);
for (let written = 0; written < 200e6; written += lines.length) writeFileSync(big, lines, { flag: 'a' });
const large = await single('loopback', 'mailferry upload, one message of 200 MB', 1, (port, user) => mailferry(big, port, user));

proxy.kill();
await dovecot.stop();
rmSync(work, { recursive: true, force: true });

const best = (link, start) => Math.max(...rows.filter((row) => row.link === link && row.title.startsWith(start)).map((row) => row.rate));
const ratios = [
  ['of the raw script, loopback (aim: 0.9)', best('loopback', 'mailferry upload') / best('loopback', 'raw')],
  ['of its own loopback rate at 40 ms (aim: 0.8)', best('40 ms', 'mailferry upload') / best('loopback', 'mailferry upload')],
  ['times imapflow, loopback (aim: 10)', best('loopback', 'mailferry upload') / best('loopback', 'imapflow')],
  ['times imapflow, 40 ms (aim: 100)', best('40 ms', 'mailferry upload') / best('40 ms', 'imapflow')],
];
const bad = rows.filter(({ isGood }) => !isGood).map(({ title, link, said }) => `${title} (${link}${said === '' ? '' : `: ${said}`})`);
const cheapest = (start) =>
  Math.min(
    ...rows.filter(({ link, title }) => link === 'loopback' && title.startsWith(start)).map(({ processor, count }) => processor / count),
  );
const table = rows
  .filter(({ isGood }) => isGood)
  .map(
    ({ link, title, count, seconds, rate, processor, memory }) =>
      `| ${link} | ${title} | ${count} | ${seconds.toFixed(2)} | ${Math.round(rate)} | ${processor.toFixed(2)} | ${Math.round(memory)} |`,
  )
  .join('\n');
const text = `# Uploading: figures

Made by \`npm run bench:imap${isQuick ? ' -- --quick' : ''}\` on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}, ${execFileSync('dovecot', ['--version'], { encoding: 'utf8' }).trim()} (Dovecot, Maildir).
${MANY.toLocaleString('en')} generated messages, ${(octets / 1e6).toFixed(1)} MB, mean ${(octets / MANY / 1000).toFixed(1)} KB; the slower clients send the first ${SOME.toLocaleString('en')}, at 40 ms imapflow and imaplib the first ${FEW}.
Time is that of the whole process, from its start to its end, client and server on the same processors. The raw script keeps no ledger, checks nothing and cannot go on after a cut.
It and mailferry take turns, ${ROUNDS} times; the seconds of all rounds stand in brackets, the least processor time and the most memory in the columns.

| link | client | messages | seconds | messages/s | seconds of processor, client | MB of memory, at most |
|---|---|---:|---:|---:|---:|---:|
${table}

${bad.length === 0 ? '' : `Did not end well here, and so not in the table: ${bad.join(', ')}.\n`}
Load of the machine by others, at the end: ${loadavg()[1].toFixed(1)} (mean of five minutes).

mailferry reached:

${ratios.map(([what, ratio]) => `- ${ratio.toFixed(2)} ${what}`).join('\n')}
- ${(cheapest('mailferry upload') / cheapest('raw')).toFixed(2)} times the processor time of the raw script for a message, start of the program included
- ${Math.round(large.memory)} MB of memory for a message of 200 MB (aim: 120)

What limits it on loopback is processor time, shared with the server's: a raw script only moves octets, an upload finds the messages of the source, hashes each (identity, and with
it what the ledger knows it by), brings line ends to CRLF, makes the key by which it is known again after a cut, and writes ahead. See docs/formats/imap.md, "exactly once".
`;
console.log(text);
if (process.argv.includes('--write')) writeFileSync(join(root, 'docs/benchmarks/imap.md'), text);
