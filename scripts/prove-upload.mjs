// Proof of `upload`: a generated home, and every mail file of a directory, go to a server; imapflow and Python's imaplib read the account back.
// SHA-256 of each message, flags, keywords, internal date, folders and subscriptions must be equal; what is refused or altered must be what
// the dry run said. Ends with 1 and a line for each difference if anything is not.
// usage: node scripts/prove-upload.mjs [--count N] [--corpus DIR]... [--server imap://USER@HOST:PORT/ PASSWORD] [--plant] [--write]
// --plant changes one flag on the server before it is read: the proof must fail.
// --write puts a line into docs/benchmarks/imap-proof.md.
// Without --server: a Dovecot of its own (as root), an account for each source. With it: a folder for each source.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestCrlf, encodeMailboxName, openStore, sortFlags, transfer } from '@mailferry/core';
import { imapTarget } from '@mailferry/imap';
import { ImapFlow } from 'imapflow';
import { startDovecot } from './bench-imap/dovecot.mjs';
import { messages } from './bench-imap/home.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const count = Number(option('--count') ?? 20_000);
const corpora = args.flatMap((arg, at) => (arg === '--corpus' ? [args[at + 1]] : []));
const at = args.indexOf('--server');
const work = mkdtempSync(join(tmpdir(), 'mailferry-proof-'));
chmodSync(work, 0o755);
const dovecot = at < 0 ? await startDovecot(join(work, 'dovecot')) : undefined;
const given = at < 0 ? undefined : { url: new URL(args[at + 1]), password: args[at + 2] };
let accounts = 0;
let failures = 0;
let title = '';
const sums = { sources: 0, messages: 0, equal: 0, refused: 0, altered: 0 };

function option(name) {
  const place = args.indexOf(name);
  return place < 0 ? undefined : args[place + 1];
}

function differ(source, text) {
  failures++;
  console.log(`DIFFERENT ${basename(source)}: ${text}`);
}

/** The n-th message of the generated home: as it is in the mbox, and what must be on the server. */
function generated(n, { text, flags, date }, isFirst) {
  const keywords = n % 5 === 0 ? ['work'] : n % 7 === 0 ? ['$Forwarded', 'work'] : [];
  const more = [...(n % 11 === 0 ? ['\\Flagged'] : []), ...(n % 13 === 0 ? ['\\Draft'] : [])];
  const marks = [flags.includes('\\Answered') ? 'A' : '', ...more.map((flag) => (flag === '\\Draft' ? 'T' : 'F'))].join('');
  const base = isFirst ? 'X-IMAPbase: 1100000000 0000000001 work $Forwarded\n' : '';
  const meta = `${base}Status: ${flags.includes('\\Seen') ? 'RO' : 'O'}\nX-Status: ${marks}\nX-Keywords: ${keywords.join(' ')}\n`;
  const stamp = new Date(date).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+).*$/, '$1 $3 $2 $5 $4');
  const end = text.indexOf('\n\n') + 1;
  const sha256 = createHash('sha256').update(text.replaceAll('\n', '\r\n')).digest('hex');
  return {
    mbox: `From p@example.org ${stamp}\n${text.slice(0, end)}${meta}${text.slice(end)}\n`,
    truth: { sha256, flags: sortFlags([...flags, ...keywords, ...more]), seconds: date / 1000 },
  };
}

/** A tree of mboxes with flags, keywords and subscriptions; gives what must be on the server. */
function generatedHome(directory) {
  const folders = ['INBOX', 'Projets/Été', 'Archiv', 'Sent'];
  const truth = [];
  const files = folders.map(() => []);
  let n = 0;
  for (const message of messages(count, 5)) {
    const which = n % 3 === 0 ? 1 + ((n / 3) % (folders.length - 1)) : 0;
    const one = generated(n++, message, files[which].length === 0);
    files[which].push(one.mbox);
    truth.push({ folder: folders[which], ...one.truth });
  }
  for (const [index, name] of folders.entries()) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), files[index].join(''));
  }
  writeFileSync(join(directory, '.subscriptions'), 'Archiv\nProjets/Été\n');
  return truth;
}

function line({ folder, sha256, flags, seconds }) {
  return `${folder} ${sha256} ${seconds} ${[...flags].sort().join(' ')}`;
}

/** What became of each message of a source: as foreseen by the dry run, or as it was. */
async function run(source, options) {
  const store = await openStore(source, { salvage: true });
  try {
    const target = await imapTarget(options);
    try {
      return await runBetween(store, target);
    } finally {
      await target[Symbol.asyncDispose]();
    }
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

function fateOf({ message, status, issues = [] }) {
  const codes = new Map(issues.map(({ code, note }) => [code, note ?? '']));
  const dropped = (codes.get('IMAP_FLAG_DROPPED') ?? '').split(' ');
  return {
    folder: message.folder.join('/'),
    status,
    isAltered: codes.has('IMAP_MESSAGE_ALTERED') || codes.has('IMAP_MESSAGE_REPAIRED'),
    isDated: !codes.has('IMAP_DATE_CLAMPED'),
    sha256: digestCrlf(message.content.chunks()).sha256,
    flags: sortFlags(message.flags).filter((flag) => !dropped.includes(flag)),
    seconds: Math.floor(message.internalDate / 1000),
  };
}

async function runBetween(store, target) {
  const fates = [];
  const report = await transfer(store, target, {
    observe: (event) => {
      if (event.type === 'delivery') fates.push(fateOf(event.delivery));
    },
  });
  const mailboxes = new Map(target.plan().folders.map(({ path, mailbox }) => [path.join('/'), mailbox]));
  const subscribed = new Set();
  for await (const folder of store.folders()) if (folder.subscribed) subscribed.add(mailboxes.get(folder.path.join('/')));
  return { fates, mailboxes, subscribed, totals: report.totals, server: target.plan().preset };
}

/** What is in these mailboxes, and which others there are. */
async function readByImapflow({ host, port, user, password }, boxes) {
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth: { user, pass: password }, logger: false });
  await client.connect();
  const found = { messages: [], folders: new Set(), subscribed: new Set() };
  for (const { path, flags, subscribed } of await client.list()) {
    // As on the wire; imapflow may have turned UTF8=ACCEPT on (Courier).
    const folder = encodeMailboxName(path);
    if (subscribed) found.subscribed.add(folder);
    if (flags.has('\\Noselect')) continue;
    found.folders.add(folder);
    if (!boxes.has(folder)) continue;
    const box = await client.mailboxOpen(path, { readOnly: true });
    for (let first = 1; first <= box.exists; first += 200) {
      const range = `${first}:${Math.min(box.exists, first + 199)}`;
      for await (const { source, flags: set, internalDate } of client.fetch(range, {
        source: true,
        flags: true,
        internalDate: true,
        uid: true,
      })) {
        const kept = [...(set ?? [])].filter((flag) => flag.toLowerCase() !== '\\recent');
        const seconds = Math.floor(new Date(internalDate).getTime() / 1000);
        found.messages.push({
          folder,
          sha256: createHash('sha256')
            .update(source ?? '')
            .digest('hex'),
          flags: kept,
          seconds,
        });
      }
    }
  }
  await client.logout();
  return found;
}

function readByImaplib({ host, port, user, password }, boxes) {
  const text = execFileSync('python3', [join(here, 'imap_read.py'), host, String(port), user], {
    input: `${password}\n${[...boxes].join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const found = { messages: [], folders: new Set(), subscribed: new Set() };
  for (const text_ of text.split('\n').slice(0, -1)) {
    const { folder, subscribed, box, ...rest } = JSON.parse(text_);
    if (folder !== undefined) found.folders.add(folder);
    else if (subscribed !== undefined) found.subscribed.add(subscribed);
    else found.messages.push({ folder: box, ...rest });
  }
  return found;
}

/** The planted fault. */
async function plant({ host, port, user, password }, mailbox) {
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth: { user, pass: password }, logger: false });
  await client.connect();
  await client.mailboxOpen(mailbox);
  await client.messageFlagsAdd('1', ['planted']);
  await client.logout();
}

/** Lines of both, each taken as often as it is there: what only one has. */
function compare(left, right) {
  const counts = new Map();
  for (const text of left) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of right) counts.set(text, (counts.get(text) ?? 0) - 1);
  return [...counts].filter(([, n]) => n !== 0);
}

/** Holds what a reader found to what was delivered. Altered messages are compared without their hash, those with another date without it. */
function judge(source, reader, found, real) {
  const boxes = new Set(real.mailboxes.values());
  const mine = found.messages.filter(({ folder }) => boxes.has(folder));
  const stored = real.fates
    .filter(({ status }) => status === 'written')
    .map((fate) => ({ ...fate, folder: real.mailboxes.get(fate.folder) }));
  const exact = stored.filter(({ isAltered, isDated }) => !isAltered && isDated);
  const rest = compare(exact.map(line), mine.map(line));
  const missing = rest.filter(([, n]) => n > 0);
  for (const [text] of missing.slice(0, 5)) differ(source, `${reader} does not find ${text}`);
  const surplus = rest.filter(([, n]) => n < 0).reduce((sum, [, n]) => sum - n, 0);
  const foreseen = stored.length - exact.length;
  if (surplus !== foreseen + missing.reduce((sum, [, n]) => sum + n, 0))
    differ(source, `${reader}: ${surplus} messages are not as sent, ${foreseen} were foreseen`);
  for (const box of boxes) if (!found.folders.has(box)) differ(source, `${reader} does not find the folder ${box}`);
  for (const box of real.subscribed) if (!found.subscribed.has(box)) differ(source, `${reader}: ${box} is not subscribed`);
  if (missing.length === 0 && reader === 'imapflow') sums.equal += exact.length;
}

async function prove(source, truth) {
  const user = given === undefined ? `proof${accounts}` : decodeURIComponent(given.url.username);
  const server = {
    host: given?.url.hostname ?? '127.0.0.1',
    port: Number(given?.url.port ?? dovecot.port),
    user,
    password: given?.password ?? 'pw',
  };
  const root = given === undefined ? '' : `proof-${Date.now()}-${accounts}`;
  accounts++;
  const options = {
    url: `imap://${encodeURIComponent(user)}@${server.host}:${server.port}/${root}`,
    password: async () => server.password,
    trust: { isInsecure: true },
    ledger: join(work, 'ledger'),
    refused: join(work, `${accounts}.refused`),
  };
  const dry = await run(source, { ...options, isDryRun: true });
  const real = await run(source, options);
  for (const kind of ['status', 'isAltered']) {
    const fates = (side) => side.fates.map((fate) => `${fate.folder} ${fate.sha256} ${fate[kind]}`);
    for (const [text] of compare(fates(dry), fates(real)).slice(0, 5)) differ(source, `the dry run and the upload differ: ${text}`);
  }
  sums.sources++;
  title = real.server;
  sums.messages += real.totals.read;
  sums.refused += real.fates.filter(({ status }) => status === 'failed').length;
  sums.altered += real.fates.filter(({ isAltered, isDated }) => isAltered || !isDated).length;
  if (truth !== undefined) {
    const generated = truth.map((one) => line(one));
    for (const [text] of compare(generated, real.fates.map(line)).slice(0, 5)) differ(source, `not what was generated: ${text}`);
  }
  if (args.includes('--plant')) await plant(server, [...real.mailboxes.values()][0]);
  const boxes = new Set(real.mailboxes.values());
  judge(source, 'imapflow', await readByImapflow(server, boxes), real);
  judge(source, 'imaplib', readByImaplib(server, boxes), real);
  const again = await run(source, options);
  if (again.totals.written !== 0) differ(source, `${again.totals.written} messages were uploaded again`);
}

function* filesOf(directory) {
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* filesOf(path);
    else if (!/\.(tsv|md|json)$/.test(name)) yield path;
  }
}

try {
  if (count > 0) {
    const home = join(work, 'home/mail');
    mkdirSync(home, { recursive: true });
    await prove(home, generatedHome(home));
  }
  for (const corpus of corpora) {
    for (const path of filesOf(corpus)) {
      try {
        await prove(path);
      } catch (error) {
        if (!/^SOURCE_/.test(error.code ?? '')) differ(path, `${error.code ?? ''} ${error.message}`);
        else console.log(`not mail: ${basename(path)} (${error.code})`);
      }
    }
  }
} finally {
  await dovecot?.stop();
  rmSync(work, { recursive: true, force: true });
}
console.log(
  `${sums.sources} sources, ${sums.messages} messages: ${sums.equal} equal in every octet, flag and date for both readers; ${sums.refused} refused and ${sums.altered} altered, as foreseen; ${failures} differences`,
);
if (args.includes('--write')) note();
process.exit(failures === 0 ? 0 : 1);

/** Puts the result in the place of the one for the same server and sources. */
function note() {
  const doc = join(here, '../docs/benchmarks/imap-proof.md');
  const what = [...(count > 0 ? [`${count.toLocaleString('en')} generated`] : []), ...corpora.map((path) => basename(path))].join(', ');
  const { sources, messages: read, equal, refused, altered } = sums;
  const cells = [title, what, sources, read, equal, refused, altered, failures, new Date().toISOString().slice(0, 10)];
  const row = `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
  const head = (text) => text.split('|').slice(1, 3).join('|');
  const lines = existsSync(doc) ? readFileSync(doc, 'utf8').split('\n') : [];
  const rows = lines.filter((text) => / \d{4}-\d\d-\d\d \|$/.test(text) && head(text) !== head(row));
  writeFileSync(
    doc,
    `# Uploads read back by independent clients

Made by \`node scripts/prove-upload.mjs [--count N] [--corpus DIR] [--server URL PASSWORD] --write\`; each run puts its line into the table.

A generated home (four folders, flags, keywords, subscriptions) and every mail file of a directory (mbox, eml, PST) are uploaded, after a dry run of each. imapflow and Python's
imaplib read the account back: octets (SHA-256), flags, keywords, internal dates, folders and subscriptions must be what was sent. What is *refused* and what is
*altered* (in octets or date, by the server or by a repair that it needs) must be what the dry run said, message by message. Each upload is run once more and must write nothing.
*Differences*: whatever was not so.

| server | sources | files | messages | equal in all respects | refused, as foreseen | altered, as foreseen | differences | date |
|---|---|---:|---:|---:|---:|---:|---:|---|
${[...rows, row].sort().join('\n')}
`,
  );
}
