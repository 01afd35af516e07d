/** An own copy of the octets, damaged: the same seed gives the same damage. */
export function mutate(octets: Uint8Array, seed: number): Uint8Array;
/** What the remainder of a seed stands for. */
export const MUTATION_KINDS: readonly string[];
