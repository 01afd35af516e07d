import { readFileSync } from 'node:fs';
import { UsageError } from '@mailferry/core';
import type { Flag } from './flag.js';
import { nearest } from './nearest.js';

/**
 * Reads a config file: a JSON object, or lines of `name = value` with `#` comments; names are those of the flags.
 *
 * @throws {@link UsageError} CONFIG_UNREADABLE, CONFIG_INVALID or CONFIG_UNKNOWN_KEY.
 */
export function readConfigFile(path: string, known: readonly Flag[]): Map<string, readonly string[]> {
  const text = readText(path);
  const pairs = text.trimStart().startsWith('{') ? jsonPairs(text, path) : linePairs(text, path);
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of pairs) {
    if (name === 'config' || !known.some((flag) => flag.name === name)) throw unknownKey(name, path, known);
    values.set(name, [...(values.get(name) ?? []), ...value]);
  }
  return values;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UsageError('CONFIG_UNREADABLE', 'the config file cannot be read', {
      where: { path },
      cause,
      help: 'check the name and the rights of the file given with --config',
    });
  }
}

function jsonPairs(text: string, path: string): [string, string[]][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause));
  }
  return Object.entries(parsed as Record<string, unknown>).map(([name, value]) => [name, jsonValue(name, value, path)]);
}

function jsonValue(name: string, value: unknown, path: string): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean')
      throw invalid(path, `"${name}" needs a text, a number, true, false or a list of these`);
    return String(item);
  });
}

function linePairs(text: string, path: string): [string, string[]][] {
  const pairs: [string, string[]][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^([^=\s]+)\s*(?:=\s*(.*))?$/.exec(trimmed);
    if (match?.[1] === undefined) throw invalid(path, `line ${index + 1} is no "name = value"`);
    pairs.push([match[1], [unquote(match[2] ?? 'yes')]]);
  }
  return pairs;
}

function unquote(value: string): string {
  const match = /^"(.*)"$|^'(.*)'$/.exec(value);
  return match?.[1] ?? match?.[2] ?? value;
}

function invalid(path: string, note: string): UsageError {
  return new UsageError('CONFIG_INVALID', 'the config file cannot be understood', {
    where: { path },
    notes: [note],
    help: 'write a JSON object, or lines of name = value with the names of the flags',
  });
}

function unknownKey(name: string, path: string, known: readonly Flag[]): UsageError {
  if (name === 'config') {
    const help = 'leave "config" out of it: the one file is that given with --config';
    return new UsageError('CONFIG_UNKNOWN_KEY', 'the config file names another config file', { where: { path }, help });
  }
  const guess = nearest(
    name,
    known.map((flag) => flag.name),
  );
  return new UsageError('CONFIG_UNKNOWN_KEY', `the config file sets "${name}", which is no flag`, {
    where: { path },
    help: guess === undefined ? 'use the names of the flags, without the dashes' : `perhaps "${guess}" is meant`,
  });
}
