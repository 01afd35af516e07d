// A Maildir as a list of lines in which two runs that did the same work agree. What is normalised, and nothing else:
//   the GUID in the first line of a dovecot-uidlist (random), and its UIDVALIDITY where the source has none (time of the first run);
//   the ledger: order of its lines, numbers of its folders and sources, time of its commits, lines that later ones replaced;
//   where in a source the next run may begin to read (a saving, not a fact about what is there);
//   the residue: how its octets are cut into records (`restore` proves what it holds);
//   mailferry-keywords.sh: which of its lines names a pair of keyword and UID, and the GUIDs in it;
//   times of directories and control files; the time of first run within the ledger's first line.
// Names of message files with their times and counters, UIDs, flags, dates, modes, octets, control files and items are compared as they are.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseLedgerLine } from '../../packages/core/dist/formats/ledger/line.js';

/** Sorted lines that stand for all of the tree. */
export function linesOfTree(root) {
  const lines = [];
  walk(root, '', lines);
  return lines.sort();
}

function walk(root, below, lines) {
  for (const name of readdirSync(join(root, below))) {
    const path = join(below, name);
    const stats = lstatSync(join(root, path));
    if (stats.isDirectory()) {
      lines.push(`dir ${path} ${stats.mode.toString(8)}`);
      walk(root, path, lines);
    } else lines.push(...fileLines(root, path, stats));
  }
}

function fileLines(root, path, stats) {
  const text = readFileSync(join(root, path));
  const name = basename(path);
  if (name === 'mailferry-residue') return [`residue ${stats.mode.toString(8)}`];
  if (name === 'mailferry-ledger') return ledgerLines(text.toString('utf8'));
  const isMessage = ['cur', 'new'].includes(basename(dirname(path)));
  const time = isMessage ? ` ${Math.floor(stats.mtimeMs / 1000)}` : '';
  const octets = NORMAL[name]?.(text) ?? text;
  return [`file ${path} ${stats.mode.toString(8)}${time} ${octets.length} ${createHash('sha256').update(octets).digest('hex')}`];
}

const NORMAL = {
  'dovecot-uidlist': normalUidlist,
  // It names folders by their GUID, and a run that was killed may have cut what it says into other lines.
  'mailferry-keywords.sh': (octets) => Buffer.from(keywordPairs(octets.toString('utf8')).join('\n')),
};

function keywordPairs(text) {
  const pairs = [];
  for (const [, keyword, uids] of text.matchAll(/^add '(.*)' [0-9a-f]{32} (\S+)$/gm)) {
    for (const range of uids.split(',')) {
      const [first, last = first] = range.split(':').map(Number);
      for (let uid = first; uid <= last; uid += 1) pairs.push(`${keyword} ${uid}`);
    }
  }
  return [...new Set(pairs)].sort();
}

/** A UIDVALIDITY of today is the clock's. */
function normalUidlist(octets) {
  const text = octets.toString('latin1');
  const end = text.indexOf('\n');
  const head = text.slice(0, end).replace(/ G[0-9a-f]{32}/, ' G');
  const normal = head.replace(/ V(\d+)/, (whole, value) => (Math.abs(Number(value) - Date.now() / 1000) < 1e7 ? ' V' : whole));
  return Buffer.from(normal + text.slice(end), 'latin1');
}

function ledgerLines(text) {
  const parsed = text.split('\n').slice(0, -1).map(parseLedgerLine);
  const committed = parsed.slice(0, parsed.findLastIndex((line) => line?.kind === 'commit') + 1);
  if (committed.length < parsed.length) return ['ledger: lines after the last commit'];
  const [folders, sources, messages, read] = [new Map(), new Map(), new Map(), new Map()];
  for (const line of committed) {
    if (line === undefined) return ['ledger: a line that cannot be read'];
    if (line.kind === 'folder') folders.set(line.number, `${line.directory}`);
    if (line.kind === 'source') sources.set(line.number, `${line.path} ${line.size}`);
    if (line.kind === 'sourceRead') read.set(line.path, line);
    if (line.kind === 'message') {
      const { kind: _kind, folder, span, ...rest } = line;
      const place = span === undefined ? undefined : { ...span, file: sources.get(span.file) };
      messages.set(`${folders.get(folder)} ${line.identity}`, JSON.stringify([rest, place]));
    }
  }
  const commit = committed.at(-1);
  return [
    ...[...folders.values()].map((folder) => `ledger folder ${folder}`),
    ...[...messages].map(([key, rest]) => `ledger message ${key} ${rest}`),
    ...[...read.values()].map(({ number: _number, resume: _resume, ...rest }) => `ledger source ${JSON.stringify(rest)}`),
    `ledger counts ${commit?.messages} messages`,
  ];
}

/** The first lines in which two trees differ. */
export function treeDifference(wanted, found) {
  const [a, b] = [new Set(wanted), new Set(found)];
  const missing = wanted.filter((line) => !b.has(line)).map((line) => `- ${line}`);
  const more = found.filter((line) => !a.has(line)).map((line) => `+ ${line}`);
  const doubled = found.length - b.size === wanted.length - a.size ? [] : ['doubled lines'];
  return [...missing, ...more, ...doubled];
}
