import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS, type ServerKind } from '../../src/session/preset.js';
import { prepare } from '../../src/upload/prepare.js';
import { REPAIR_KINDS, type RepairKind } from '../../src/upload/repair-kind.js';
import { MessageMaker } from '../sources.js';

const sha256 = (text: string): string => hash('sha256', Buffer.from(text, 'latin1'), 'hex');
const HEAD = 'Subject: x\nMessage-ID: <1@x>\n';

function prepared(
  text: string,
  kind: ServerKind,
  repairs: readonly RepairKind[] = [],
  more: { flags?: ReadonlySet<string>; internalDate?: number } = {},
  largeFrom = 1 << 20,
) {
  const message = new MessageMaker().make(['INBOX'], text, more);
  const item = prepare(message, {
    preset: PRESETS[kind],
    capabilities: new Set(['BINARY']),
    permanentFlags: undefined,
    appendLimit: undefined,
    repairs: new Set(repairs),
    largeFrom,
  });
  return {
    codes: item.issues.map(({ code }) => code),
    forecast: item.forecast?.code,
    wire: Buffer.concat(Array.from(item.chunks(), (chunk) => chunk.slice())).toString('latin1'),
    item,
  };
}

describe('a message that is prepared', () => {
  it('leaves as CRLF and is otherwise untouched', () => {
    const { wire, codes, item } = prepared(`${HEAD}\na\nb\r\nc\rd`, 'dovecot');
    expect(wire).toBe('Subject: x\r\nMessage-ID: <1@x>\r\n\r\na\r\nb\r\nc\rd');
    expect(item.size).toBe(wire.length);
    expect(codes).toEqual([]);
  });

  it('is repaired where the server would refuse it, by as little as can be', () => {
    const { wire, codes } = prepared(`${HEAD}no colon here\nTo: b\n\nbody\n`, 'cyrus');
    expect(wire).toBe('Subject: x\r\nMessage-ID: <1@x>\r\n\r\nno colon here\r\nTo: b\r\n\r\nbody\r\n');
    expect(codes).toEqual(['IMAP_MESSAGE_REPAIRED']);
    expect(prepared(`${HEAD}no colon here\n\nbody\n`, 'dovecot').codes).toEqual([]);
  });

  it('says what the server will do to it, and does it better when it may', () => {
    expect(prepared(`X: caf\xe9\n${HEAD}\nb\n`, 'cyrus').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`X: caf\xe9 <a@b>\n${HEAD}\nb\n`, 'cyrus', ['header8bit']).wire).toContain('X: =?ISO-8859-1?B?Y2Fm6Q==?= <a@b>\r\n');
    expect(prepared(`X: caf\xc3\xa9\n${HEAD}\nb\n`, 'cyrus', ['header8bit']).wire).toContain('X: =?UTF-8?B?Y2Fmw6k=?=\r\n');
    expect(prepared(`${HEAD}\na\0b\n`, 'dovecot').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`${HEAD}\na\0b\n`, 'dovecot', ['nul']).wire).toContain('a b');
    expect(prepared(`${HEAD}\na\0b\n`, 'cyrus').item.isBinary).toBe(true);
    expect(prepared(`X: a\0b\n${HEAD}\nb\n`, 'cyrus').forecast).toBe('IMAP_MESSAGE_REFUSED');
    expect(prepared(`${HEAD}\na\rb\n`, 'courier', ['cr']).wire).toContain('a\r\nb');
    expect(prepared(`${HEAD}\n${'x'.repeat(20_000)}\n`, 'exchange').forecast).toBe('IMAP_MESSAGE_REFUSED');
  });

  it('has 8-bit header text encoded without cutting a character in two', () => {
    // à is C3 A0: an octet that looks like a blank; sixty of them fill more than one encoded-word.
    for (const name of ['voil\xc3\xa0', 'x'.concat('\xc3\xa0'.repeat(60)), `${'\xe2\x82\xac'.repeat(40)}y`, '\xe9'.repeat(100)]) {
      const { wire } = prepared(`X: ${name}\n${HEAD}\nb\n`, 'cyrus', ['header8bit']);
      const words = [...wire.slice(0, wire.indexOf('\r\nSubject')).matchAll(/=\?([A-Z0-9-]+)\?B\?([A-Za-z0-9+/=]+)\?=/g)];
      const decoded = words.map(([word, charset, text = '']) => {
        expect(word.length).toBeLessThanOrEqual(75);
        return Buffer.from(text, 'base64').toString(charset === 'UTF-8' ? 'utf8' : 'latin1');
      });
      const wanted = Buffer.from(name, 'latin1').toString('utf8');
      expect(decoded.join('')).toBe(wanted.includes('\ufffd') ? name : wanted);
    }
  });

  it('is foreseen to be too large for a server that names no limit, by what is usual for its kind', () => {
    const large = `${HEAD}\n${`${'x'.repeat(70)}\n`.repeat(145_000)}`;
    const { item, forecast } = prepared(large, 'zimbra');
    expect(forecast).toBe('IMAP_MESSAGE_TOO_LARGE');
    // It may have been set up otherwise: it is tried.
    expect(item.isHopeless).toBe(false);
    expect(prepared(large, 'dovecot').forecast).toBeUndefined();
  });

  it('is known by what the server makes of it, small or in pieces', () => {
    const stored: Partial<Record<ServerKind, (wire: string) => string>> = {
      dovecot: (wire) =>
        wire
          .replaceAll('\0', '\x80')
          .replace(/\r\r\n/g, '\r\n')
          .replace(/\r$/, ''),
      courier: (wire) => `${wire.replace(/\r(?!\n)/g, '')}\r\n`,
    };
    const body = 'a\r\r\nb\r\r\r\nc\rd\0\r';
    for (const kind of ['dovecot', 'courier'] as const) {
      // A run of carriage returns that ends where a piece does.
      for (const filler of ['', `${'x'.repeat(70)}\n`.repeat(20_000), `${'\r'.repeat(1 << 18)}\n`.repeat(5)]) {
        const { item, codes, wire } = prepared(`${HEAD}\n${filler}${body}`, kind);
        expect(new Set(codes)).toEqual(new Set(['IMAP_MESSAGE_ALTERED']));
        expect(item.wire).toEqual({ size: wire.length, sha256: sha256(wire) });
        const wanted = stored[kind]?.(wire) ?? '';
        expect({ size: item.size, sha256: item.sha256 }).toEqual({ size: wanted.length, sha256: sha256(wanted) });
      }
    }
    expect(prepared(`${HEAD}\na\r\r\n`, 'dovecot').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`${HEAD}\na\rb\r\n`, 'dovecot').codes).toEqual([]);
    const { item } = prepared('Subject: \xe4\n\n\xe4\n', 'cyrus');
    expect(item.sha256).toBe(sha256('Subject: X\r\n\r\n\xe4\r\n'));
  });

  it('keeps lost keywords in a header field when it may', () => {
    const flags = new Set(['\\Seen', 'a b', 'ok']);
    expect(prepared(`${HEAD}\nb\n`, 'dovecot', [], { flags }).codes).toEqual(['IMAP_FLAG_DROPPED']);
    expect(prepared(`${HEAD}\nb\n`, 'dovecot', ['keywords'], { flags }).wire).toMatch(/^X-Keywords: =\?UTF-8\?B\?YSBi\?=\r\nSubject/);
  });

  it('has a date that every server keeps', () => {
    for (const internalDate of [-1, Number.NaN, Date.UTC(2140, 0, 1)]) {
      expect(prepared(`${HEAD}\nb\n`, 'cyrus', [], { internalDate }).codes).toEqual(['IMAP_DATE_CLAMPED']);
    }
    expect(prepared(`${HEAD}\nb\n`, 'dovecot', [], { internalDate: Date.UTC(2037, 0, 1) }).codes).toEqual(['IMAP_DATE_CLAMPED']);
  });

  it('comes out the same in pieces when it is large', () => {
    const body = `${'0123456789\r\n'.repeat(3)}${'abcdefg\n'.repeat(200_000)}\r`;
    const { item, wire } = prepared(`${HEAD}\n${body}`, 'cyrus');
    expect(item.isLarge).toBe(true);
    expect(wire.length).toBe(item.wire.size);
    expect(wire).toBe(`${HEAD}\n${body}`.replace(/\r?\n/g, '\r\n'));
  });

  it('is judged and repaired in pieces as it is when held whole', () => {
    // Pieces of the grammar that servers mind, so that every trait comes in every place, and together.
    const piece = fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      '\0',
      '\xe9',
      'X-Name: ',
      'no colon',
      ' folded',
      'Message-ID: <1@x>\n',
      '\n\n',
      'x'.repeat(12_000),
    );
    const kinds = fc.constantFrom<ServerKind>('dovecot', 'cyrus', 'courier', 'exchange', 'unknown');
    const texts = fc.array(piece, { minLength: 1, maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, kinds, fc.subarray([...REPAIR_KINDS]), fc.boolean(), (text, kind, repairs, hasHead) => {
        const whole = `${hasHead ? HEAD : ''}${text}`;
        const flags = new Set(['\\Seen', 'a b']);
        const held = prepared(whole, kind, repairs, { flags });
        const streamed = prepared(whole, kind, repairs, { flags }, 0);
        fc.pre(whole !== '' && held.item.isHopeless === false);
        expect(streamed.item.isLarge).toBe(true);
        expect(streamed.wire).toBe(held.wire);
        const { wire, size, sha256, key, issues, forecast, isBinary } = streamed.item;
        expect({ wire, size, sha256, key, issues, forecast, isBinary }).toEqual({
          wire: held.item.wire,
          size: held.item.size,
          sha256: held.item.sha256,
          key: held.item.key,
          issues: held.item.issues,
          forecast: held.item.forecast,
          isBinary: held.item.isBinary,
        });
        expect(wire.size).toBe(streamed.wire.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is judged by every octet when it is large', () => {
    const filler = `${'y'.repeat(75)}\n`.repeat(30_000);
    expect(prepared(`${HEAD}\n${filler}a\0b\n`, 'dovecot').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`${HEAD}\n${filler}a\0b\n`, 'cyrus').item.isBinary).toBe(true);
    expect(prepared(`${HEAD}\n${filler}a\0b\n`, 'cyrus', ['nul']).wire.endsWith('a b\r\n')).toBe(true);
    expect(prepared(`X: a\0b\n${HEAD}\n${filler}`, 'cyrus').forecast).toBe('IMAP_MESSAGE_REFUSED');
    expect(prepared(`${HEAD}\n${filler}a\rb\n`, 'courier').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`${HEAD}\n${filler}a\rb\n`, 'courier', ['cr']).wire.endsWith('a\r\nb\r\n')).toBe(true);
    expect(prepared(`${HEAD}\n${filler}end`, 'courier').codes).toEqual(['IMAP_MESSAGE_ALTERED']);
    expect(prepared(`${HEAD}\n${filler}${'x'.repeat(20_000)}\n`, 'exchange').forecast).toBe('IMAP_MESSAGE_REFUSED');
    const bad = prepared(`${HEAD}no colon here\n\n${filler}`, 'cyrus');
    expect(bad.codes).toEqual(['IMAP_MESSAGE_REPAIRED']);
    expect(bad.wire.startsWith('Subject: x\r\nMessage-ID: <1@x>\r\n\r\nno colon here\r\n')).toBe(true);
    expect(bad.wire.length).toBe(bad.item.size);
    expect(prepared(`X: caf\xe9\n${HEAD}\n${filler}`, 'cyrus', ['header8bit']).wire.startsWith('X: =?ISO-8859-1?B?Y2Fm6Q==?=\r\n')).toBe(
      true,
    );
    // A header of 400 KB: what is looked at of it ends somewhere in a line.
    expect(prepared(`${'X-Long: abc\n'.repeat(35_000)}${HEAD}\n${filler}`, 'cyrus').codes).toEqual([]);
  });
});
