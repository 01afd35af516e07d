/** What kind of value a flag takes; each kind has one reader in flag-value.ts. */
export type FlagKind = 'switch' | 'count' | 'text' | 'list' | 'number' | 'size' | 'day' | 'choice';

/** A flag: the one definition that the parser, the environment, the config file, the help and the completions read. */
export interface Flag {
  /** Without the dashes: `max-size`. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  /** What a `choice` may be, and each value of a `list` that has them. */
  readonly choices?: readonly string[];
  /** The least that a `number` may be; 0 by default. */
  readonly least?: number;
  /** What shells offer for the value. */
  readonly completes?: 'file' | 'directory';
  /** The heading it stands under in the help. */
  readonly group: string;
  /** One line, lower case, no full stop. */
  readonly help: string;
  /** True for what must never be shown or kept in a report. */
  readonly isSecret?: boolean;
}

/** The environment variable of a flag: dashes to underscores, upper case. */
export function variableOf(flag: Pick<Flag, 'name'>): string {
  return `MAILFERRY_${flag.name.replaceAll('-', '_').toUpperCase()}`;
}

/** True for a flag that is followed by a value. */
export function takesValue(flag: Flag): boolean {
  return flag.kind !== 'switch' && flag.kind !== 'count';
}
