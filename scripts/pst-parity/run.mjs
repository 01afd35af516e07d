// usage: node scripts/pst-parity/run.mjs [--count N] [--seed S] [--tamper] [--write]      (200 and 1; run `npm run build` before; Debian's python3-icalendar,
// python3-recurring-ical-events and python3-vobject have to be there). Makes whole, healthy PSTs and OSTs with odd content, converts each with the program, and
// compares what others read of the result with what was put in: Python's email and postal-mime every mail (folder, flags, keywords, dates, people, bodies, files at
// all depths by SHA-256), icalendar with recurring_ical_events and ical.js every occurrence of every series, vobject the contacts. Fails on any difference. A
// second run has to find all there. What differs is kept; --write puts the figures into docs/benchmarks/pst-parity.md;
// --tamper changes a flag of a mail and the time of an appointment, which has to be found.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';
import { itemDifferences } from './compare-items.mjs';
import { storedDifferences } from './compare-mail.mjs';
import { makePst } from './make.mjs';
import { calendarDifferences, mailDifferences } from './second.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    tamper: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const here = (path) => join(import.meta.dirname, path);
const PROGRAM = here('../../packages/cli/bin/mailferry.js');
const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'pst-parity-'));
const totals = {
  files: 0,
  folders: 0,
  mails: 0,
  attachments: 0,
  embedded: 0,
  events: 0,
  occurrences: 0,
  contacts: 0,
  tasks: 0,
  differences: 0,
};

async function convert(pst, target) {
  const { stdout } = await run(process.execPath, [PROGRAM, 'convert', '--json', '--fsync', 'none', pst, target], { maxBuffer: 1 << 28 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)).totals;
}

async function ask(script, directory, question = '') {
  const child = spawn('/usr/bin/python3', [here(script), directory]);
  child.stdin.end(question);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stderr !== '') throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Another flag for the first mail, and a minute more in the first appointment. */
function tamper(target, read) {
  const [{ file }] = read;
  const other = file.endsWith('F')
    ? file.slice(0, -1)
    : file.replace(/:2,([A-Z]*)/, (_, flags) => `:2,${[...new Set(`${flags}F`)].sort().join('')}`);
  renameSync(file, join(dirname(file), other.slice(dirname(file).length + 1)));
  const calendars = readdirSync(`${target}-items`).filter((name) => name.endsWith('.ics') && name.startsWith('Kalender'));
  for (const path of calendars.map((name) => join(`${target}-items`, name))) {
    const octets = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      octets
        .replace(/(BEGIN:VEVENT[\s\S]*?DTSTART;TZID=.*T\d\d)00\d\d/, '$107' + '00')
        .replace(/(BEGIN:VEVENT[\s\S]*?DTSTART;VALUE=DATE:20)\d\d/, '$101'),
    );
  }
}

async function compareMails(made, read, say) {
  const byNode = new Map(read.map((mail) => [mail.nid, mail]));
  if (byNode.size !== made.mails.length || read.length !== made.mails.length)
    say(`${made.mails.length} mails became ${read.length}, of ${byNode.size} nodes`);
  for (const mail of made.mails) {
    const stored = byNode.get(mail.nid);
    if (stored === undefined) {
      say(`node ${mail.nid} is missing`);
      continue;
    }
    const sayOf = (words) => say(`${stored.file} (${mail.class}, page ${mail.page}): ${words}`);
    storedDifferences(mail, stored, sayOf);
    await mailDifferences(stored, sayOf);
  }
}

const rangesOf = (items) =>
  JSON.stringify(Object.fromEntries(items.filter(({ kind }) => kind === 'event').map(({ key, from, to }) => [key, [from, to]])));

async function trial(number, say) {
  const [pst, target] = [join(scratch, `${number}.pst`), join(scratch, `Maildir-${number}`)];
  const made = makePst(pst, number);
  const said = (words) => say(`seed ${number}, ${made.variant}, ${made.cipher}: ${words}`);
  await convert(pst, target);
  if (values.tamper) tamper(target, await ask('read_mail.py', target));
  await compareMails(made, await ask('read_mail.py', target), said);
  itemDifferences(made.items, await ask('read_items.py', `${target}-items`, rangesOf(made.items)), said);
  if (existsSync(`${target}-items`)) calendarDifferences(`${target}-items`, made.items, said);
  const again = await convert(pst, target);
  if (again.alreadyPresent !== made.mails.length || again.read !== made.mails.length) said(`a second run says ${JSON.stringify(again)}`);
  totals.files += 1;
  for (const key of ['folders', 'attachments', 'embedded']) totals[key] += made.written[key];
  totals.mails += made.mails.length;
  for (const { kind, occurrences = [] } of made.items) {
    totals[`${kind}s`] += 1;
    totals.occurrences += occurrences.length;
  }
  return [pst, target, `${target}-items`];
}

for (let number = seed; number < seed + count; number += 1) {
  const found = [];
  const paths = await trial(number, (words) => found.push(words)).catch((error) => found.push(`seed ${number}: ${error.stack}`) && []);
  totals.differences += found.length;
  for (const words of found) console.error(words.slice(0, 1500));
  if (found.length === 0) for (const path of paths) rmSync(path, { recursive: true, force: true });
}
if (totals.differences === 0 || values.tamper) rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ seed, ...totals }));
if (values.write) {
  writeFileSync(
    here('../../docs/benchmarks/pst-parity.md'),
    `# Odd, healthy PSTs, as they were made and as others read the result

Made by \`node scripts/pst-parity/run.mjs --count ${count} --seed ${seed} --write\`, which writes this file. Each PST or OST (Unicode, ANSI, 4k pages; all ciphers) is made from a seed: folders
with names that differ in case alone, have slashes, dots, wildcards, 250 letters or none; mails of every combination of text, HTML and RTF in 14 scripts and their code pages, told, not
told or told wrongly; transport headers whole, in part, or of another message; people, subjects, files and types that nobody would choose; messages in messages; and calendars with
recurrences of every pattern, their exceptions, and ten time zones. The maker knows what it put in. Others read what \`mailferry convert\` made of it: Python's email and postal-mime each
mail, icalendar with recurring_ical_events, and ical.js each occurrence of each series, vobject each contact. A second run has to find all there.

| | |
| --- | --- |
| files | ${totals.files} |
| folders | ${totals.folders} |
| mails: folder, flags, keywords, dates, people, subject, bodies, files | ${totals.mails} |
| attachments at all depths, by SHA-256 and name | ${totals.attachments} |
| of them messages | ${totals.embedded} |
| appointments and series | ${totals.events} |
| their occurrences, in UTC | ${totals.occurrences} |
| contacts, tasks | ${totals.contacts}, ${totals.tasks} |
| **differences** | **${totals.differences}** |

Not compared: occurrences in the hours in which a clock changes, and the length of those in which one does (programs differ); months of 29 and 30 days, which
[are known to differ](../formats/mapi.md#deviations-with-reasons).
`,
  );
}
process.exitCode = totals.differences > 0 ? 1 : 0;
