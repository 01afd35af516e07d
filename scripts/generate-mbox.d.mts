/** What is true of one generated message. */
export interface GeneratedMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Octets of the content. */
  readonly size: number;
  /** SHA-256 of its CRLF form. */
  readonly sha256: string;
}

/** Makes an mbox and its truth: the same ones for the same seed. */
export function generateMbox(options?: { readonly count?: number; readonly seed?: number; readonly crlf?: boolean }): {
  readonly octets: Buffer;
  readonly truth: readonly GeneratedMessage[];
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly keywords: readonly string[];
};
