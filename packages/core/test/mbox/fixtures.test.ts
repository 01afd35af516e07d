import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toCrlf } from '../../src/index.js';
import { type ReadMbox, type ReadOptions, readMbox, TINY } from './read-mbox.js';

const ROOT = fileURLToPath(new URL('../../../../test-fixtures/mbox/', import.meta.url));
const CASES = readdirSync(ROOT);

/** Fixtures whose line ends are their subject. */
const NO_TWIN = new Set(['mixed-line-ends', 'mboxcl', 'mmdf', 'nuls']);

/** A line of `inspect --messages --json`. */
interface Line {
  readonly sourceId: string;
  readonly size: number;
  readonly crlfSize: number;
  readonly sha256: string;
  readonly issues: readonly string[];
}

/** What concerns the file and not one of its messages. */
const FILE_ISSUES: Readonly<Record<string, readonly (readonly [code: string, offset: number, note?: string])[]>> = {
  garbage: [['MBOX_GARBAGE', 0, '56 octets']],
  log: [['MBOX_GARBAGE', 0, '94 octets']],
  'base-forged': [['MBOX_UID_BASE_IMPLAUSIBLE', 0]],
  'pseudo-inside': [['MBOX_PSEUDO_MESSAGE_INSIDE', 937]],
};

const expected = (name: string): Line[] =>
  readFileSync(`${ROOT}${name}/expected.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const input = (name: string): Buffer => readFileSync(`${ROOT}${name}/input.mbox`);

function lines({ messages }: ReadMbox): Line[] {
  return messages.map(({ folder, sourceId, content, octets, crlf, flags, internalDate, uid, issues, filtered }) => {
    const messageId = /^message-id:\s*(.*?)\r?$/im.exec(octets.toString('latin1'))?.[1];
    return {
      ...{ type: 'message', folder, sourceId, size: content.size, crlfSize: crlf, sha256: hash('sha256', toCrlf([octets])) },
      ...{ flags: [...flags].sort((a, b) => Number(b.startsWith('\\')) - Number(a.startsWith('\\')) || (a < b ? -1 : 1)) },
      ...{
        internalDate: new Date(internalDate).toISOString(),
        ...(uid === undefined ? {} : { uid }),
        ...(messageId === undefined ? {} : { messageId }),
      },
      ...{ issues: issues.map(({ code }) => code), ...(filtered === undefined ? {} : { filtered }) },
    };
  });
}

const read = (octets: Uint8Array, options: ReadOptions = {}): ReadMbox => readMbox(octets, { labels: 'keywords', ...options });

describe.each(CASES)('%s', (name) => {
  it('reads as expected', () => {
    expect(lines(read(input(name)))).toEqual(expected(name));
  });

  it('has the issues that concern the whole file', () => {
    const { issues } = read(input(name)).file;
    expect(issues.map(({ code, where, note }) => [code, where?.offset, ...(note === undefined ? [] : [note])])).toEqual(
      FILE_ISSUES[name] ?? [],
    );
  });

  it('reads the same through tiny windows', () => {
    expect(lines(read(input(name), TINY))).toEqual(expected(name));
  });
});

describe('with CRLF line ends', () => {
  it.each(CASES.filter((name) => !NO_TWIN.has(name)))('%s reads the same', (name) => {
    const twin = lines(read(toCrlf([input(name)])));
    const same = (line: Line) => ({ ...line, sourceId: '', size: 0 });
    expect(twin.map(same)).toEqual(expected(name).map(same));
    expect(twin.every(({ size, crlfSize }) => size === crlfSize)).toBe(true);
  });
});
