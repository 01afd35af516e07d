// usage: node scripts/source-parity/run.mjs [--count N] [--seed S] [--kind KIND] [--tamper] [--write]      (240 and 1; run `npm run build` before; as root, with Dovecot)
// Makes trees as Thunderbird, Takeout, Mailman, Apple Mail, MH, Claws Mail, Gnus, Courier, KMail, Evolution, Eudora and others leave them, knows what is in them,
// converts each with the program and asks a real Dovecot of the Maildir. Fails where a folder or a message is missing, double or too many; where octets, flags,
// keywords or the date of one are not those that it was made with; where the program does not end with 0, does not name a file that is no mail, changes the
// source, or changes the Maildir in a second run; where `verify` finds a difference or `restore` gives other octets than a source file has. A tree that differs is
// kept; --write puts the figures into docs/benchmarks/source-parity.md; --tamper sets a flag in each Maildir, which has to be found.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { utf7 } from './directories.mjs';
import { kinds, makeTree } from './make.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
    tamper: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [most, seed] = [Number(values.count), Number(values.seed)];
const here = (path) => join(import.meta.dirname, path);
const PROGRAM = here('../../packages/cli/bin/mailferry.js');
const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'source-parity-'));

/** Runs the program; gives its exit status and the last JSON object that it printed. */
async function ferry(...args) {
  const ended = await run(process.execPath, [PROGRAM, ...args, '--json'], { maxBuffer: 1 << 28 }).catch((error) => error);
  const last = ended.stdout.trimEnd().split('\n').at(-1);
  return { status: ended.code ?? 0, said: last === '' ? {} : JSON.parse(last), stderr: ended.stderr };
}

const filesBelow = (directory) =>
  readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name))
    .sort();

const stateOf = (directory) => filesBelow(directory).map((path) => [path, statSync(path).isFile() ? readFileSync(path, 'latin1') : '']);

const octetsOf = (directory) =>
  filesBelow(directory)
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')]);

/** The name of an IMAP mailbox (RFC 3501 §5.1.3). */
function fromUtf7(name) {
  return name.replace(/&([^-]*)-/g, (_, text) =>
    text === '' ? '&' : Buffer.from(text.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  );
}

/** A keyword as Dovecot can keep it: modified UTF-7 for what is not US-ASCII (docs/formats/maildir.md). */
const asKeyword = (keyword) => (/[^\x20-\x7e]/.test(keyword) ? utf7(keyword) : keyword);

/** What Maildir++ cannot keep in a name becomes `_` (docs/formats/maildir.md). */
const asStored = (path) => path.map((name) => name.replace(/[./]/g, '_').replace(/^~/, '_')).join('/');

/** Sets or takes the \Flagged of one message. */
function tamper(directory) {
  const path = filesBelow(directory).find((name) => /\/cur\/[^/]*:2,/.test(name));
  if (path === undefined) return;
  const toggled = (flags) => (flags.includes('F') ? flags.replace('F', '') : [...`${flags}F`].sort().join(''));
  renameSync(
    path,
    path.replace(/:2,([A-Z]*)/, (_, flags) => `:2,${toggled(flags)}`),
  );
}

const short = (value) => JSON.stringify(value)?.slice(0, 600);

/** The first thing that Dovecot says otherwise, in words. */
function difference({ folders, isUnordered }, { view }) {
  const is = new Map(Object.entries(view).map(([name, [, messages]]) => [fromUtf7(name), messages]));
  const was = new Map([['INBOX', []]]);
  for (const [key, messages] of folders) was.set(asStored(JSON.parse(key)), [...(was.get(asStored(JSON.parse(key))) ?? []), ...messages]);
  const [wanted, there] = [[...was.keys()].sort(), [...is.keys()].sort()];
  if (!isDeepStrictEqual(wanted, there)) {
    return `folders missing: ${short(wanted.filter((name) => !is.has(name)))}, too many: ${short(there.filter((name) => !was.has(name)))}`;
  }
  for (const [name, messages] of was) {
    const plain = is.get(name).map(({ sha256, flags, keywords, date }) => ({ sha256, flags, keywords, date }));
    const meant = messages.map((message) => ({ ...message, keywords: message.keywords.map(asKeyword).sort() }));
    const [a, b] = isUnordered ? [meant.map(short).sort(), plain.map(short).sort()] : [meant.map(short), plain.map(short)];
    const at = a.findIndex((message, i) => message !== b[i]);
    if (a.length !== b.length) return `${name}: ${b.length} messages instead of ${a.length}`;
    if (at >= 0) return `${name}, message ${at + 1}: ${b[at]} instead of ${a[at]}`;
  }
  return undefined;
}

/** A file as it was before somebody packed it. */
function unpacked(octets) {
  return octets.startsWith('\x1f\x8b') ? gunzipSync(Buffer.from(octets, 'latin1')).toString('latin1') : octets;
}

/** What `restore` gives back otherwise; there is nothing to restore where the source has no mbox. */
async function restored(home, target, back) {
  const { status, stderr } = await ferry('restore', target, back);
  if (status === 73 && stderr.includes('RESTORE_NO_LEDGER')) return undefined;
  if (status !== 0) return `restore ended with ${status}: ${stderr}`;
  const sources = new Set(octetsOf(home).map(([, octets]) => unpacked(octets)));
  const given = octetsOf(back);
  totals.restored += given.length;
  return given.filter(([, octets]) => !sources.has(octets)).map(([path]) => `restore gave octets that no source file has: ${path}`)[0];
}

const TITLES = {
  thunderbird: 'Thunderbird: profiles with mboxes and with message files',
  takeout: 'Gmail Takeout, in four languages, by label or not',
  mailman: 'Mailman 2: months, and mboxes of lists',
  appleMail: 'Apple Mail: V2 to V10, bundles',
  numbered: 'nmh, Claws Mail, Sylpheed, Gnus nnml',
  messageFiles: 'directories of `.eml`',
  maildir: 'Maildirs of Dovecot, Courier, qmail, Exim, mutt, OfflineIMAP',
  plainTree: 'pine, mutt, elm, MMDF: mboxes, some compressed',
  evolutionTree: 'Evolution before 3',
  eudoraTree: 'Eudora',
  kmailTree: 'KMail: mboxes and Maildirs',
  mixture: 'mboxes, MH and Maildirs in one tree',
};
const totals = { trees: 0, folders: 0, messages: 0, keywords: 0, left: 0, restored: 0, differences: 0 };
const byKind = new Map(kinds.map((kind) => [kind, { trees: 0, folders: 0, messages: 0, differences: 0 }]));

/** What is wrong with a Maildir that was made of a tree. */
async function faultsOf({ home, target, back }, truth, command, first) {
  if (values.tamper) tamper(target);
  const { stdout } = await run('python3', [here('../oracle/dovecot_home.py'), target, 'maildir:~/in'], { maxBuffer: 1 << 30 });
  const found = [difference(truth, JSON.parse(stdout))];
  const { leftAlone } = JSON.parse(readFileSync(`${target}.json`, 'utf8'));
  const named = new Set(leftAlone.map(({ path }) => path.slice(home.length + 1)));
  const unnamed = [...truth.left].filter((path) => !named.has(path));
  if (unnamed.length > 0) found.push(`not named as left: ${short(unnamed)}`);
  const state = stateOf(target);
  const again = await ferry(...command);
  const { read, alreadyPresent, filtered } = again.said.totals ?? {};
  if (again.status !== 0 || alreadyPresent + filtered !== read || read !== first.said.totals.read)
    found.push(`a second run says ${short(again.said.totals)}`);
  if (!isDeepStrictEqual(state, stateOf(target))) found.push('a second run changed the Maildir');
  const verified = await ferry('verify', '--from-tz', 'UTC', ...truth.args, home, target);
  if (verified.status !== 0) found.push(`verify ended with ${verified.status}: ${short(verified.said)}`);
  return [...found, await restored(home, target, back)];
}

function count({ kind, folders, left }, hasFaults) {
  const messages = [...folders.values()].flat();
  const own = byKind.get(kind);
  for (const sum of [totals, own]) {
    sum.trees += 1;
    sum.folders += folders.size;
    sum.messages += messages.length;
    sum.differences += hasFaults ? 1 : 0;
  }
  totals.left += left.size;
  totals.keywords += messages.filter(({ keywords }) => keywords.length > 0).length;
}

async function trial(number) {
  const [home, target, back] = ['tree', 'Maildir', 'back'].map((name) => join(scratch, `${name}-${number}`));
  const truth = makeTree(home, number, values.kind);
  const octets = octetsOf(home);
  const command = ['convert', '--from-tz', 'UTC', '--fsync', 'none', ...truth.args, home, target];
  const first = await ferry(...command, '--report', `${target}.json`);
  const found = first.status === 0 ? [] : [`ended with ${first.status}: ${first.stderr}`];
  if (existsSync(target))
    found.push(...(await faultsOf({ home, target, back }, truth, [...command, ...(number % 2 === 0 ? ['--thorough'] : [])], first)));
  if (!isDeepStrictEqual(octets, octetsOf(home))) found.push('the source was changed');
  const faults = found.filter((text) => text !== undefined);
  count(truth, faults.length > 0);
  if (faults.length > 0) console.error(`${home} (${truth.kind}): ${faults.join('\n    ').slice(0, 3000)}`);
  else for (const path of [home, target, back, `${target}.json`]) rmSync(path, { recursive: true, force: true });
}

for (let number = seed; number < seed + most; number += 1) {
  await trial(number).catch((error) => {
    totals.differences += 1;
    console.error(`tree ${number}: ${error.stack}`);
  });
}
if (totals.differences === 0) rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ seed, ...totals }));
if (values.write) {
  const rows = [...byKind].map(
    ([kind, { trees, folders, messages, differences }]) => `| ${TITLES[kind]} | ${trees} | ${folders} | ${messages} | ${differences} |`,
  );
  writeFileSync(
    here('../../docs/benchmarks/source-parity.md'),
    `# Trees of other programs, made from a seed, and what became of them

Made by \`node scripts/source-parity/run.mjs --count ${most} --seed ${seed} --write\`, which writes this file. The script makes trees as the programs below leave them, with names in many scripts and
mail that was quoted, attached, 8-bit, expunged, compressed, and so it knows what is in them. A real Dovecot is asked of the Maildir that \`mailferry convert\` made of each: folders, and of each
message its folder, flags, keywords, date and the SHA-256 of its octets. What is no mail has to be named, a second run has to change nothing, the source has to stay, \`verify\` has to agree,
and \`restore\` has to give back each mbox octet by octet.

| written by | trees | folders | messages | trees that differ |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
| all | ${totals.trees} | ${totals.folders} | ${totals.messages} | ${totals.differences} |

${totals.keywords} of the messages have keywords; ${totals.left} files that are no mail were named; ${totals.restored} mboxes were restored.
\`--tamper\` sets a flag in each Maildir and has to find it in all that have a message in \`cur\`.
`,
  );
}
process.exitCode = totals.differences > 0 ? 1 : 0;
