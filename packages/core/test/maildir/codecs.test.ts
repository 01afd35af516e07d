import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextWriter } from '../../src/formats/content/text-writer.js';
import { decodeMailboxName, encodeMailboxName } from '../../src/formats/imap/mailbox-name.js';
import {
  formatBaseName,
  formatFlagSuffix,
  nameKey,
  nameOrder,
  parseBaseName,
  parseFileName,
  parseLetters,
} from '../../src/formats/maildir/filename.js';
import { numberFolderName, storeFolderName } from '../../src/formats/maildir/folder-name.js';
import { formatKeywordsFile, parseKeywordsFile } from '../../src/formats/maildir/keywords-file.js';
import { extendKeywordsScript, formatUidSet } from '../../src/formats/maildir/keywords-script.js';
import { formatSubscriptionsFile, parseSubscriptionsFile } from '../../src/formats/maildir/subscriptions-file.js';
import {
  formatUidlistHeader,
  isStorableUidl,
  parseUidlistEntry,
  parseUidlistHeader,
  writeUidlistEntry,
} from '../../src/formats/maildir/uidlist-file.js';

const text = fc.string({ unit: 'binary' });

describe('modified UTF-7', () => {
  it.each([
    ['INBOX', 'INBOX'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['Black & White', 'Black &- White'],
    ['台北/日本語', '&U,BTFw-/&ZeVnLIqe-'],
    ['😀', '&2D3eAA-'],
  ])('writes %s as RFC 3501 does', (name, encoded) => {
    expect(encodeMailboxName(name)).toBe(encoded);
    expect(decodeMailboxName(encoded)).toBe(name);
  });
  it.each(['&', '&AGE-', '&AOk', '&A-', 'é', '&U,BTF2XlZyyKng-x\x7f', '&-&AGE-'])('refuses %j', (name) => {
    expect(decodeMailboxName(name)).toBeUndefined();
  });
  it('comes back', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(decodeMailboxName(encodeMailboxName(name))).toBe(name.replaceAll(/\p{Cs}/gu, '\ufffd'));
      }),
    );
    fc.assert(fc.property(fc.string(), (name) => void decodeMailboxName(name)));
  });
});

describe('file names', () => {
  it('have the parts that Dovecot reads', () => {
    const name = { seconds: 1078099198, counter: 12, key: nameKey(`${'ab'.repeat(32)}-3`), size: 17, crlfSize: 20 };
    expect(formatBaseName(name)).toBe('1078099198.M12.abababababababababab-3,S=17,W=20');
    expect(formatBaseName(name) + formatFlagSuffix('aST')).toBe('1078099198.M12.abababababababababab-3,S=17,W=20:2,STa');
    expect(parseFileName('1.M2.x,S=1:2,FS')).toEqual({ base: '1.M2.x,S=1', letters: 'FS' });
    expect(parseFileName('1.M2.x;2,FS')).toEqual({ base: '1.M2.x', letters: 'FS' });
    expect(parseFileName('1.M2.x')).toEqual({ base: '1.M2.x', letters: undefined });
    expect(parseBaseName('1295.M1P2.host,S=1')).toBeUndefined();
    expect(nameOrder('1295.M17P2.host,S=1')).toEqual({ seconds: 1295, counter: 17 });
    expect(parseLetters('FSPab', ['work'])).toEqual({ flags: new Set(['\\Flagged', '\\Seen', 'work']), unknown: 'Pb' });
  });
  it('come back', () => {
    const nat = fc.nat();
    fc.assert(
      fc.property(
        nat,
        nat,
        fc.stringMatching(/^[0-9a-f]{64}$/),
        fc.nat(70_000),
        nat,
        nat,
        fc.stringMatching(/^[A-Za-z]{0,5}$/),
        (t, n, hash, k, s, w, f) => {
          const name = { seconds: t, counter: n, key: nameKey(`${hash}-${k}`), size: s, crlfSize: w };
          const file = parseFileName(formatBaseName(name) + formatFlagSuffix(f));
          expect(parseBaseName(file.base)).toEqual(name);
          expect(new Set(file.letters)).toEqual(new Set(f));
        },
      ),
    );
    fc.assert(fc.property(text, (name) => void parseBaseName(parseFileName(name).base)));
  });
});

describe('control files', () => {
  it('keep keywords by number', () => {
    expect(parseKeywordsFile('0 work\n2 later\n27 none\nrubbish\n')).toEqual(['work', undefined, 'later']);
    expect(formatKeywordsFile(['work', undefined, 'later'])).toBe('0 work\n2 later\n');
    fc.assert(fc.property(text, (file) => void parseKeywordsFile(file)));
  });
  it('keep UIDs', () => {
    const head = parseUidlistHeader('3 V1143956134 N500 G403705631664e182c28b34dadd1f3620');
    expect(head).toEqual({ version: 3, uidValidity: 1143956134, uidNext: 500, guid: '403705631664e182c28b34dadd1f3620', others: [] });
    expect(head && formatUidlistHeader(head)).toBe('3 V1143956134 N500 G403705631664e182c28b34dadd1f3620\n');
    expect(parseUidlistHeader('1 1143956134 500')).toMatchObject({ version: 1, uidValidity: 1143956134, uidNext: 500 });
    expect(parseUidlistHeader('3 N1')).toBeUndefined();
    expect(parseUidlistEntry('7 Pabc G12 :1.M2.x,S=1')).toEqual({ uid: 7, fields: ['Pabc', 'G12'], base: '1.M2.x,S=1' });
    expect(parseUidlistEntry('7 1.x:2,S', 1)).toEqual({ uid: 7, fields: [], base: '1.x' });
    for (const broken of ['', '7', 'x :a', '0 :a', '4294967296 :a', '7 :a/b', '7 :']) expect(parseUidlistEntry(broken)).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), fc.stringMatching(/^[\x21-\x7e]{1,70}$/), (uid, uidl) => {
        expect(isStorableUidl(uidl)).toBe(true);
        const writer = new TextWriter();
        writeUidlistEntry(writer, uid, '1.M2.x', uidl);
        expect(parseUidlistEntry(writer.take().toString().trimEnd())).toEqual({ uid, fields: [`P${uidl}`], base: '1.M2.x' });
      }),
    );
    fc.assert(fc.property(text, (line) => void [parseUidlistHeader(line), parseUidlistEntry(line), parseUidlistEntry(line, 1)]));
  });
  it('keep subscriptions', () => {
    expect(formatSubscriptionsFile([['INBOX'], ['Work', '2003', 'Q1']])).toBe('V\t2\n\nINBOX\nWork\t2003\tQ1\n');
    expect(parseSubscriptionsFile('INBOX\nWork.2003\n', '.')).toEqual([['INBOX'], ['Work', '2003']]);
    const name = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.array(name, { minLength: 1 })), (names) => {
        expect(parseSubscriptionsFile(formatSubscriptionsFile(names), '.')).toEqual(names);
      }),
    );
  });
  it('write what has no letter as a script', () => {
    expect(formatUidSet([9, 1, 3, 2, 7])).toBe('1:3,7,9');
    const script = extendKeywordsScript('', [{ keyword: "it's", folderGuid: 'ab', uids: [1, 2] }]);
    expect(script).toContain("\nadd 'it'\\''s' ab 1:2\n");
    expect(extendKeywordsScript(script, [{ keyword: 'x', folderGuid: 'cd', uids: [5] }])).toBe(`${script}add 'x' cd 5\n`);
    expect(extendKeywordsScript(script, [{ keyword: "it's", folderGuid: 'ab', uids: [1, 2] }])).toBe(script);
  });
  it('write tens of thousands of them at once', () => {
    // Searched for line by line in the text that grows, they would take minutes, which is beyond the limit of a test.
    const many = Array.from({ length: 60_000 }, (_, n) => ({ keyword: `keyword-${n}`, folderGuid: 'ab'.repeat(16), uids: [n + 1] }));
    expect(
      extendKeywordsScript('', [...many, ...many])
        .split('\n')
        .filter((line) => line.startsWith("add '")),
    ).toHaveLength(60_000);
  });
});

describe('folder names', () => {
  it.each([
    [['INBOX'], ''],
    [['inbox', 'a'], '.INBOX.a'],
    [['Work', '2003'], '.Work.2003'],
    [['a.b', 'c/d'], '.a_b.c_d'],
    [['~root'], '._root'],
    [['été'], '.&AOk-t&AOk-'],
    [[''], '._'],
    [['tab\there'], '.tab_here'],
    [['100%', 'a*b'], '.100%.a*b'],
    [[' a', 'b '], '. a.b '],
  ])('%j lies in %s', (path, directory) => {
    expect(storeFolderName(path, 'maildir++').directory).toBe(directory);
  });
  it.each([
    [['a.b', 'c/d'], 'a.b/c_d'],
    [['Work', 'cur'], 'Work/cur_'],
    [['subscriptions'], 'subscriptions_'],
    [['Work', 'subscriptions'], 'Work/subscriptions'],
    [['Work', 'dovecot-uidlist'], 'Work/dovecot-uidlist_'],
    [['mailferry-ledger'], 'mailferry-ledger_'],
    [['..', 'etc'], '_./etc'],
    [['.hidden'], '_hidden'],
  ])('%j lies in %s with LAYOUT=fs', (path, directory) => {
    expect(storeFolderName(path, 'fs').directory).toBe(directory);
  });
  it('any path has a place below the root, short enough, the same every time', () => {
    const paths = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(paths, fc.constantFrom('maildir++' as const, 'fs' as const), fc.boolean(), (path, layout, utf8) => {
        const { directory } = storeFolderName(path, layout, utf8);
        expect(storeFolderName(path, layout, utf8).directory).toBe(directory);
        for (const part of directory.split('/')) {
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
          expect(['.', '..', 'cur', 'new', 'tmp']).not.toContain(part);
        }
        expect(directory).not.toMatch(/^\/|\/\/|\0|\n/);
      }),
    );
  });
  it('what is left of a long name in any script can be read', () => {
    const [name = ''] = storeFolderName(['я'.repeat(120)], 'maildir++').parts;
    expect(decodeMailboxName(name.replace(/_[0-9a-f]{10}$/, ''))).toMatch(/^я{80,}$/);
    const numbered = numberFolderName(storeFolderName(['a', 'я'.repeat(120)], 'maildir++'), 2, 'maildir++');
    expect(numbered.directory.length).toBeLessThanOrEqual(255);
    expect(decodeMailboxName(numbered.parts.at(-1) ?? '')).toBeDefined();
  });
  it('two long names stay two', () => {
    const long = 'x'.repeat(300);
    const [a, b] = [storeFolderName([`${long}a`], 'maildir++'), storeFolderName([`${long}b`], 'maildir++')];
    expect(a.isShortened).toBe(true);
    expect(a.directory).not.toBe(b.directory);
  });
});
