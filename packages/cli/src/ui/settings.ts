import { UsageError } from '@mailferry/core';
import { readConfigFile } from './config-file.js';
import { type HeldValue, settleExclusive } from './exclusive-flags.js';
import { type Flag, variableOf } from './flag.js';
import { type FlagValue, readFlagValue } from './flag-value.js';

/** The flags of one run, each read and checked; a flag that nobody gave is absent. */
export class Settings {
  readonly #values: ReadonlyMap<string, HeldValue>;
  readonly #flags: readonly Flag[];

  constructor(flags: readonly Flag[], values: ReadonlyMap<string, HeldValue>) {
    this.#flags = flags;
    this.#values = values;
  }

  /** True for a switch that is on. */
  on(name: string): boolean {
    return this.#values.get(name)?.value === true;
  }

  /** The text of a flag, or undefined. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** The number of a flag (a count, octets, or milliseconds since the epoch), or undefined. */
  number(name: string): number | undefined {
    const value = this.#values.get(name)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  /** The values of a repeatable flag; empty when it was not given. */
  list(name: string): readonly string[] {
    const value = this.#values.get(name)?.value;
    return typeof value === 'object' ? value : [];
  }

  /** All that was set, without secrets, by flag name: for the report. */
  shown(): Record<string, FlagValue> {
    const shown: Record<string, FlagValue> = {};
    for (const flag of this.#flags) {
      const held = this.#values.get(flag.name);
      if (held !== undefined) shown[flag.name] = flag.isSecret === true ? '(not shown)' : held.value;
    }
    return shown;
  }
}

/** What {@link readSettings} reads from. */
export interface SettingsInput {
  /** Flags of the command. */
  readonly flags: readonly Flag[];
  /** Flags of all commands: a config file may serve several. */
  readonly known: readonly Flag[];
  /** What was typed, by flag name. */
  readonly typed: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Merges flag > environment > config file; a list of a higher place replaces the whole list of a lower one.
 *
 * @throws {@link UsageError} USAGE for a value that cannot be read or flags that exclude each other, CONFIG_* for the config file.
 */
export function readSettings(input: SettingsInput): Settings {
  const values = new Map<string, HeldValue>();
  const configFlag = input.known.find((flag) => flag.name === 'config');
  const fromEnvironment = environmentOf(input);
  const path = input.typed.get('config')?.at(-1) ?? (configFlag && fromEnvironment.get('config')?.at(-1));
  const fromConfig = path === undefined ? new Map<string, readonly string[]>() : readConfigFile(path, input.known);
  for (const flag of input.flags) {
    const typed = input.typed.get(flag.name);
    const variable = fromEnvironment.get(flag.name);
    const config = fromConfig.get(flag.name);
    if (typed !== undefined) values.set(flag.name, { value: readFlagValue(flag, typed, `--${flag.name}`), origin: 'flag' });
    else if (variable !== undefined)
      values.set(flag.name, { value: readFlagValue(flag, variable, variableOf(flag)), origin: 'environment' });
    else if (config !== undefined) values.set(flag.name, { value: readConfigValue(flag, config, path ?? ''), origin: 'config' });
  }
  settleExclusive(values);
  return new Settings(input.flags, values);
}

/** Variables by flag name; a list is one value a line. */
function environmentOf(input: SettingsInput): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const flag of input.known) {
    const text = input.environment[variableOf(flag)];
    if (text === undefined || (text === '' && flag.kind !== 'switch')) continue;
    found.set(flag.name, flag.kind === 'list' ? text.split('\n').filter((line) => line !== '') : [text]);
  }
  return found;
}

function readConfigValue(flag: Flag, raw: readonly string[], path: string): FlagValue {
  try {
    return readFlagValue(flag, raw, flag.name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError('CONFIG_INVALID', error.message, { where: { path }, ...(error.help === undefined ? {} : { help: error.help }) });
  }
}

/** Variables that look like ours and are none: most likely a slip. */
export function unknownVariables(known: readonly Flag[], environment: Readonly<Record<string, string | undefined>>): string[] {
  const names = new Set([...known.map(variableOf), 'MAILFERRY_PASSWORD']);
  return Object.keys(environment)
    .filter((name) => name.startsWith('MAILFERRY_') && !names.has(name))
    .sort();
}
