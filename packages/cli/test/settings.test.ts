import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index.js';
import { type Flag, variableOf } from '../src/ui/flag.js';
import type { FlagValue } from '../src/ui/flag-value.js';
import { COMMON_FLAGS } from '../src/ui/flags-common.js';
import { readSettings, type Settings, unknownVariables } from '../src/ui/settings.js';
import { mailferry, temporary } from './run-program.js';

const FLAGS = [...new Map([...COMMANDS.flatMap(({ flags }) => flags), ...COMMON_FLAGS].map((flag) => [flag.name, flag])).values()];
const CONFIGURABLE = FLAGS.filter(({ name }) => name !== 'config');

/** Three texts for a flag that give three different values. */
function samples(flag: Flag): readonly [string, string, string] {
  if (flag.choices !== undefined) return [flag.choices?.[0] ?? '', flag.choices?.[1] ?? '', flag.choices?.[2] ?? flag.choices?.[0] ?? ''];
  const byKind: Record<string, readonly [string, string, string]> = {
    switch: ['1', '0', 'yes'],
    count: ['1', '2', '3'],
    number: ['1', '2', '3'],
    size: ['1k', '2M', '3MB'],
    day: ['2001-01-01', '2002-02-02', '2003-03-03'],
  };
  return byKind[flag.kind] ?? ['one', 'two', 'three'];
}

const READ: Record<string, FlagValue> = { '1k': 1024, '2M': 2_097_152, '3MB': 3_000_000 };

function expected(flag: Flag, text: string): FlagValue {
  if (flag.kind === 'switch') return text !== '0';
  if (flag.kind === 'count' || flag.kind === 'number') return Number(text);
  if (flag.kind === 'day') return Date.parse(`${text}T00:00:00Z`);
  if (flag.kind === 'list') return [text];
  return READ[text] ?? text;
}

function read(flag: Flag, typed: string | undefined, variable: string | undefined, config: string | undefined): FlagValue | undefined {
  using directory = temporary();
  const path = directory.of('config');
  writeFileSync(path, config === undefined ? '' : `${flag.name} = ${config}\n`);
  const words: [string, readonly string[]][] = [['config', [path]]];
  if (typed !== undefined) words.push([flag.name, [typed]]);
  const settings: Settings = readSettings({
    flags: FLAGS,
    known: FLAGS,
    typed: new Map(words),
    environment: variable === undefined ? {} : { [variableOf(flag)]: variable },
  });
  if (flag.isSecret !== true) return settings.shown()[flag.name];
  // A secret is read like any other flag, and shown to nobody.
  if (settings.text(flag.name) !== undefined) expect(settings.shown()[flag.name]).toBe('(not shown)');
  return settings.text(flag.name);
}

describe('the order flag, environment, config file, default', () => {
  it.each(CONFIGURABLE.map((flag) => [flag.name, flag] as const))('holds for --%s', (_, flag) => {
    const [a, b, c] = samples(flag);
    expect(read(flag, a, b, c)).toEqual(expected(flag, a));
    expect(read(flag, undefined, b, c)).toEqual(expected(flag, b));
    expect(read(flag, undefined, undefined, c)).toEqual(expected(flag, c));
    expect(read(flag, undefined, undefined, undefined)).toBeUndefined();
  });

  it('offers every flag as a variable of its own', () => {
    const names = FLAGS.map(variableOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('MAILFERRY_DRY_RUN');
  });
});

describe('the config file', () => {
  const readText = (text: string) => {
    using directory = temporary();
    writeFileSync(directory.of('config'), text);
    return readSettings({ flags: FLAGS, known: FLAGS, typed: new Map([['config', [directory.of('config')]]]), environment: {} }).shown();
  };

  it('is a JSON object or lines, with lists either way', () => {
    expect(readText('{"json": true, "folder": ["A", "B"], "max-errors": 3}')).toMatchObject({
      json: true,
      folder: ['A', 'B'],
      'max-errors': 3,
    });
    expect(readText('# lines\njson\nfolder = A\nfolder = "B = C"\nmax-errors=3\n')).toMatchObject({
      json: true,
      folder: ['A', 'B = C'],
      'max-errors': 3,
    });
  });

  it.each([
    ['no-such-flag = 1', 'CONFIG_UNKNOWN_KEY'],
    ['config = other', 'CONFIG_UNKNOWN_KEY'],
    ['{"json": tru', 'CONFIG_INVALID'],
    ['{"folder": {"a": 1}}', 'CONFIG_INVALID'],
    ['max-errors = many', 'CONFIG_INVALID'],
    ['= 3', 'CONFIG_INVALID'],
  ])('refuses %j with %s', (text, code) => {
    expect(() => readText(text)).toThrow(expect.objectContaining({ code }));
  });

  it('ends the program with 78 where it is wrong', async () => {
    using directory = temporary();
    writeFileSync(directory.of('config'), 'dry-rum = yes\n');
    const run = await mailferry(['explain', '--config', directory.of('config')]);
    expect(run.status).toBe(78);
    expect(run.stderr).toContain('error[CONFIG_UNKNOWN_KEY]: the config file sets "dry-rum", which is no flag');
    writeFileSync(directory.of('config'), 'config = other\n');
    const nested = await mailferry(['explain', '--config', directory.of('config')]);
    expect(nested.stderr).toContain('error[CONFIG_UNKNOWN_KEY]: the config file names another config file');
    expect(run.stderr).toContain('perhaps "dry-run" is meant');
    expect((await mailferry(['explain', '--config', directory.of('none')])).stderr).toContain('error[CONFIG_UNREADABLE]');
  });
});

describe('variables', () => {
  it('warns of one that nobody reads', async () => {
    expect(unknownVariables(FLAGS, { MAILFERRY_DRY_RUM: '1', MAILFERRY_JSON: '1', MAILFERRY_PASSWORD: 'x' })).toEqual([
      'MAILFERRY_DRY_RUM',
    ]);
    const run = await mailferry(['explain', 'BUG'], { env: { MAILFERRY_DRY_RUM: '1' } });
    expect([run.status, run.stderr]).toEqual([0, 'warning: MAILFERRY_DRY_RUM is no variable of mailferry and is ignored\n']);
  });

  it('reach the program', async () => {
    const run = await mailferry(['explain', 'BUG'], { env: { MAILFERRY_JSON: 'yes' } });
    expect(JSON.parse(run.stdout)).toMatchObject({ type: 'summary', code: 'BUG' });
  });
});
