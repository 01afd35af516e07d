import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME_FIXTURE, temporary } from './run-program.js';

const CLI = fileURLToPath(new URL('..', import.meta.url));
/** A bundle of its own: another test may run the one that is there. */
const NAME = `bundle.${process.pid}-test`;
const BUNDLE = join(CLI, NAME);
/** Runs a bundle and says on file descriptor 3 which files of it were loaded. */
const RUN = `process.on('exit', () => require('node:fs').writeSync(3, Object.keys(require.cache).join('\\n')));
require(${JSON.stringify(join(BUNDLE, 'program.js'))}).main([process.execPath, 'mailferry', ...process.argv.slice(1)]);`;

function run(...args: string[]): { status: number | null; stdout: string; loaded: string[] } {
  const { status, stdout, output } = spawnSync(process.execPath, ['-e', RUN, '--', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const loaded = (output[3] ?? '').split('\n').map((path) => basename(path).replace(/-[\w-]{8}\.js$/u, ''));
  return { status, stdout, loaded };
}

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(CLI, '../../scripts/bundle.mjs'), NAME], { encoding: 'utf8' });
  expect([status, stderr.replaceAll(/^npm warn .*\n/gmu, '')]).toEqual([0, '']);
});

afterAll(() => rmSync(BUNDLE, { recursive: true, force: true }));

describe('the bundle', () => {
  it('loads for a command what that command needs', () => {
    using directory = temporary();
    const version = run('--version');
    expect([version.status, version.stdout]).toEqual([0, 'mailferry 0.1.0\n']);
    expect(version.loaded).toContain('ground');
    for (const name of ['convert', 'pst-store', 'batch-run', 'survey-run', 'upload-run']) expect(version.loaded).not.toContain(name);
    const convert = run('convert', '--quiet', join(HOME_FIXTURE, 'mail'), join(directory.path, 'Maildir'));
    expect(convert.status).toBe(0);
    expect(convert.loaded).toContain('convert');
    for (const name of ['pst-store', 'batch-run', 'survey-run', 'upload-run', 'restore-run']) expect(convert.loaded).not.toContain(name);
  });

  it('asks for no package that mailferry does not depend on', () => {
    const { dependencies } = JSON.parse(readFileSync(join(CLI, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    const files = readdirSync(BUNDLE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    const text = files.map((name) => readFileSync(join(BUNDLE, name), 'utf8')).join('\n');
    const asked = [...text.matchAll(/\b(?:require|import)\(["']([a-z@][^"']*)["']\)/gu)].map(([, name = '']) => name);
    const foreign = asked.filter((name) => !name.startsWith('node:') && name !== 'url').map((name) => name.split('/')[0]);
    expect(foreign).toContain('fzstd');
    expect(foreign.filter((name) => !Object.hasOwn(dependencies, name ?? ''))).toEqual([]);
  });

  it('takes a user before it loads anything but the few lines that do it', () => {
    for (const entry of ['as-user', 'job-process']) {
      const text = readFileSync(join(BUNDLE, 'owner', `${entry}.js`), 'utf8');
      const [before = '', after = ''] = text.split(/^else require_identity|^require_identity/mu);
      expect([...before.matchAll(/require\("(\.[^"]*)"\)/gu)].map(([, path = '']) => path.replace(/-[\w-]{8}\.js$/u, ''))).toEqual([
        '../identity',
      ]);
      expect(after).toContain('require("../');
    }
  });

  it('has the licence of every package inside', () => {
    expect(readFileSync(join(BUNDLE, 'LICENSE-commander'), 'utf8')).toContain('Permission is hereby granted');
  });
});

describe('bin/mailferry.js', () => {
  /** A checkout with a bundle and packages that say which of them was run. */
  function checkout(path: string): (name: string, at: number) => void {
    cpSync(join(CLI, 'bin'), join(path, 'packages/cli/bin'), { recursive: true });
    for (const name of ['core/tsconfig.tsbuildinfo', 'cli/tsconfig.tsbuildinfo', 'cli/bundle/program.js', 'cli/dist/program.js']) {
      mkdirSync(join(path, 'packages', name, '..'), { recursive: true });
    }
    writeFileSync(join(path, 'packages/cli/bundle/package.json'), '{ "type": "commonjs" }');
    writeFileSync(join(path, 'packages/cli/bundle/program.js'), "exports.main = async () => process.stdout.write('bundle');");
    writeFileSync(join(path, 'packages/cli/dist/package.json'), '{ "type": "module" }');
    writeFileSync(join(path, 'packages/cli/dist/program.js'), "export const main = async () => process.stdout.write('packages');");
    return (name, at) => {
      const file = join(path, 'packages', name);
      if (name.endsWith('tsbuildinfo')) writeFileSync(file, '');
      utimesSync(file, at, at);
    };
  }

  it('runs the bundle, unless the compiler has written since or there is none', () => {
    using directory = temporary();
    const touch = checkout(directory.path);
    const said = (): string =>
      spawnSync(process.execPath, [join(directory.path, 'packages/cli/bin/mailferry.js')], { encoding: 'utf8' }).stdout;
    touch('cli/bundle/program.js', 2000);
    expect(said()).toBe('bundle');
    touch('cli/tsconfig.tsbuildinfo', 1000);
    touch('core/tsconfig.tsbuildinfo', 2000);
    expect(said()).toBe('bundle');
    touch('core/tsconfig.tsbuildinfo', 3000);
    expect(said()).toBe('packages');
    rmSync(join(directory.path, 'packages/cli/tsconfig.tsbuildinfo'));
    expect(said()).toBe('bundle');
    rmSync(join(directory.path, 'packages/cli/bundle'), { recursive: true });
    expect(said()).toBe('packages');
  });
});
