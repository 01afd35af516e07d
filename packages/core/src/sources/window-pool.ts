// The windows that files are read through. All readers share them: a window that nobody holds is filled again, so a view is good only as long as
// the generation is the one that it was cut from. They lie in the memory that the kernels see and threads share; when all are held, there are others.
import { kernelMemory, SLOT_SIZE } from '../formats/content/kernel-memory.js';

/** Octets of a window: few enough that those in turn stay in the processor's cache. */
export const WINDOW_SIZE: number = SLOT_SIZE;

/** A stretch of a file in memory. */
export interface FileWindow {
  readonly buffer: Buffer;
  /** Who filled it. */
  owner: object | undefined;
  /** Offset in the file of the first octet. */
  start: number;
  /** Offset in the file behind the last octet. */
  end: number;
  /** Counts the fills: a view of an older generation shows something else. */
  generation: number;
  /** Holds that were not given back: such a window is not filled again. */
  leases: number;
}

/** Stands for the window of a file that was given back. */
export const NO_WINDOW: FileWindow = { buffer: Buffer.alloc(0), owner: undefined, start: 0, end: 0, generation: 0, leases: 0 };

/** Windows that are filled in turn while no more are held. */
const IN_TURN = 4;

const pool: FileWindow[] = [];
let next = 0;

/** A window to fill, held once: the one that was filled longest ago and that nobody holds, or another one. */
export function takeWindow(owner: object): FileWindow {
  const window = (pool.length < IN_TURN ? undefined : nextFree()) ?? anotherWindow();
  window.owner = owner;
  window.start = 0;
  window.end = 0;
  window.generation += 1;
  window.leases += 1;
  return window;
}

/** The window that shows these octets of what `owner` reads; undefined when none does. */
export function findWindow(owner: object, offset: number, length: number): FileWindow | undefined {
  return pool.find((window) => window.owner === owner && offset >= window.start && offset + length <= window.end);
}

function nextFree(): FileWindow | undefined {
  for (let tries = 0; tries < pool.length; tries++) {
    const window = pool[next];
    next = (next + 1) % pool.length;
    if (window?.leases === 0) return window;
  }
  return undefined;
}

function anotherWindow(): FileWindow {
  const buffer = kernelMemory.slot(pool.length);
  const window = {
    buffer: buffer ?? Buffer.from(new SharedArrayBuffer(WINDOW_SIZE)),
    owner: undefined,
    start: 0,
    end: 0,
    generation: 0,
    leases: 0,
  };
  // One beyond the slots is given up when it is no longer held.
  if (buffer !== undefined) pool.push(window);
  return window;
}
