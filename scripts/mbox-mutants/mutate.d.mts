/** A good mbox. */
export interface Fixture {
  readonly name: string;
  readonly octets: Buffer;
}

/** The fixtures: a name and the octets. */
export function fixtures(): Fixture[];

/** Damaged copies of files, each one to four times: the same ones for the same seed. */
export function mutants(
  count: number,
  seed: number,
  files?: readonly Fixture[],
): Generator<{ readonly name: string; readonly file: Fixture; readonly octets: Buffer }>;
