// Asks a file system what it can do by doing it, in a scratch folder of its own beside the target; what was made is removed.
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { formatBytes, formatCount } from '@mailferry/core';
import { hasGetfacl } from './survey-access.js';

/** What one check found. */
export interface Finding {
  /** Short name of the check, the same in every run. */
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'failure';
  /** What was found, one line. */
  readonly note: string;
  /** What to do about it. */
  readonly help?: string;
}

/** What is going to be written. */
export interface DoctorOptions {
  /** Messages to come; 0 when unknown. */
  readonly messages?: number;
  /** Octets to come; 0 when unknown. */
  readonly bytes?: number;
}

/** Oldest Node that is promised to work. */
const NODE_FLOOR = [20, 19] as const;

/** Checks this machine and the file system that will hold `target`. */
export function examine(target: string, options: DoctorOptions = {}): Finding[] {
  const place = nearestFolder(resolve(target));
  return [...examineMachine(), ...examineTarget(resolve(target)), ...examineFileSystem(place, options)];
}

/** Checks this machine. */
export function examineMachine(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  const node: Finding = isNew
    ? { check: 'node', outcome: 'ok', note: `Node ${process.versions.node}` }
    : {
        check: 'node',
        outcome: 'failure',
        note: `Node ${process.versions.node} is too old`,
        help: `install Node ${NODE_FLOOR.join('.')} or later`,
      };
  const cores = availableParallelism();
  const memory = Math.round(freemem() / 2 ** 20);
  return [
    node,
    { check: 'processors', outcome: 'ok', note: `${cores} ${cores === 1 ? 'core' : 'cores'}: batch runs as many jobs at a time` },
    memory < 250 * cores
      ? {
          check: 'memory',
          outcome: 'warning',
          note: `${memory} MiB free`,
          help: `a job takes up to 250 MiB: use --jobs ${Math.max(1, Math.floor(memory / 250))}`,
        }
      : { check: 'memory', outcome: 'ok', note: `${formatBytes(memory * 2 ** 20)} free` },
    hasGetfacl()
      ? { check: 'access lists', outcome: 'ok', note: 'getfacl is there: a survey names POSIX access lists' }
      : {
          check: 'access lists',
          outcome: 'warning',
          note: 'there is no getfacl: a survey sees no POSIX access lists',
          help: 'install the package acl before a survey',
        },
  ];
}

function examineTarget(target: string): Finding[] {
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return [{ check: 'target', outcome: 'ok', note: 'it will be made' }];
  if (stats.isSymbolicLink()) {
    return [{ check: 'target', outcome: 'failure', note: 'the target is a symbolic link', help: 'name the folder that it leads to' }];
  }
  if (!stats.isDirectory())
    return [
      { check: 'target', outcome: 'failure', note: 'the target is no folder', help: 'name a folder, or a path where nothing is yet' },
    ];
  const isMaildir = ['cur', 'new'].every((name) => lstatSync(join(target, name), { throwIfNoEntry: false })?.isDirectory());
  const isEmpty = readdirSync(target).length === 0;
  if (isMaildir) return [{ check: 'target', outcome: 'ok', note: 'a Maildir is there: it will be merged into, with its UIDs' }];
  return isEmpty
    ? [{ check: 'target', outcome: 'ok', note: 'an empty folder' }]
    : [
        {
          check: 'target',
          outcome: 'warning',
          note: 'a folder that is no Maildir and not empty',
          help: 'is this the right place? what is there stays',
        },
      ];
}

function examineFileSystem(place: string, options: DoctorOptions): Finding[] {
  let scratch: string;
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    scratch = mkdtempSync(join(place, '.mailferry-doctor-'));
  } catch (error) {
    return [unwritable(place, (error as NodeJS.ErrnoException).code)];
  }
  try {
    return [...examineSpace(place, options), ...NAME_CHECKS.map((check) => check(scratch)), examineRename(scratch), examineSync(scratch)];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function unwritable(place: string, code: string | undefined): Finding {
  if (code === 'EACCES') {
    return {
      check: 'writable',
      outcome: 'failure',
      note: `${place} cannot be written by this user`,
      help: 'run as the owner of the home, or as root with --owner',
    };
  }
  return {
    check: 'writable',
    outcome: 'failure',
    note: `no folder can be made in ${place} (${code ?? 'unknown'})`,
    help: 'see how its file system is mounted and whether it is full (mount, df -h, df -i), or choose another one',
  };
}

function examineSpace(place: string, { messages = 0, bytes = 0 }: DoctorOptions): Finding[] {
  const { bavail, bsize, ffree, files } = statfsSync(place);
  const free = bavail * bsize;
  // Every file takes whole blocks: half a block more for each message, on the average.
  const need = bytes + (messages * bsize) / 2;
  const space: Finding =
    need > free
      ? {
          check: 'space',
          outcome: 'failure',
          note: `${gigabytes(free)} free, ${gigabytes(need)} needed`,
          help: 'make room first: a full disk stops the run, and the same command goes on',
        }
      : { check: 'space', outcome: 'ok', note: `${gigabytes(free)} free` };
  if (files === 0) return [space, { check: 'inodes', outcome: 'ok', note: 'this file system makes inodes as it needs them' }];
  const inodes: Finding =
    messages > ffree
      ? {
          check: 'inodes',
          outcome: 'failure',
          note: `${formatCount(ffree)} free, ${formatCount(messages)} needed`,
          help: 'a Maildir takes one inode a message: use a file system that was made with more',
        }
      : { check: 'inodes', outcome: 'ok', note: `${formatCount(ffree)} free` };
  return [space, inodes];
}

const NAME_CHECKS: readonly ((scratch: string) => Finding)[] = [
  (scratch) =>
    canMake(scratch, 'a:2,S')
      ? { check: 'colon', outcome: 'ok', note: 'names may hold a colon' }
      : { check: 'colon', outcome: 'failure', note: 'names may hold no colon', help: 'use --name-separator ";" and tell Dovecot the same' },
  (scratch) =>
    canMake(scratch, 'n'.repeat(255))
      ? { check: 'name length', outcome: 'ok', note: 'names of 255 octets' }
      : {
          check: 'name length',
          outcome: 'warning',
          note: 'names of 255 octets cannot be made',
          help: 'long folder names will be shortened, and the report says which',
        },
  (scratch) => {
    canMake(scratch, 'Case');
    return lstatSync(join(scratch, 'case'), { throwIfNoEntry: false }) === undefined
      ? { check: 'case', outcome: 'ok', note: 'upper and lower case differ' }
      : {
          check: 'case',
          outcome: 'warning',
          note: 'upper and lower case are the same',
          help: 'folders whose names differ only in case will be merged, and the report says which',
        };
  },
  (scratch) => {
    canMake(scratch, 'old');
    const path = join(scratch, 'old');
    utimesSync(path, 86_400, 86_400);
    return lstatSync(path).mtimeMs === 86_400_000
      ? { check: 'dates', outcome: 'ok', note: 'files keep dates of 1970' }
      : {
          check: 'dates',
          outcome: 'failure',
          note: 'files do not keep old dates',
          help: 'the internal date of a message is the date of its file: use another file system',
        };
  },
];

function examineRename(scratch: string): Finding {
  mkdirSync(join(scratch, 'one'));
  mkdirSync(join(scratch, 'two'));
  try {
    renameSync(join(scratch, 'one'), join(scratch, 'two'));
    return { check: 'rename', outcome: 'ok', note: 'folders are published by one rename' };
  } catch {
    return {
      check: 'rename',
      outcome: 'warning',
      note: 'a folder cannot replace an empty one',
      help: 'messages are published one by one, which is slower and as safe',
    };
  }
}

function examineSync(scratch: string): Finding {
  const fd = openSync(join(scratch, 'sync'), 'w');
  try {
    const start = performance.now();
    for (let i = 0; i < 8; i += 1) {
      writeSync(fd, 'x');
      fsyncSync(fd);
    }
    const milliseconds = (performance.now() - start) / 8;
    const note = `an fsync takes ${milliseconds.toFixed(2)} ms`;
    return milliseconds > 20
      ? { check: 'fsync', outcome: 'warning', note, help: 'keep --fsync folder: one a message would be slow here' }
      : { check: 'fsync', outcome: 'ok', note };
  } finally {
    closeSync(fd);
  }
}

function canMake(scratch: string, name: string): boolean {
  try {
    closeSync(openSync(join(scratch, name), 'wx'));
    return readdirSync(scratch).includes(name);
  } catch {
    return false;
  }
}

/** The folder itself, or the nearest one above it that exists. */
function nearestFolder(path: string): string {
  for (let place = path; ; place = dirname(place)) {
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true || place === dirname(place)) return place;
  }
}

const gigabytes = (octets: number) => `${(octets / 2 ** 30).toFixed(1)} GiB`;
