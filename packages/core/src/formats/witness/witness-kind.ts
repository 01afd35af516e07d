/** What a signature says of the octets it stands over. */
export interface Witness {
  readonly kind: WitnessKind;
  /** Undefined where nothing can be told without a key. */
  readonly holds: boolean | undefined;
}

/** Whose word it is. */
export type WitnessKind = 'dkim' | 'smime' | 'pgp';
