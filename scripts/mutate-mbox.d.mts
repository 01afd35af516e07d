/** Damaged copies of the fixtures: the same ones for the same seed. */
export function mutants(count: number, seed: number): Generator<{ readonly name: string; readonly octets: Buffer }>;
