// One table: what doveadm, mb2md, UW mailutil, Python's mailbox, mbox-reader and mailferry make of the generator's 6,000 messages.
// Tools that are not installed are named as absent. Needs root for doveadm, which works as the user nobody.
// The table is printed and written to docs/benchmarks/mbox-fidelity.md.
// usage: npx tsc -b && node scripts/compare-mbox-tools.mjs [COUNT] [SEED]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { generateMbox } from './generate-mbox.mjs';

const OWN = /^(?:status|x-status|x-keywords|x-uid|x-imapbase|x-imap|content-length)[ \t]*:.*\r?\n(?:[ \t].*\r?\n)*/gim;
const { octets, truth } = generateMbox({ count: Number(argv[2] ?? 6000), seed: Number(argv[3] ?? 1) });
const work = mkdtempSync(join(tmpdir(), 'compare-mbox-'));
chmodSync(work, 0o755);
const source = join(work, 'in.mbox');
writeFileSync(source, octets);

const sha256 = (text) => createHash('sha256').update(text.replace(/\r?\n/g, '\r\n'), 'latin1').digest('hex');
const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** The content as it should be, and as it is when the mailbox's own headers and a blank line at the end are forgiven. */
function record(raw, facts = {}) {
  const text = raw.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const mended = text.slice(0, end + 1).replace(OWN, '') + text.slice(end + 1);
  return { exact: sha256(text), mended: [mended, mended.replace(/\r?\n$/, ''), `${mended}\n`].map(sha256), ...facts };
}

/** The messages of a Maildir with what Dovecot's files beside them say. */
function readMaildir(directory) {
  const names = existsSync(join(directory, 'dovecot-keywords'))
    ? readFileSync(join(directory, 'dovecot-keywords'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1])
    : [];
  const uids = new Map();
  if (existsSync(join(directory, 'dovecot-uidlist'))) {
    for (const line of readFileSync(join(directory, 'dovecot-uidlist'), 'utf8').split('\n').slice(1)) {
      const match = /^(\d+) .*?:(.*)$/.exec(line);
      if (match !== null) uids.set(match[2].split(':2,')[0], Number(match[1]));
    }
  }
  const letters = { S: '\\Seen', R: '\\Answered', F: '\\Flagged', T: '\\Deleted', D: '\\Draft' };
  return ['cur', 'new'].flatMap((part) =>
    (existsSync(join(directory, part)) ? readdirSync(join(directory, part)) : []).map((name) => {
      const [base, info = ''] = name.split(':2,');
      const flags = [...info].filter((letter) => letter in letters).map((letter) => letters[letter]);
      const keywords = [...info].filter((letter) => letter >= 'a' && letter <= 'z').map((letter) => names[letter.charCodeAt(0) - 97]);
      return record(readFileSync(join(directory, part, name)), { flags: flags.sort(), keywords: keywords.sort(), uid: uids.get(base) });
    }),
  );
}

function asNobody(home, command) {
  spawnSync('chown', ['-R', 'nobody:nogroup', home]);
  const env = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', `HOME=${home}`, 'USER=nobody', 'TZ=UTC'];
  return spawnSync('setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', ...env, ...command], { cwd: home, encoding: 'utf8' });
}

function home(name) {
  const directory = join(work, name);
  mkdirSync(join(directory, 'mail'), { recursive: true });
  mkdirSync(join(directory, 'run'));
  writeFileSync(join(directory, 'in'), octets);
  const lines = [
    'ssl = no',
    'protocols =',
    'mail_uid = nobody',
    'mail_gid = nogroup',
    'first_valid_uid = 1',
    'first_valid_gid = 1',
    'stats_writer_socket_path =',
    'log_path = /dev/stderr',
  ];
  writeFileSync(
    join(directory, 'conf'),
    `base_dir = ${directory}/run\nstate_dir = ${directory}/run\n${lines.join('\n')}\nmbox_read_locks = fcntl\nmbox_write_locks = fcntl\nnamespace inbox {\n  inbox = yes\n  separator = /\n}\n`,
  );
  return directory;
}

function doveadm(name, settings, command) {
  const directory = home(name);
  const { status, stderr } = asNobody(directory, [
    'doveadm',
    '-c',
    `${directory}/conf`,
    ...settings,
    '-o',
    'mail_location=maildir:~/M',
    ...command,
  ]);
  return { status, note: stderr.split('\n')[0].slice(0, 60), messages: readMaildir(join(directory, 'M')) };
}

const MBOX = 'mbox:~/mail:INBOX=~/in:INDEX=~/ix';
const PYTHON = 'import mailbox,sys\nmd=mailbox.Maildir(sys.argv[2])\nfor m in mailbox.mbox(sys.argv[1]): md.add(mailbox.MaildirMessage(m))';

/** Tool → what it made; undefined where it is absent. */
const TOOLS = {
  'doveadm backup': () => (has('doveadm') ? doveadm('backup', [], ['backup', '-R', MBOX]) : undefined),
  'doveadm backup, mbox_md5=all': () =>
    has('doveadm') ? doveadm('backup-all', ['-o', 'mbox_md5=all'], ['backup', '-R', MBOX]) : undefined,
  'doveadm import': () => (has('doveadm') ? doveadm('import', [], ['import', MBOX, '', 'ALL']) : undefined),
  mb2md: () => {
    if (!has('mb2md')) return undefined;
    const { status } = spawnSync('mb2md', ['-s', source, '-d', join(work, 'mb2md')], { encoding: 'utf8' });
    return { status, messages: readMaildir(join(work, 'mb2md')) };
  },
  'UW mailutil': () => {
    if (!has('mailutil')) return undefined;
    // It knows names relative to the home of its user, not of root, and writes no Maildir: it is asked for a count only.
    const { status, stdout, stderr } = asNobody(home('mailutil'), ['mailutil', 'check', 'in']);
    const count = /(\d+) total/.exec(stdout)?.[1];
    return { status, count: count === undefined ? undefined : Number(count), note: stderr.split('\n')[0].slice(0, 60) };
  },
  'Python mailbox': () => {
    if (!has('python3')) return undefined;
    const { status } = spawnSync('python3', ['-c', PYTHON, source, join(work, 'python')], { encoding: 'utf8' });
    return { status, messages: readMaildir(join(work, 'python')) };
  },
  'mbox-reader': async () => {
    const { mboxReader } = await import('mbox-reader');
    const messages = [];
    for await (const { content, flags } of mboxReader(createReadStream(source)))
      messages.push(record(content, { flags: [...flags].sort(), keywords: [] }));
    return { status: 0, messages };
  },
  mailferry: async () => {
    const { MboxFile } = await import('../packages/core/dist/sources/mbox-file.js');
    const fd = openSync(source, 'r');
    const file = MboxFile.open({ path: source, fd, size: octets.length, file: 0, folder: ['INBOX'], fallbackDate: 0, fromTz: 'UTC' });
    const messages = [...file.batches()].flat().map(({ content, flags, uid }) => {
      const system = [...flags].filter((flag) => flag.startsWith('\\')).sort();
      return record(Buffer.from(content.bytes()), {
        flags: system,
        keywords: [...flags].filter((flag) => !flag.startsWith('\\')).sort(),
        uid,
      });
    });
    closeSync(fd);
    return { status: 0, messages };
  },
};

/** Counts by content: which true messages are there, and what is right about each. */
function judge(messages) {
  const found = new Map();
  for (const message of messages) for (const hash of new Set([message.exact, ...message.mended])) found.set(hash, message);
  const score = { count: messages.length, whole: 0, exact: 0, flags: 0, keywords: 0, uids: 0 };
  for (const { sha256: hash, flags, keywords, uid } of truth) {
    const message = found.get(hash);
    if (message === undefined) continue;
    score.whole += 1;
    if (message.exact === hash) score.exact += 1;
    if (flags.join() === message.flags.join()) score.flags += 1;
    if (keywords.join() === message.keywords.join()) score.keywords += 1;
    if (message.uid === uid) score.uids += 1;
  }
  return score;
}

const lines = [];
function say(line) {
  console.log(line);
  lines.push(line);
}

say('# mbox: what the tools make of one generated file\n');
say(
  `Made by \`node scripts/compare-mbox-tools.mjs\`: ${truth.length} messages, seed ${argv[3] ?? 1}, with From_ lines in bodies, quoted ones, keywords`,
);
say('and UIDs with gaps. `whole` forgives the headers that are the mailbox’s own and the line end at the end; `octets exact` does not.\n');
say('| tool | messages | invented | whole | octets exact | flags | keywords | UIDs | exit |\n|---|---|---|---|---|---|---|---|---|');
for (const [name, run] of Object.entries(TOOLS)) {
  const made = await run();
  if (made === undefined) {
    say(`| ${name} | not installed | | | | | | | |`);
    continue;
  }
  const exit = `${made.status}${made.note ? ` (${made.note})` : ''}`;
  if (made.messages === undefined) {
    const { count } = made;
    say(`| ${name} | ${count ?? ''} | ${count === undefined ? '' : count - truth.length} | | | | | | ${exit} |`);
    continue;
  }
  const { count, whole, exact, flags, keywords, uids } = judge(made.messages);
  say(`| ${name} | ${count} | ${count - truth.length} | ${whole} | ${exact} | ${flags} | ${keywords} | ${uids} | ${exit} |`);
}
writeFileSync(new URL('../docs/benchmarks/mbox-fidelity.md', import.meta.url), `${lines.join('\n')}\n`);
rmSync(work, { recursive: true });
