import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERRORS, explanationOf, ISSUES } from '../../src/index.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const PACKAGES = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name));
const CODES = [...new Set([...Object.keys(ISSUES), ...Object.keys(ERRORS)])].sort();

/** The text of all files below a directory whose names fit. */
function textsBelow(directory: string, fits: RegExp): string[] {
  let names: string[] = [];
  try {
    names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .filter((name) => fits.test(name) && !name.endsWith('codes.test.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

const SOURCES = PACKAGES.flatMap((path) => textsBelow(join(path, 'src'), /\.ts$/));
const RAISERS = PACKAGES.flatMap((path) => textsBelow(join(path, 'src'), /^(?!.*model\/issue-).*\.ts$/)).join('\n');
const PROVOKERS = [
  ...PACKAGES.flatMap((path) => textsBelow(join(path, 'test'), /\.ts$/)),
  ...textsBelow(join(ROOT, 'test-fixtures'), /expected.*\.jsonl?$/),
].join('\n');

describe('each code', () => {
  it('has a page that is what the catalogue says', () => {
    expect(() => execFileSync(process.execPath, [join(ROOT, 'scripts/docs.mjs'), '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  it.each(CODES)('%s has an answer of explain', (code) => {
    const { title, meaning, help } = explanationOf(code) ?? { title: '', meaning: '', help: '' };
    expect(code).toMatch(/^[A-Z][A-Z0-9_]*[A-Z0-9]$/);
    expect(title).toMatch(/^[^\n]{10,140}[^.!\n]$/);
    expect(meaning).toMatch(/^[^a-z].*[.)]$/s);
    expect(help).toMatch(/^[^a-z].*[.)]$/s);
  });

  it.each(Object.keys(ISSUES))('%s is raised somewhere, and provoked by a test or a fixture', (code) => {
    expect(RAISERS).toMatch(new RegExp(`\\b${code}\\b`));
    expect(PROVOKERS).toMatch(new RegExp(`\\b${code}\\b`));
  });
});

describe('what is thrown', () => {
  const thrown = new Set<string>();
  for (const source of SOURCES) {
    for (const [, code] of source.matchAll(/new (?:Usage|Source|Target|Remote|Internal)Error\(\s*'([A-Z0-9_]+)'/g))
      if (code !== undefined) thrown.add(code);
  }

  it('is found in the sources', () => expect(thrown.size).toBeGreaterThan(20));

  it.each([...thrown].sort())('%s is in the catalogue of errors', (code) => {
    expect(Object.hasOwn(ERRORS, code)).toBe(true);
  });
});
