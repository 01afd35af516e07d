import { UsageError } from '@mailferry/core';

const UNITS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90m`, `8h`, `30` (seconds). @throws {@link UsageError} USAGE. */
export function readDuration(text: string, flag: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|)$/u.exec(text) ?? [];
  if (digits === '') throw new UsageError('USAGE', `--${flag} cannot be "${text}"`, { help: 'give a time such as 30s, 90m or 8h' });
  return Number(digits) * (UNITS[unit] ?? 1000);
}
