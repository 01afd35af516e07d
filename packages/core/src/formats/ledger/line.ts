// The ledger, format mailferry.ledger/1 (docs/formats/ledger.md): a text file of lines, each a JSON array that begins with its kind.
//   ["mailferry.ledger/1",{created,layout,separator}]            the first line
//   ["s",number,path,folder,size,mtimeMs,ctimeMs,dev,inode]       a source file, before the first message that refers to it
//   ["f",number,path,directory,uidValidity,subscribed]            a folder of the target, likewise; `subscribed` is 1 or 0, or absent
//   ["m",f,identity,uid,date,dateSource,flags,t,n,size,crlfSize,span,{more}]   a message that is in the target
//   ["d",number,path,folder,size,mtimeMs,ctimeMs,dev,inode,fingerprint,[[path,read,{reason: count}],...],hash,state,{more}]   a source read to its end
//   ["n",source,outcome,[gap,run,gap,run,...]]                    message nodes of a PST with that outcome: their numbers are 32 times these, and 4
//   ["c",messages,time,residue,sources,[last,largest]]                            a commit: what stands before it is durable; what follows the last one never happened
// The line of a message is in message-line.ts.

import type { FolderPath } from '../../model/folder.js';
import type { ItemPlace } from '../../model/item.js';
import type { FolderCount, KnownSource, RunFacts } from '../../model/ledger.js';
import type { NodeCounts, ResumePoint } from '../../model/store.js';
import { type LedgerMessage, parseLedgerMessage } from './message-line.js';

/** Name and version of the format. */
export const LEDGER_FORMAT: string = 'mailferry.ledger/1';

/** A file that messages came from, as it was when it was read. */
export interface LedgerSource {
  readonly number: number;
  readonly path: string;
  readonly folder: FolderPath;
  readonly size: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly dev: number;
  readonly inode: number;
  /** See {@link FileState.listing}. */
  readonly listing?: string;
}

/** A source that was read to its end, with the messages that it gave. */
export interface LedgerSourceRead extends LedgerSource {
  /** Stands for the options of the run; empty when messages failed or were damaged. */
  readonly fingerprint: string;
  readonly counts: readonly FolderCount[];
  /** Where a later run can go on. */
  readonly resume?: ResumePoint;
  /** See {@link KnownSource}. */
  readonly items?: NonNullable<KnownSource['items']>;
  readonly nodes?: NodeCounts;
  readonly isOpaque?: true;
}

/** Message nodes of a source that came to the same end. */
export interface LedgerNodes {
  /** Number of the {@link LedgerSource}. */
  readonly source: number;
  readonly outcome: string;
  /** Ascending. */
  readonly nids: readonly number[];
}

/** A folder of the target. */
export interface LedgerFolder {
  readonly number: number;
  readonly path: FolderPath;
  /** Below the root; `''` for INBOX. */
  readonly directory: string;
  readonly uidValidity: number;
  /** Whether a source had it among its subscriptions; absent where none said so. */
  readonly subscribed?: boolean;
}

/** One line of a ledger. */
export type LedgerLine =
  | { readonly kind: 'head'; readonly created: number; readonly layout: string; readonly separator: string }
  | ({ readonly kind: 'source' } & LedgerSource)
  | ({ readonly kind: 'folder' } & LedgerFolder)
  | ({ readonly kind: 'message' } & LedgerMessage)
  | ({ readonly kind: 'sourceRead' } & LedgerSourceRead)
  | ({ readonly kind: 'nodes' } & LedgerNodes)
  | ({ readonly kind: 'commit' } & LedgerCommit);

/** What a commit line states. */
export interface LedgerCommit {
  readonly messages: number;
  /** Seconds since the epoch. */
  readonly time: number;
  /** Octets of the residue file that count. */
  readonly residue: number;
  /** Offset of the first of the lines `d` that hold now, which follow each other; 0 when there is none. */
  readonly sources: number;
  /** The last run that changed something, and the one that parsed the most. */
  readonly runs?: { readonly last: RunFacts; readonly largest: RunFacts };
}

/** The first line with its LF. */
export function formatLedgerHead(head: { created: number; layout: string; separator: string }): string {
  return `${JSON.stringify([LEDGER_FORMAT, head])}\n`;
}

/** A source line with its LF. */
export function formatLedgerSource(s: LedgerSource): string {
  const line = ['s', s.number, s.path, s.folder, s.size, s.mtimeMs, s.ctimeMs, s.dev, s.inode];
  return `${JSON.stringify(s.listing === undefined ? line : [...line, s.listing])}\n`;
}

/** The line of a source that was read to its end, with its LF. */
export function formatLedgerSourceRead(s: LedgerSourceRead): string {
  const counts = s.counts.map(({ path, read, filtered }) => [path, read, filtered]);
  const line = ['d', s.number, s.path, s.folder, s.size, s.mtimeMs, s.ctimeMs, s.dev, s.inode, s.fingerprint, counts];
  const { resume, listing, items, nodes } = s;
  if (!(s.isOpaque || listing || items || nodes))
    return `${JSON.stringify(resume === undefined ? line : [...line, resume.hash, resume.state])}\n`;
  const more = {
    opaque: s.isOpaque === true ? 1 : undefined,
    listing,
    items: items === undefined ? undefined : [items.read, items.filtered, items.places.map(({ format, folder }) => [format, ...folder])],
    nodes: nodes === undefined ? undefined : [nodes.expected, nodes.outcomes],
  };
  return `${JSON.stringify([...line, resume?.hash ?? 0, resume?.state ?? 0, more])}\n`;
}

/** A line of message nodes with its LF; the type of a node is not written (MS-PST 2.2.2.1: 5 bits, 0x04 for messages). */
export function formatLedgerNodes({ source, outcome, nids }: LedgerNodes): string {
  const runs: number[] = [];
  let next = 0;
  for (const nid of nids) {
    const index = nid >>> 5;
    if (index === next && runs.length > 0) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(index - next, 1);
    next = index + 1;
  }
  return `${JSON.stringify(['n', source, outcome, runs])}\n`;
}

/** A folder line with its LF. */
export function formatLedgerFolder({ number, path, directory, uidValidity, subscribed }: LedgerFolder): string {
  return `${JSON.stringify(['f', number, path, directory, uidValidity, ...(subscribed === undefined ? [] : [Number(subscribed)])])}\n`;
}

/** A commit line with its LF. */
export function formatLedgerCommit({ messages, time, residue, sources, runs }: LedgerCommit): string {
  const facts = runs === undefined ? '' : `,${JSON.stringify([runFields(runs.last), runFields(runs.largest)])}`;
  return `["c",${messages},${time},${residue},${sources}${facts}]\n`;
}

function runFields({ started, seconds, octets, read, written, updated }: RunFacts): readonly number[] {
  return [started, seconds, octets, read, written, updated];
}

function parseRuns(value: unknown): LedgerCommit['runs'] {
  const [last, largest] = Array.isArray(value) ? value.map(parseRun) : [];
  return last === undefined || largest === undefined ? undefined : { last, largest };
}

function parseRun(value: unknown): RunFacts | undefined {
  if (!Array.isArray(value) || !areNumbers(value, [0, 1, 2, 3, 4, 5])) return undefined;
  const [started = 0, seconds = 0, octets = 0, read = 0, written = 0, updated = 0] = value as readonly number[];
  return { started, seconds, octets, read, written, updated };
}

function parseFolder([, number, path, directory, uidValidity, subscribed]: readonly unknown[]): LedgerLine | undefined {
  if (typeof number !== 'number' || typeof uidValidity !== 'number' || !isPath(path) || typeof directory !== 'string') return undefined;
  const folder = { kind: 'folder', number, path, directory, uidValidity } as const;
  return subscribed === 0 || subscribed === 1 ? { ...folder, subscribed: subscribed === 1 } : folder;
}

/** One line without its LF; undefined when it is none of this format. Total. */
export function parseLedgerLine(line: string): LedgerLine | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields)) {
    return undefined;
  }
  switch (fields[0]) {
    case 'm': {
      const message = parseLedgerMessage(fields);
      return message === undefined ? undefined : { kind: 'message', ...message };
    }
    case 's': {
      const source = parseSource(fields);
      return source === undefined ? undefined : { kind: 'source', ...source };
    }
    case 'd':
      return parseSourceRead(fields);
    case 'n':
      return parseNodes(fields);
    case 'f':
      return parseFolder(fields);
    case 'c':
      return parseCommit(fields);
    case LEDGER_FORMAT:
      return parseHead(fields[1]);
    default:
      return undefined;
  }
}

function parseCommit(fields: readonly unknown[]): LedgerLine | undefined {
  if (!areNumbers(fields, [1, 2])) return undefined;
  const runs = parseRuns(fields[5]);
  return {
    kind: 'commit',
    messages: Number(fields[1]),
    time: Number(fields[2]),
    residue: Number(fields[3] ?? 0),
    sources: Number(fields[4] ?? 0),
    ...(runs === undefined ? {} : { runs }),
  };
}

function parseHead(value: unknown): LedgerLine | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const head = value as Readonly<Record<string, unknown>>;
  return { kind: 'head', created: Number(head['created']), layout: String(head['layout']), separator: String(head['separator']) };
}

function parseSourceRead(fields: readonly unknown[]): LedgerLine | undefined {
  const source = parseSource(fields);
  const counts = Array.isArray(fields[10]) ? (fields[10] as readonly unknown[]).map(parseCount) : [];
  if (source === undefined || typeof fields[9] !== 'string' || counts.includes(undefined)) {
    return undefined;
  }
  const resume = parseResume(fields[11], fields[12]);
  return {
    kind: 'sourceRead',
    ...source,
    fingerprint: fields[9],
    counts: counts.filter((count) => count !== undefined),
    ...(resume === undefined ? {} : { resume }),
    ...parseMore(fields[13]),
  };
}

function parseMore(value: unknown): Pick<LedgerSourceRead, 'isOpaque' | 'listing' | 'items' | 'nodes'> {
  const more = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { opaque, listing, items, nodes } = more;
  return {
    ...(opaque === 1 ? { isOpaque: true } : {}),
    ...(typeof listing === 'string' ? { listing } : {}),
    ...(Array.isArray(items) && areNumbers(items, [0, 1])
      ? { items: { read: Number(items[0]), filtered: Number(items[1]), places: parsePlaces(items[2]) } }
      : {}),
    ...(Array.isArray(nodes) && areNumbers(nodes, [0]) ? { nodes: { expected: Number(nodes[0]), outcomes: parseOutcomes(nodes[1]) } } : {}),
  };
}

/** Where items went: their format and the names of the folder. */
function parsePlaces(value: unknown): ItemPlace[] {
  const places: readonly unknown[] = Array.isArray(value) ? value : [];
  return places.flatMap((place): ItemPlace[] => {
    if (!Array.isArray(place) || !place.every((name) => typeof name === 'string')) return [];
    const [format, ...folder] = place;
    return format === 'vcard' || format === 'icalendar' ? [{ format, folder }] : [];
  });
}

function parseOutcomes(value: unknown): Readonly<Record<string, number>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry) => typeof entry[1] === 'number'));
}

function parseNodes(fields: readonly unknown[]): LedgerLine | undefined {
  const runs = fields[3];
  if (!areNumbers(fields, [1]) || typeof fields[2] !== 'string' || !Array.isArray(runs) || !runs.every(isCount)) return undefined;
  const nids: number[] = [];
  let index = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    index += runs[i] ?? 0;
    const end = Math.min(index + (runs[i + 1] ?? 0), MAX_NODE);
    for (; index < end; index += 1) nids.push(index * 32 + MESSAGE_NODE);
  }
  return { kind: 'nodes', source: Number(fields[1]), outcome: fields[2], nids };
}

/** nidType of a normal message, and the numbers that 27 bits have. */
const MESSAGE_NODE = 0x04;
const MAX_NODE: number = 2 ** 27;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseResume(hash: unknown, state: unknown): ResumePoint | undefined {
  if (typeof hash !== 'string' || !Array.isArray(state) || !state.every((value) => Number.isSafeInteger(value))) return undefined;
  return { hash, state };
}

function parseCount(value: unknown): FolderCount | undefined {
  if (!Array.isArray(value) || !isPath(value[0]) || typeof value[1] !== 'number') {
    return undefined;
  }
  const reasons = typeof value[2] === 'object' && value[2] !== null ? Object.entries(value[2] as Record<string, unknown>) : [];
  return { path: value[0], read: value[1], filtered: Object.fromEntries(reasons.map(([reason, count]) => [reason, Number(count)])) };
}

function parseSource(fields: readonly unknown[]): LedgerSource | undefined {
  if (!areNumbers(fields, [1, 4, 5, 6, 7, 8]) || typeof fields[2] !== 'string' || !isPath(fields[3])) {
    return undefined;
  }
  const [, number, , , size, mtimeMs, ctimeMs, dev, inode] = fields as readonly number[];
  return {
    path: fields[2],
    folder: fields[3],
    number: number ?? 0,
    size: size ?? 0,
    mtimeMs: mtimeMs ?? 0,
    ctimeMs: ctimeMs ?? 0,
    dev: dev ?? 0,
    inode: inode ?? 0,
    ...(fields[0] === 's' && typeof fields[9] === 'string' ? { listing: fields[9] } : {}),
  };
}

function isPath(value: unknown): value is FolderPath {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function areNumbers(fields: readonly unknown[], at: readonly number[]): boolean {
  return at.every((i) => typeof fields[i] === 'number');
}
