import { UsageError } from '@mailferry/core';
import type { FlagValue } from './flag-value.js';

/** The value of a flag, and where it came from. */
export interface HeldValue {
  readonly value: FlagValue;
  readonly origin: 'flag' | 'environment' | 'config';
}

/** Flags that cannot be meant together, with the reason. */
const PAIRS: readonly (readonly [one: string, other: string, reason: string])[] = [
  ['quiet', 'verbose', 'one says less, the other more'],
  ['csv', 'json', 'they are two forms of the same'],
  ['dry-run', 'verify', 'where nothing is written nothing can be compared'],
  ['forecast', 'verify', 'a forecast writes nothing that could be compared'],
  ['forecast', 'report', 'a forecast brings nothing over that could be reported'],
  ['password-file', 'password-command', 'there is one password'],
  ['token-command', 'password-file', 'a token takes the place of a password'],
  ['token-command', 'password-command', 'a token takes the place of a password'],
  ['tls-insecure', 'tls-ca', 'the first trusts everybody'],
  ['tls-insecure', 'tls-fingerprint', 'the first trusts everybody'],
];
const PLACES = ['config', 'environment', 'flag'] as const;

/**
 * Of two flags that exclude each other the one of the higher place counts, as for one flag; the other is taken away.
 * @throws {@link UsageError} USAGE when both were given in the same place, or a span of time ends before it begins.
 */
export function settleExclusive(values: Map<string, HeldValue>): void {
  for (const [one, other, reason] of PAIRS) {
    const [a, b] = [values.get(one), values.get(other)];
    if (a === undefined || b === undefined || isOff(a.value) || isOff(b.value)) continue;
    if (a.origin === b.origin) {
      throw new UsageError('USAGE', `--${one} and --${other} exclude each other: ${reason}`, { help: 'give one of them' });
    }
    values.delete(PLACES.indexOf(a.origin) < PLACES.indexOf(b.origin) ? one : other);
  }
  const [since, before] = [values.get('since')?.value, values.get('before')?.value];
  if (typeof since === 'number' && typeof before === 'number' && since >= before) {
    throw new UsageError('USAGE', 'no message is delivered both since and before these days', { help: 'let --since name the earlier day' });
  }
}

function isOff(value: FlagValue): boolean {
  return value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
