import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXPLAINED } from './dovecot-differences.js';
import { type ReadMbox, type ReadMessage, readMboxFile } from './read-mbox.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const VIEW = `${ROOT}scripts/oracle/dovecot_view.py`;
const FIXTURES = `${ROOT}test-fixtures/mbox/`;
const CORPUS = `${ROOT}../shared/corpus/mbox/`;

interface Served {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  readonly date: string;
  readonly size: number;
  readonly sha256: string;
}

interface View {
  readonly path: string;
  readonly head: { readonly uidvalidity: number | null; readonly uidnext: number | null; readonly errors: readonly string[] };
  readonly messages: readonly Served[];
}

const hasDovecot = existsSync('/usr/lib/dovecot/imap') && process.getuid?.() === 0;
if (!hasDovecot) {
  const why = 'no dovecot-imapd, or not root: what Dovecot says of an mbox was not compared';
  if (process.env['ORACLE'] === 'required') throw new Error(why);
  process.stderr.write(`SKIPPED: ${why}\n`);
}
if (!existsSync(CORPUS)) process.stderr.write(`SKIPPED: ${CORPUS} is absent: only the fixtures were compared with Dovecot\n`);

const fixtures = readdirSync(FIXTURES).map((name) => `${FIXTURES}${name}/input.mbox`);
const corpus = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((name) => !/\.(?:tsv|gz)$/.test(name))
      .map((name) => `${CORPUS}${name}`)
  : [];
const nameOf = (path: string): string => (path.startsWith(FIXTURES) ? path.slice(FIXTURES.length, -'/input.mbox'.length) : basename(path));
const views = new Map<string, View>();

/** What differs, in words. */
function differences(read: ReadMbox, view: View): string[] {
  const count = read.messages.length;
  const isRefused = view.messages.length === 0 && view.head.errors.length > 0;
  if (isRefused) return count === 0 ? [] : [`Dovecot refuses the file: ${count} here`];
  if (count !== view.messages.length) return [`${count} messages, Dovecot ${view.messages.length}`];
  const { uidValidity } = read.file;
  const hasOwn = uidValidity !== undefined;
  const head = hasOwn && uidValidity !== view.head.uidvalidity ? [`UIDVALIDITY ${uidValidity}, Dovecot ${view.head.uidvalidity}`] : [];
  return [...head, ...view.messages.flatMap((served, i) => differencesOf(i, read.messages[i], served, hasOwn))];
}

function differencesOf(i: number, message: ReadMessage | undefined, served: Served, hasOwnUids: boolean): string[] {
  if (message === undefined) return [];
  const flags = [...message.flags].filter((flag) => flag.startsWith('\\'));
  const keywords = [...message.flags].filter((flag) => !flag.startsWith('\\'));
  const same: readonly (readonly [string, boolean])[] = [
    ['octets', message.crlf === served.size && message.sha256 === served.sha256],
    ['flags', sameList(flags, served.flags)],
    ['keywords', sameList(keywords, served.keywords)],
    ['date', new Date(message.internalDate).toISOString().replace('.000', '') === served.date],
    ['uid', !hasOwnUids || message.uid === undefined || message.uid === served.uid],
  ];
  const kinds = same.filter(([, isSame]) => !isSame).map(([kind]) => kind);
  return kinds.length === 0 ? [] : [`message ${i + 1}: ${kinds.join(', ')}`];
}

const sameList = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join(' ') === [...b].sort().join(' ');

describe.runIf(hasDovecot)('what Dovecot serves of the mbox itself', () => {
  beforeAll(() => {
    const { stdout, status, stderr } = spawnSync('python3', [VIEW, '--many', ...fixtures, ...corpus], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(stderr);
    for (const line of stdout.trim().split('\n')) {
      const view: View = JSON.parse(line);
      views.set(view.path, view);
    }
  });

  it.each([...fixtures, ...corpus].map((path) => [nameOf(path), path]))('%s', (name, path) => {
    const view = views.get(path) ?? expect.fail('Dovecot was not asked');
    const found = differences(readMboxFile(path), view);
    expect(found).toEqual(EXPLAINED[name]?.differences ?? []);
  });

  it('is asked of every file that has an explained difference', () => {
    const names = new Set([...fixtures, ...corpus].map(nameOf));
    const absent = Object.keys(EXPLAINED).filter((name) => !names.has(name) && (corpus.length > 0 || !name.includes('__')));
    expect(absent).toEqual([]);
  });
});
