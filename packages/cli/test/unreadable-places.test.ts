import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const MESSAGE = mboxOf(1).slice(mboxOf(1).indexOf('\n') + 1);

/** False when this is root and the user nobody cannot run the program: root may read everything. */
function canTry(): boolean {
  const program = new URL('../dist/program.js', import.meta.url).pathname;
  const reads = ['-e', `require('fs').readFileSync(${JSON.stringify(program)})`];
  const can = !isRoot || spawnSync(process.execPath, reads, { uid: NOBODY, gid: NOBODY }).status === 0;
  if (!can) process.stderr.write('SKIPPED: places that cannot be read, this needs a program that the user nobody can read\n');
  return can;
}

let directory: ReturnType<typeof temporary>;
const closed: string[] = [];
beforeEach(() => {
  directory = temporary();
  chmodSync(directory.path, 0o755);
});
afterEach(() => {
  for (const path of closed.splice(0)) chmodSync(path, 0o700);
  directory[Symbol.dispose]();
});

function own(path: string): void {
  if (isRoot) chownSync(path, NOBODY, NOBODY);
}

function file(name: string, text: string): void {
  const path = directory.of(name);
  for (let above = dirname(path), all: string[] = []; above.length >= directory.path.length; above = dirname(above)) {
    all = [above, ...all];
    if (above === directory.path) for (const one of all) mkdirSync(one, { recursive: true });
    if (above === directory.path) all.forEach(own);
  }
  writeFileSync(path, text);
  own(path);
}

function close(name: string): string {
  chmodSync(directory.of(name), 0);
  closed.push(directory.of(name));
  return directory.of(name);
}

function open(name: string): void {
  chmodSync(directory.of(name), 0o700);
}

/** Converts `source` as a user who is not root; counts, and where SOURCE_PLACE_UNREADABLE was. */
async function convert(...options: string[]): Promise<{ status: number | null; totals: unknown; places: string[]; codes: string[] }> {
  const run = await mailferry(
    ['convert', '--json', ...options, directory.of('source'), directory.of('Maildir')],
    isRoot ? { uid: NOBODY } : {},
  );
  const lines = jsonLines(run.stdout) as { type: string; issue?: { code: string; where?: { path: string } }; totals?: unknown }[];
  const issues = lines.flatMap((line) => (line.type === 'issue' ? [line] : [])) as unknown as { code: string; where?: { path: string } }[];
  const places = issues.filter(({ code }) => code === 'SOURCE_PLACE_UNREADABLE').map(({ where }) => where?.path ?? '');
  return { status: run.status, totals: lines.at(-1)?.totals, places, codes: issues.map(({ code }) => code) };
}

describe.runIf(canTry())('SOURCE_PLACE_UNREADABLE', () => {
  it('names mboxes and directories of a tree', async () => {
    file('source/a', mboxOf(2));
    file('source/b', mboxOf(3));
    file('source/debug.log', mboxOf(1));
    file('source/inner/c', mboxOf(1));
    file('source/.cache/d', mboxOf(1));
    const places = [close('source/b'), close('source/inner')];
    close('source/debug.log');
    close('source/.cache');
    expect(await convert()).toMatchObject({ status: 0, totals: { read: 2, written: 2 }, places });
  });

  it.each([
    ['MH', '1', '2'],
    ['.eml', 'a.eml', 'b.eml'],
  ])('names directories of %s', async (_, first, second) => {
    file(`source/${first}`, MESSAGE);
    file(`source/${second}`, `X: y\n${MESSAGE}`);
    file(`source/inner/${first}`, MESSAGE);
    const places = [close('source/inner')];
    expect(await convert()).toMatchObject({ status: 0, totals: { read: 2, written: 2 }, places });
  });

  it('names folders of a Maildir, and nothing in them counts as deleted', async () => {
    for (const folder of ['', '.Work/', '.Home/']) {
      for (const part of ['cur', 'new', 'tmp']) file(`source/${folder}${part}/.keep`, '');
      file(`source/${folder}cur/${folder.length}.a:2,S`, `Folder: ${folder}\n${MESSAGE}`);
    }
    expect(await convert('--propagate-deletes')).toMatchObject({ status: 0, totals: { read: 3, written: 3 }, places: [] });
    const places = [close('source/.Work'), close(join('source', '.Home', 'cur'))];
    const second = await convert('--propagate-deletes', '--thorough');
    expect(second).toMatchObject({ status: 0, totals: { read: 1, alreadyPresent: 1, updated: 0 } });
    expect(second.places.sort()).toEqual(places.sort());
    expect(second.codes).not.toContain('SOURCE_MESSAGE_GONE');
    open('source/.Work');
    open('source/.Home/cur');
    expect(await convert('--propagate-deletes')).toMatchObject({ status: 0, totals: { read: 3, alreadyPresent: 3 }, places: [] });
  });
});
