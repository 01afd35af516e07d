import type { ChildProcess } from 'node:child_process';

/** What the shim shall do (shim.c). */
export interface ShimOptions {
  readonly shim: string;
  /** A file that is made anew. */
  readonly state: string;
  readonly trees?: readonly string[];
  readonly calls?: readonly string[];
  readonly at?: number;
  /** `kill`, or the name of an error. */
  readonly act?: string;
  readonly when?: 'before' | 'after' | 'torn';
  readonly hold?: boolean;
  readonly log?: string;
  readonly clock?: number;
}

/** What a run left. */
export interface ShimmedRun {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls that count. */
  readonly count: number;
  /** One of them was acted on. */
  readonly fired: boolean;
}

/** Compiles the shim into a directory; its path. */
export function buildShim(directory: string): string;

/** Starts the built program under the shim. */
export function start(args: readonly string[], options: ShimOptions): { readonly child: ChildProcess; readonly done: Promise<ShimmedRun> };
