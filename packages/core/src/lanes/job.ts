/** Files to create, packed so that one message to a thread carries many. */
export interface LaneJob {
  readonly number: number;
  /** Paths joined by NUL. */
  readonly paths: string;
  /** For each file: seconds since the epoch, count of parts, then memory, offset and length of each part. */
  readonly numbers: Float64Array;
  /** What the numbers count in. */
  readonly memories: readonly SharedArrayBuffer[];
  readonly fsync: boolean;
}

/** What the thread says when a job is done; with an error the rest of the job was left. */
export interface LaneAnswer {
  readonly number: number;
  readonly error?: { readonly code: string; readonly errno: number; readonly message: string; readonly path: string };
}
