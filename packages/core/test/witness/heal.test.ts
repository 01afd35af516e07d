import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../../scripts/oracle/peer.ts';
import { healQuoting } from '../../src/formats/witness/heal.js';
import { witnessesOf } from '../../src/formats/witness/witness.js';
import { digestCrlf, maildirTarget, openMbox, restore, transfer } from '../../src/index.js';
import { dice, mangled, type SignedMail, Signer } from './signed-mail.js';

const COUNT = Number(process.env['SIGNED'] ?? 36);
interface Read {
  readonly octets: Uint8Array;
  readonly isHealed: boolean;
}

const hasTools = hasPeer('openssl') && hasPeer('gpg');

describe.runIf(hasTools)('signatures as witnesses', () => {
  let directory = '';
  let mails: SignedMail[] = [];
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailferry-signed-'));
    const signer = new Signer(directory);
    const pick = dice(Number(process.env['SEED'] ?? 7));
    const make = [signer.dkim.bind(signer), signer.smime.bind(signer), signer.pgp.bind(signer)];
    mails = Array.from({ length: COUNT }, (_, n) => make[n % 3]?.(n, pick) ?? { kind: 'dkim', octets: Buffer.alloc(0) });
  }, 240_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const read = async (text: string, quoting: 'auto' | 'none' = 'auto'): Promise<Read[]> => {
    const path = join(directory, 'mbox');
    writeFileSync(path, text, 'latin1');
    await using store = await openMbox(path, { fromTz: 'UTC', unescape: quoting });
    const messages: Read[] = [];
    for await (const { content, issues } of store.messages()) {
      messages.push({ octets: content.bytes(), isHealed: issues.some(({ code }) => code === 'MBOX_QUOTING_PROVED') });
    }
    return messages;
  };
  const separator = 'From ann@example.org Mon Jan  6 12:00:00 2003\n';
  const crlf = (octets: Uint8Array): Buffer => Buffer.from(Buffer.from(octets).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

  it('hold over what was signed, by each tool', () => {
    expect(mails.map(({ octets }) => witnessesOf(octets).map(({ holds }) => holds))).toEqual(mails.map(() => [true]));
    const touched = mails.map(({ octets }) => Buffer.from(octets.toString('latin1').replace('Message ', 'message '), 'latin1'));
    expect(touched.map((octets) => witnessesOf(octets).map(({ holds }) => holds))).toEqual(mails.map(() => [false]));
  });

  it.each(['mboxo', 'mboxrd'] as const)(
    'what %s mangled holds again, octet by octet, and the mbox comes back',
    { timeout: 120_000 },
    async (dialect) => {
      const text = mails.map((mail) => `${separator}${mangled(mail, dialect)}\n`).join('');
      const found = await read(text);
      // A text that had `>From ` of its own leaves more choices than the 16 bits of a PGP signature can decide.
      const isAmbiguous = mails.map(({ kind, octets }) => dialect === 'mboxo' && kind === 'pgp' && octets.includes('\n>From '));
      expect(found).toHaveLength(COUNT);
      expect(found.flatMap(({ isHealed }, i) => (isHealed || isAmbiguous[i] === true ? [] : [i]))).toEqual([]);
      expect(found.map(({ octets }) => witnessesOf(crlf(octets))[0]?.holds)).toEqual(found.map(({ isHealed }) => isHealed));
      const before = (await read(text, 'none')).map(({ octets }) => witnessesOf(crlf(octets))[0]?.holds);
      expect(before).toEqual(found.map(() => false));
      const healed = found.filter(({ isHealed }) => isHealed).length;
      process.stderr.write(`${dialect}: ${healed} of ${COUNT} signatures that were broken hold again\n`);
      // A hash of 256 bits proves every octet of its part: what was signed is there as it was.
      const strong = mails.flatMap(({ kind, octets }, i) => (kind === 'dkim' && !octets.includes(' l=') ? [i] : []));
      const body = (octets: Buffer): string => octets.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n').trimEnd();
      for (const i of strong) expect(body(crlf(found[i]?.octets ?? new Uint8Array()))).toBe(body(mails[i]?.octets ?? Buffer.alloc(0)));

      const [mbox, root, back] = [
        join(directory, `${dialect}.mbox`),
        join(directory, `Maildir-${dialect}`),
        join(directory, `back-${dialect}`),
      ];
      writeFileSync(mbox, text, 'latin1');
      await using store = await openMbox(mbox, { fromTz: 'UTC' });
      {
        await using target = await maildirTarget(root, { fsync: 'none' });
        const { totals, issues } = await transfer(store, target);
        expect(totals).toMatchObject({ written: COUNT, failed: 0 });
        expect(issues).toContainEqual(expect.objectContaining({ code: 'MBOX_QUOTING_PROVED', count: healed }));
      }
      const { restored, refused } = restore(root, back);
      expect(refused).toEqual([]);
      expect(readFileSync(restored[0]?.path ?? '').equals(readFileSync(mbox))).toBe(true);
    },
  );

  it('change nothing without a proof: whole ones, those that are broken otherwise, and mail without signatures', {
    timeout: 120_000,
  }, async () => {
    const whole = mails.map(({ octets }) =>
      octets
        .toString('latin1')
        .replaceAll('\r\n', '\n')
        .replace(/^From /gm, 'from '),
    );
    const spoilt = mails.map((mail) => mangled(mail, 'mboxo').replace('Message ', 'message '));
    const plain = mails.map((mail) =>
      mangled(mail, 'mboxo')
        .replace(/^DKIM-Signature:/i, 'X-Nothing:')
        .replace('multipart/signed', 'multipart/mixed'),
    );
    const messages = await read([...whole, ...spoilt, ...plain].map((text) => `${separator}${text}\n`).join(''));
    expect(messages).toHaveLength(3 * COUNT);
    // The 16 bits of PGP fit by chance now and then, where a text has many readings and is none of them; a hash does not.
    const isChance = messages.map(({ isHealed }, i) => isHealed && mails[i % COUNT]?.kind === 'pgp');
    expect(messages.filter(({ isHealed }, i) => isHealed && isChance[i] !== true)).toEqual([]);
    expect(isChance.filter(Boolean).length).toBeLessThan(2);
    const texts = [...whole, ...spoilt, ...plain].map((text) => digestCrlf([Buffer.from(text, 'latin1')]).sha256);
    const found = messages.map(({ octets }) => digestCrlf([octets]).sha256);
    expect(found.filter((_, i) => isChance[i] !== true)).toEqual(texts.filter((_, i) => isChance[i] !== true));
  });

  it('are total: no octets crash or hang them', () => {
    const one = fc.constantFrom(...mails.slice(0, 6).map(({ octets }) => octets));
    fc.assert(
      fc.property(one, fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 40 }), (octets, from, length, garbage) => {
        const at = from % octets.length;
        const mutant = Buffer.concat([octets.subarray(0, at), garbage, octets.subarray(at + (length % 200))]);
        expect(witnessesOf(mutant).length).toBeLessThan(18);
        healQuoting(mutant, [{ at: Math.min(at, mutant.length - 1), depth: 1 }]);
      }),
      { numRuns: 300 },
    );
  });
});
