// The way back: source files as they were, octet by octet, from the messages of a Maildir, its ledger and its residue. The Maildir is only read.
// Message files are found by the hash in their names, so renames by Dovecot do not matter; what the user moved to another folder is found by its size, in
// all folders. Each is compared with the ledger's hash before it is used.
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TargetError } from '../../errors.js';
import { digestCrlf } from '../../formats/content/digest.js';
import { GrowingHash } from '../../formats/content/growing-hash.js';
import type { LedgerFolder, LedgerLine, LedgerSourceRead } from '../../formats/ledger/line.js';
import type { LedgerMessage } from '../../formats/ledger/message-line.js';
import { nameKey, parseBaseName, parseFileName } from '../../formats/maildir/filename.js';
import { writeAllAt } from './control-file.js';
import { onDisk } from './disk-error.js';
import { readLedger } from './ledger-file.js';
import { readResidue } from './residue-file.js';
import { namesIn } from './scan.js';

/** A source file that was restored. */
export interface RestoredFile {
  /** As the ledger has it. */
  readonly source: string;
  readonly path: string;
  readonly size: number;
  readonly messages: number;
}

/** What stands in the way of restoring a source file. */
export interface RestoreRefusal {
  readonly source: string;
  /** What is not there any more, one line each. */
  readonly missing: readonly string[];
}

/** What a restore did. */
export interface RestoreReport {
  readonly restored: readonly RestoredFile[];
  readonly refused: readonly RestoreRefusal[];
}

/** Places that a refusal names; the rest is counted. */
const NAMED = 20;

/**
 * Writes the source files of a Maildir below a directory: the latest state of each that a run read to its end. No existing file is overwritten.
 * @throws {@link TargetError} RESTORE_NO_LEDGER when there is nothing to restore from, RESTORE_EXISTS, RESTORE_PATH_UNSAFE, and `TARGET_` with an errno
 */
export function restore(root: string, directory: string): RestoreReport {
  const ledger = onDisk(root, () => readLedger(root));
  try {
    const plan = readPlan(ledger.lines());
    const sources = [...plan.sources.values()];
    if (sources.length === 0) {
      throw new TargetError('RESTORE_NO_LEDGER', 'the ledger knows no mbox that was read to its end', {
        where: { path: root },
        help: 'restore works on a Maildir that mailferry converted from mbox files and that still has mailferry-ledger and mailferry-residue; a PST is not rebuilt',
      });
    }
    const targets = placesOf(sources, directory);
    for (const path of targets.values()) refuseExisting(path);
    return new Restore(root, plan, targets).run(ledger.residue);
  } finally {
    ledger.close();
  }
}

interface Plan {
  /** By path, the latest state. */
  readonly sources: ReadonlyMap<string, LedgerSourceRead>;
  readonly folders: ReadonlyMap<number, LedgerFolder>;
  readonly messages: ReadonlyMap<number, readonly LedgerMessage[]>;
}

function readPlan(lines: Iterable<LedgerLine>): Plan {
  const sources = new Map<string, LedgerSourceRead>();
  const folders = new Map<number, LedgerFolder>();
  const messages = new Map<number, LedgerMessage[]>();
  for (const line of lines) {
    if (line.kind === 'sourceRead' && line.isOpaque !== true) sources.set(line.path, line);
    else if (line.kind === 'folder') folders.set(line.number, line);
    else if (line.kind === 'message' && line.span !== undefined) {
      const list = messages.get(line.span.file);
      if (list === undefined) messages.set(line.span.file, [line]);
      else list.push(line);
    }
  }
  return { sources, folders, messages };
}

/** Where each source file goes. What was compressed comes back unpacked, under its name without the suffix, or beside a file that has that name. */
function placesOf(sources: readonly LedgerSourceRead[], directory: string): Map<number, string> {
  const places = new Map(sources.map((source) => [source.number, placeOf(source.path, sources, directory)]));
  const taken = new Set(places.values());
  for (const [number, place] of places) {
    const plain = place.replace(/\.(?:gz|zst|xz)$/i, '');
    if (plain === place) continue;
    const free = taken.has(plain) ? `${place}.unpacked` : plain;
    taken.add(free);
    places.set(number, free);
  }
  return places;
}

/** The place of a source file: its path below the directory that all of them have in common. */
function placeOf(path: string, sources: readonly LedgerSourceRead[], directory: string): string {
  const isSafe = path.startsWith('/') && !path.includes('\0') && path.split('/').every((name) => name !== '..' && name !== '.');
  const common = commonDirectory(sources.map((source) => source.path));
  const place = resolve(directory, relative(common, path));
  if (!isSafe || !place.startsWith(resolve(directory) + sep)) {
    throw new TargetError('RESTORE_PATH_UNSAFE', 'a path in the ledger leads out of the directory', {
      where: { path },
      help: 'somebody wrote to the ledger; restore on a copy of the Maildir from a backup',
    });
  }
  return place;
}

function commonDirectory(paths: readonly string[]): string {
  let common = dirname(paths[0] ?? '/');
  while (!paths.every((path) => path.startsWith(common === '/' ? '/' : `${common}/`))) common = dirname(common);
  return common;
}

function refuseExisting(path: string): void {
  if (existsSync(path)) {
    throw new TargetError('RESTORE_EXISTS', 'a file to be restored is there already', {
      where: { path },
      help: 'restore into an empty directory; nothing is ever overwritten',
    });
  }
}

class Restore {
  readonly #root: string;
  readonly #plan: Plan;
  readonly #targets: ReadonlyMap<number, string>;
  readonly #files = new Map<number, ReadonlyMap<string, string>>();
  /** All message files, once one is not where it was. */
  #bySize: ReadonlyMap<number, readonly string[]> | undefined;
  readonly #digests = new Map<string, string>();
  readonly #open = new Map<number, { readonly fd: number; readonly covered: number[]; readonly missing: string[] }>();

  constructor(root: string, plan: Plan, targets: ReadonlyMap<number, string>) {
    this.#root = root;
    this.#plan = plan;
    this.#targets = targets;
  }

  run(residueLength: number): RestoreReport {
    const bySource = [...this.#plan.sources.values()];
    try {
      for (const { number } of bySource) this.#begin(number);
      for (const { source, ranges, octets } of readResidue(this.#root, residueLength)) this.#put(source, ranges, octets);
      for (const { number } of bySource) for (const message of this.#plan.messages.get(number) ?? []) this.#restore(number, message);
      return this.#finish(bySource);
    } catch (error) {
      for (const [number, { fd }] of this.#open) {
        closeSync(fd);
        unlinkSync(this.#partOf(number));
      }
      throw error;
    }
  }

  /** Where a file grows until it is whole: what a killed run leaves must not look like the original. */
  #partOf(number: number): string {
    return join(dirname(this.#targets.get(number) ?? ''), `.mailferry-${number}.partial`);
  }

  #begin(number: number): void {
    const path = this.#targets.get(number) ?? '';
    const part = this.#partOf(number);
    onDisk(path, () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      rmSync(part, { force: true });
      const fd = openSync(part, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
      this.#open.set(number, { fd, covered: [], missing: [] });
    });
  }

  /** Writes octets to the ranges that they came from. */
  #put(number: number, ranges: readonly number[], octets: Uint8Array): void {
    const file = this.#open.get(number);
    if (file === undefined) return;
    let from = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const [offset, length] = [ranges[i] ?? 0, ranges[i + 1] ?? 0];
      onDisk(this.#targets.get(number) ?? '', () => writeAllAt(file.fd, octets.subarray(from, from + length), offset));
      file.covered.push(offset, offset + length);
      from += length;
    }
  }

  #restore(number: number, message: LedgerMessage): void {
    const { span } = message;
    const octets = this.#octetsOf(message);
    if (span === undefined) return;
    if (typeof octets !== 'string') this.#put(number, span.ranges, octets);
    else this.#open.get(number)?.missing.push(`offset ${span.offset}, UID ${message.uid}: ${octets}`);
  }

  /** The octets of a message, or what is wrong. */
  #octetsOf(message: LedgerMessage): Uint8Array | string {
    const path = this.#filesOf(message.folder).get(`${nameKey(message.identity)} ${message.size}`);
    if (path === undefined) return this.#moved(message) ?? 'the message is no longer in the Maildir';
    let octets: Uint8Array;
    try {
      octets = unpacked(readFileSync(path), message.size);
    } catch {
      return 'the message cannot be read';
    }
    if (octets.length !== message.size) return 'the message has another size';
    const wanted = message.storedHash ?? message.identity.slice(0, 64);
    return digestCrlf([octets]).sha256 === wanted ? octets : 'the message was altered';
  }

  /** The octets of a message that lies in another folder, under whatever name; copies may serve several messages. */
  #moved(message: LedgerMessage): Uint8Array | undefined {
    this.#bySize ??= filesBySize(this.#root);
    const wanted = message.storedHash ?? message.identity.slice(0, 64);
    for (const path of this.#bySize.get(message.size) ?? []) {
      let octets: Uint8Array | undefined;
      if (this.#digests.get(path) === undefined) {
        octets = onDisk(path, () => unpacked(readFileSync(path), message.size));
        this.#digests.set(path, digestCrlf([octets]).sha256);
      }
      if (this.#digests.get(path) !== wanted) continue;
      octets ??= onDisk(path, () => unpacked(readFileSync(path), message.size));
      if (octets.length === message.size) return octets;
    }
    return undefined;
  }

  /** Files of a folder by the hash and the size that their names hold. */
  #filesOf(folder: number): ReadonlyMap<string, string> {
    let files = this.#files.get(folder);
    if (files === undefined) {
      const directory = this.#plan.folders.get(folder)?.directory ?? '';
      files = directory.split('/').includes('..') ? new Map() : listFiles(join(this.#root, directory));
      this.#files.set(folder, files);
    }
    return files;
  }

  #finish(sources: readonly LedgerSourceRead[]): RestoreReport {
    const restored: RestoredFile[] = [];
    const refused: RestoreRefusal[] = [];
    for (const source of sources) {
      const file = this.#open.get(source.number);
      const path = this.#targets.get(source.number) ?? '';
      if (file === undefined) continue;
      const missing = file.missing.length > 0 ? file.missing : faultsOf(source, file);
      closeSync(file.fd);
      this.#open.delete(source.number);
      if (missing.length === 0) {
        const part = this.#partOf(source.number);
        utimesSync(part, source.mtimeMs / 1000, source.mtimeMs / 1000);
        onDisk(path, () => publish(part, path));
        restored.push({ source: source.path, path, size: source.size, messages: this.#plan.messages.get(source.number)?.length ?? 0 });
        continue;
      }
      unlinkSync(this.#partOf(source.number));
      const more = missing.length > NAMED ? [`and ${missing.length - NAMED} more`] : [];
      refused.push({ source: source.path, missing: [...missing.slice(0, NAMED), ...more] });
    }
    return { restored, refused };
  }
}

/** Gives a whole file its name, but none that is taken by now. */
function publish(part: string, path: string): void {
  try {
    linkSync(part, path);
  } catch {
    // It is taken, or the file system has no hard links.
    refuseExisting(path);
    renameSync(part, path);
    return;
  }
  unlinkSync(part);
}

/** What is wrong with a file of which every message was there. */
function faultsOf(source: LedgerSourceRead, file: { readonly fd: number; readonly covered: readonly number[] }): string[] {
  const gaps = gapsOf(file.covered, source.size);
  if (gaps.length > 0) return gaps.map(([start, end]) => `octets ${start} to ${end}: no record holds them`);
  const isSame = source.resume === undefined || hashOf(file.fd) === source.resume.hash;
  return isSame ? [] : ['the file as put together has another hash than the one that was read'];
}

function hashOf(fd: number): string {
  const hash = new GrowingHash();
  const piece = Buffer.allocUnsafe(1024 * 1024);
  for (let octets = readSync(fd, piece, 0, piece.length, 0); octets > 0; octets = readSync(fd, piece, 0, piece.length, hash.size)) {
    hash.update(piece.subarray(0, octets));
  }
  return hash.digest();
}

/** What a message was before Dovecot's zlib plugin, or who had it in mind, compressed its file; the file as it is when that is no message of `size` octets. */
function unpacked(octets: Uint8Array, size: number): Uint8Array {
  if (octets.length === size || octets[0] !== GZIP[0] || octets[1] !== GZIP[1]) return octets;
  try {
    return gunzipSync(octets, { maxOutputLength: Math.max(1, size) });
  } catch {
    return octets;
  }
}

/** Folders within folders that are looked at. */
const DEPTH = 40;
/** RFC 1952 §2.3.1. */
const GZIP = [0x1f, 0x8b] as const;

/** All message files of a Maildir, whatever its layout, by size. */
function filesBySize(root: string): ReadonlyMap<number, readonly string[]> {
  const files = new Map<number, string[]>();
  const waiting = [{ directory: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { directory, depth } = next;
    for (const entry of onDisk(directory, () => readdirSync(directory, { withFileTypes: true }))) {
      const path = join(directory, entry.name);
      if (!entry.isDirectory() || entry.name === 'tmp') continue;
      if (entry.name === 'cur' || entry.name === 'new') addFiles(path, files);
      else if (depth < DEPTH) waiting.push({ directory: path, depth: depth + 1 });
    }
  }
  return files;
}

function addFiles(directory: string, files: Map<number, string[]>): void {
  for (const name of onDisk(directory, () => [...namesIn(directory)])) {
    const path = join(directory, name);
    const told = /,S=(\d+)(?:[,:;!_-]|$)/.exec(name)?.[1];
    const size = told === undefined ? lstatSync(path).size : Number(told);
    const list = files.get(size);
    if (list === undefined) files.set(size, [path]);
    else list.push(path);
  }
}

function listFiles(directory: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const part of ['cur', 'new']) {
    const inside = join(directory, part);
    for (const name of onDisk(inside, () => [...namesIn(inside)])) {
      const base = parseBaseName(parseFileName(name).base);
      if (base !== undefined) files.set(`${base.key} ${base.size}`, join(inside, name));
    }
  }
  return files;
}

/** Stretches of a file of `size` octets that no pair of start and end covers, and what lies beyond the file. */
function gapsOf(covered: readonly number[], size: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < covered.length; i += 2) pairs.push([covered[i] ?? 0, covered[i + 1] ?? 0]);
  pairs.sort(([a], [b]) => a - b);
  const gaps: [number, number][] = [];
  let end = 0;
  for (const [start, stop] of pairs) {
    if (start > end) gaps.push([end, start]);
    end = Math.max(end, stop);
  }
  if (end !== size) gaps.push([Math.min(end, size), Math.max(end, size)]);
  return gaps;
}
