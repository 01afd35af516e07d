// usage: node scripts/dovecot-parity/run.mjs [--count N] [--seed S] [--tamper] [--write]      (300 and 1; run `npm run build` before; as root, with Dovecot)
// Makes homes as Dovecot and UW keep them, converts each with the program, and asks a real Dovecot of both, over IMAP and POP3. Fails where it says anything
// else of the Maildir than of the home: folders, subscriptions, POP3 UIDLs; of each folder UIDVALIDITY and the next UID; of each message UID, flags, keywords,
// date, size and the SHA-256 of its octets. A second run of the program has to change nothing. A home that differs is kept; --write puts the figures into
// docs/benchmarks/dovecot-parity.md; --tamper changes a flag in each Maildir, which has to be found.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { makeHome } from './home.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    tamper: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const here = (path) => join(import.meta.dirname, path);
const PROGRAM = here('../../packages/cli/bin/mailferry.js');
const UIDL = 'pop3_uidl_format=%08Xv%08Xu';
const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'dovecot-parity-'));

async function ask(directory, location) {
  const { stdout } = await run('python3', [here('../oracle/dovecot_home.py'), directory, location, UIDL], { maxBuffer: 1 << 30 });
  return JSON.parse(stdout);
}

async function convert(home, target) {
  const args = [PROGRAM, 'convert', '--json', '--from-tz', 'UTC', '--fsync', 'none', `mbox:${home}/mail:INBOX=${home}/mbox`, target];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)).totals;
}

/** Names, sizes and times of all files below a directory. */
function stateOf(directory) {
  return readdirSync(directory, { recursive: true })
    .sort()
    .map((name) => [name, statSync(join(directory, name))])
    .map(([name, { size, mtimeMs, ino }]) => [name, size, mtimeMs, ino]);
}

const octetsOf = (directory) =>
  readdirSync(directory, { recursive: true })
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')]);

/** Sets or takes the \Flagged of one message. */
function tamper(directory) {
  const [name] = readdirSync(directory).sort();
  const other = name.endsWith('F')
    ? name.slice(0, -1)
    : name.replace(/:2,([A-Z]*)/, (_, flags) => `:2,${[...new Set(`${flags}F`)].sort().join('')}`);
  renameSync(join(directory, name), join(directory, other));
}

/** A mailbox that names no UIDVALIDITY has the time at which somebody looked. */
function comparable(view, isStated) {
  return Object.fromEntries(
    Object.entries(view).map(([name, [head, messages]]) => [
      name,
      [{ ...head, uidvalidity: isStated(name) ? head.uidvalidity : 'any' }, messages],
    ]),
  );
}

/** The first thing that differs, in words; undefined when nothing does. */
function difference(before, after, isStated) {
  for (const key of ['folders', 'subscribed', 'uidl']) {
    if (!isDeepStrictEqual(before[key], after[key])) return `${key}: ${JSON.stringify(before[key])} became ${JSON.stringify(after[key])}`;
  }
  const [was, is] = [comparable(before.view, isStated), comparable(after.view, isStated)];
  for (const [name, [head, messages]] of Object.entries(was)) {
    const [ownHead, own] = is[name];
    if (!isDeepStrictEqual(head, ownHead)) return `${name}: ${JSON.stringify(head)} became ${JSON.stringify(ownHead)}`;
    const at = messages.findIndex((message, i) => !isDeepStrictEqual(message, own[i]));
    if (at >= 0) return `${name}, message ${at + 1}: ${JSON.stringify(messages[at])} became ${JSON.stringify(own[at])}`;
    if (own.length !== messages.length) return `${name}: ${messages.length} messages became ${own.length}`;
  }
  return undefined;
}

const totals = { homes: 0, folders: 0, messages: 0, keywords: 0, differences: 0 };

async function trial(number) {
  const [home, target] = [join(scratch, `home-${number}`), join(scratch, `Maildir-${number}`)];
  makeHome(home, number);
  const octets = octetsOf(home);
  const { read } = await convert(home, target);
  if (values.tamper) tamper(join(target, 'cur'));
  const [before, after] = await Promise.all([ask(home, 'mbox:~/in/mail:INBOX=~/in/mbox'), ask(target, 'maildir:~/in')]);
  const isStated = (name) => /^X-IMAP(?:base)?: /m.test(readFileSync(join(home, name === 'INBOX' ? 'mbox' : `mail/${name}`), 'latin1'));
  let found = difference(before, after, isStated);
  const state = stateOf(target);
  const again = await convert(home, target);
  if (again.alreadyPresent !== read || again.read !== read) found ??= `a second run says ${JSON.stringify(again)}`;
  if (!isDeepStrictEqual(state, stateOf(target))) found ??= 'a second run changed the Maildir';
  if (!isDeepStrictEqual(octets, octetsOf(home))) found ??= 'the source was changed';
  const folders = Object.values(before.view);
  totals.homes += 1;
  totals.folders += folders.length;
  for (const [, messages] of folders) {
    totals.messages += messages.length;
    totals.keywords += messages.filter(({ keywords }) => keywords.length > 0).length;
  }
  rmSync(target, { recursive: true });
  if (found === undefined) rmSync(home, { recursive: true });
  else {
    totals.differences += 1;
    console.error(`${home}: ${found.slice(0, 2000)}`);
  }
}

for (let number = seed; number < seed + count; number += 1) {
  await trial(number).catch((error) => {
    totals.differences += 1;
    console.error(`home ${number}: ${error.stack}`);
  });
}
if (totals.differences === 0) rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ seed, ...totals }));
if (values.write) {
  writeFileSync(
    here('../../docs/benchmarks/dovecot-parity.md'),
    `# Homes, before and after, as Dovecot sees them

Made by \`node scripts/dovecot-parity/run.mjs --count ${count} --seed ${seed} --write\`, which writes this file. Each home is as Dovecot and UW keep them, made from a seed: an INBOX and up to
a dozen folders with names in many scripts, LF and CRLF, flags, keywords, UIDs with gaps and messages that have none yet, subscriptions, quoted \`From \` lines and such in prose, attached
mail, 8-bit octets. A real Dovecot is asked of the home and of the Maildir that \`mailferry convert\` made of it, over IMAP and POP3; a second run has to change nothing, and the source has to stay.

| | |
| --- | --- |
| homes | ${totals.homes} |
| folders | ${totals.folders} |
| messages, each with UID, flags, keywords, date, size and SHA-256 of its octets | ${totals.messages} |
| of them with keywords | ${totals.keywords} |
| homes of which Dovecot says anything else: folders, subscriptions, UIDVALIDITY, next UID, UIDLs, a message | ${totals.differences} |

What is in doubt or forged is not in these homes: there Dovecot errs, and [what differs on purpose](../formats/mbox.md#deviations-from-dovecot) is pinned one by one.
A mailbox that states no UIDVALIDITY gets the time at which it is first read, from both.
`,
  );
}
process.exitCode = totals.differences > 0 ? 1 : 0;
