import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.ts';
import { HOME_FIXTURE, temporary } from './run-program.js';

const XZ = 'xz';
const CLI = fileURLToPath(new URL('..', import.meta.url));
/** A bundle of its own: another test may run the one that is there. */
const NAME = `bundle.${process.pid}-test`;
const BUNDLE = join(CLI, NAME);
/** Runs a bundle and says on file descriptor 3 which files of it were loaded, and of which V8 took the code that is kept. */
const RUN = `const { load, scripts } = require(${JSON.stringify(join(BUNDLE, 'load.js'))});
process.on('exit', () => {
  const taken = [...scripts].map(([name, script]) => name + ' ' + (script.cachedDataRejected === false));
  require('node:fs').writeSync(3, taken.join('\\n'));
});
load('program.js').main([process.execPath, 'mailferry', ...process.argv.slice(1)]);`;

function run(...args: string[]): { status: number | null; stdout: string; loaded: string[]; compiled: string[] } {
  const { status, stdout, output } = spawnSync(process.execPath, ['-e', RUN, '--', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const files = (output[3] ?? '').split('\n').map((line) => line.split(' '));
  const bare = (path = ''): string => basename(path).replace(/-[\w-]{8}\.js$/u, '');
  return {
    status,
    stdout,
    loaded: files.map(([path]) => bare(path)),
    compiled: files.filter(([, taken]) => taken === 'false').map(([path]) => bare(path)),
  };
}

/** Where the code for this Node is kept. */
const CODE = join(BUNDLE, 'code', `${process.version}-${process.platform}-${process.arch}`);

/** Every file of kept code, done to as is asked while something runs. */
function withCode<T>(change: (path: string) => void, body: () => T): T {
  const aside = `${CODE}.aside`;
  cpSync(CODE, aside, { recursive: true, preserveTimestamps: true });
  try {
    for (const name of readdirSync(CODE)) change(join(CODE, name));
    return body();
  } finally {
    rmSync(CODE, { recursive: true });
    renameSync(aside, CODE);
  }
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
    expect(version.loaded).toContain('program.js');
    for (const name of ['convert', 'pst-store', 'batch-run', 'survey-run', 'upload-run']) expect(version.loaded).not.toContain(name);
    const convert = run('convert', '--quiet', join(HOME_FIXTURE, 'mail'), join(directory.path, 'Maildir'));
    expect(convert.status).toBe(0);
    expect(convert.loaded).toContain('convert');
    for (const name of ['pst-store', 'batch-run', 'survey-run', 'upload-run', 'restore-run']) expect(convert.loaded).not.toContain(name);
  });

  it.runIf(hasPeer(XZ))('unpacks xz, whose decoder is a package beside it', () => {
    using directory = temporary();
    const packed = join(directory.path, 'mbox.xz');
    writeFileSync(packed, spawnSync(XZ, ['-c', join(HOME_FIXTURE, 'mbox')]).stdout);
    const convert = run('convert', packed, join(directory.path, 'Maildir'));
    expect(convert.status).toBe(0);
    expect(convert.stdout).toContain('All 11 messages');
  });

  it('keeps the code of what a short run needs, for everybody to read', () => {
    using directory = temporary();
    const { status, compiled } = run('convert', '--quiet', join(HOME_FIXTURE, 'mail'), join(directory.path, 'Maildir'));
    expect([status, compiled]).toEqual([0, []]);
    expect(readdirSync(CODE).map((name) => name.replace(/(?:-[\w-]{8})?\.js\.code$/u, ''))).toEqual(
      expect.arrayContaining(['convert', 'program', 'start']),
    );
    for (const path of [BUNDLE, dirname(CODE), CODE]) expect(statSync(path).mode & 0o777).toBe(0o755);
    for (const name of readdirSync(CODE)) expect(statSync(join(CODE, name)).mode & 0o777).toBe(0o644);
  });

  it('compiles where code is older than its file, spoilt, of other flags, or not there', () => {
    const spoilt: readonly ((path: string) => void)[] = [
      (path) => utimesSync(path, 1000, 1000),
      (path) => writeFileSync(path, readFileSync(path).subarray(0, 1000)),
      (path) => writeFileSync(path, ''),
      (path) => writeFileSync(path, readFileSync(path).fill(0x5a, 4, 20)),
      (path) => rmSync(path),
    ];
    for (const change of spoilt) {
      const { status, stdout, compiled } = withCode(change, () => run('--version'));
      expect([status, stdout, compiled]).toEqual([0, 'mailferry 0.1.0\n', expect.arrayContaining(['program.js'])]);
    }
    expect(run('--version').compiled).toEqual([]);
    const flagged = spawnSync(process.execPath, ['--max-old-space-size=200', '-e', RUN, '--', '--version'], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    expect([flagged.stdout, flagged.output[3]]).toEqual(['mailferry 0.1.0\n', expect.stringContaining('program.js false')]);
  });

  it('is ASCII and means the same', () => {
    const files = readdirSync(BUNDLE, { encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    for (const name of files) expect(/[^\0-\x7f]/u.test(readFileSync(join(BUNDLE, name), 'utf8')), name).toBe(false);
    using directory = temporary();
    const manifest = join(directory.path, 'users.csv');
    writeFileSync(manifest, 'user;source;target\nnobody-knows;/nowhere/mail;/nowhere/Maildir\n');
    run('batch', '--quiet', '--retries', '0', manifest);
    const inTongue = (language: string): string => run('report', '--language', language, manifest).stdout;
    expect(inTongue('ru')).toMatch(/[а-яё]{6}/u);
    expect(inTongue('de')).toMatch(/[äöüß]/u);
    expect(inTongue('ru')).not.toContain(String.raw`\u`);
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
    cpSync(join(CLI, '../../scripts/bundle/load.cjs'), join(path, 'packages/cli/bundle/load.js'));
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
