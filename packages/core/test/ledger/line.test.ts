import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatLedgerCommit,
  formatLedgerFolder,
  formatLedgerHead,
  formatLedgerSource,
  formatLedgerSourceRead,
  parseLedgerLine,
} from '../../src/formats/ledger/line.js';
import { formatLedgerMessage, type LedgerMessage, ledgerBaseName, messageKeyOf } from '../../src/formats/ledger/message-line.js';

const MESSAGE: LedgerMessage = {
  folder: 3,
  identity: `${'ab'.repeat(32)}-1`,
  uid: 4_000_000,
  internalDate: 1_078_099_198_000,
  dateSource: 'fromLine',
  flags: ['\\Seen', '\\Flagged', 'work', '$Forwarded'],
  name: { seconds: 1_078_099_198, counter: 123_456 },
  size: 1_234_567,
  crlfSize: 1_240_000,
  span: {
    file: 12,
    offset: 12_345_678_901,
    length: 1_234_700,
    ranges: [12_345_678_950, 800, 12_345_679_800, 300, 12_345_680_190, 1_233_467],
  },
  sourceId: 'offset:12345678901',
  storedHash: undefined,
};

describe('the ledger', () => {
  it('needs at most 250 octets for a message', () => {
    expect(formatLedgerMessage(MESSAGE).length).toBeLessThanOrEqual(250);
  });

  it('reads what it wrote', () => {
    const line = formatLedgerMessage(MESSAGE);
    expect(parseLedgerLine(line)).toEqual({ kind: 'message', ...MESSAGE, flags: ['\\Seen', '\\Flagged', 'work', '$Forwarded'] });
    expect(messageKeyOf(line.slice(0, 120))).toEqual({ folder: 3, key: `${'ab'.repeat(10)}-1` });
    expect(ledgerBaseName(MESSAGE)).toBe(`1078099198.M123456.${'ab'.repeat(10)}-1,S=1234567,W=1240000`);
    const source = { number: 1, path: '/a "b"', folder: ['x'], size: 5, mtimeMs: 1.5, ctimeMs: 2.5, dev: 3, inode: 4 };
    expect(parseLedgerLine(formatLedgerSource(source))).toEqual({ kind: 'source', ...source });
    const folder = { number: 1, path: ['é', 'b'], directory: '.&AOk-.b', uidValidity: 7 };
    expect(parseLedgerLine(formatLedgerFolder(folder))).toEqual({ kind: 'folder', ...folder });
    const commit = { messages: 9, time: 10, residue: 11, sources: 12 };
    expect(parseLedgerLine(formatLedgerCommit(commit))).toEqual({ kind: 'commit', ...commit });
    const counts = [{ path: ['é'], read: 3, filtered: { option: 1 } }];
    const read = { number: 2, path: '/é', folder: ['b'], size: 1, mtimeMs: 2.5, ctimeMs: 3.25, dev: 4, inode: 5, fingerprint: 'f', counts };
    expect(parseLedgerLine(formatLedgerSourceRead(read))).toEqual({ kind: 'sourceRead', ...read });
    expect(parseLedgerLine('["d",2,"/x",["b"],1,2,3,4,5,"f",[["x"]]]')).toBeUndefined();
    expect(parseLedgerLine(formatLedgerHead({ created: 1, layout: 'fs', separator: ':' }))).toEqual({
      kind: 'head',
      created: 1,
      layout: 'fs',
      separator: ':',
    });
  });

  it('reads any message that it wrote', () => {
    const nat = fc.nat();
    fc.assert(
      fc.property(
        nat,
        nat,
        fc.array(nat, { maxLength: 6 }),
        fc.string(),
        fc.array(fc.string({ unit: 'binary' })),
        (size, at, gaps, id, keywords) => {
          const ranges = gaps.flatMap((gap, i) => [at + gap + i * 2 ** 32, gap]);
          const flags = [...new Set(keywords.filter((keyword) => !keyword.startsWith('\\')))];
          const span = { file: 0, offset: at, length: size, ranges };
          const message: LedgerMessage = {
            ...MESSAGE,
            size,
            flags,
            span,
            sourceId: id,
            name: undefined,
            internalDate: at - 10 ** 9,
            uid: 0,
          };
          expect(parseLedgerLine(formatLedgerMessage(message))).toEqual({ kind: 'message', ...message });
        },
      ),
    );
  });

  it('survives any line', () => {
    fc.assert(fc.property(fc.string(), (line) => void [parseLedgerLine(line), messageKeyOf(line)]));
    fc.assert(fc.property(fc.json(), (line) => void parseLedgerLine(line)));
    const kinds = fc.constantFrom('m', 's', 'f', 'c', 'mailferry.ledger/1');
    fc.assert(fc.property(kinds, fc.array(fc.jsonValue()), (kind, rest) => void parseLedgerLine(JSON.stringify([kind, ...rest]))));
  });
});
