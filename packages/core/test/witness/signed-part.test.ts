import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../../scripts/oracle/peer.ts';
import { encapsulatedContent } from '../../src/formats/witness/cms.js';
import { cmsSignature, mostTries, pgpDetachedSignature } from '../../src/formats/witness/detached-signature.js';
import { hasSignedPart, hasWitness, witnessesOf } from '../../src/formats/witness/witness.js';
import { dice, inAnother, mangled, type SignedMail, Signer } from './signed-mail.js';

const holds = ({ octets }: SignedMail) => witnessesOf(octets).map((one) => [one.kind, one.holds]);
const touched = ({ kind, octets }: SignedMail): SignedMail => ({
  kind,
  octets: Buffer.from(octets.toString('latin1').replace('Message ', 'message '), 'latin1'),
});

describe.runIf(hasPeer('openssl') && hasPeer('gpg'))('signed parts', () => {
  let directory = '';
  let signer: Signer;
  const pick = dice(11);
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailferry-parts-'));
    signer = new Signer(directory);
  }, 120_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('are found in what a mailing list or a forwarder made of them', { timeout: 60_000 }, () => {
    for (const how of ['list', 'attached'] as const) {
      for (const mail of [signer.smime(1, pick), signer.pgp(2, pick), signer.opaque(3, pick)]) {
        const nested = inAnother(mail, how);
        expect(holds(nested)).toEqual([[mail.kind, true]]);
        if (mail.octets.includes('Message ')) expect(holds(touched(nested))).toEqual([[mail.kind, false]]);
        // Too deep to be looked at.
        const wraps = 'Content-Type: message/rfc822\r\n\r\n'.repeat(12);
        expect(holds({ kind: mail.kind, octets: Buffer.concat([Buffer.from(wraps), nested.octets]) })).toEqual([]);
      }
    }
  });

  it('may be opaque, in one piece or of indefinite length', { timeout: 60_000 }, () => {
    for (let n = 0; n < 8; n += 1) {
      const mail = signer.opaque(n, pick);
      expect(holds(mail)).toEqual([['smime', true]]);
      const text = mail.octets.toString('latin1');
      const at = text.indexOf('\r\n\r\n') + 4;
      const cms = Buffer.from(text.slice(at), 'base64');
      const content = encapsulatedContent(cms);
      expect(content?.toString('latin1')).toContain(`Message ${n}.`);
      cms[cms.indexOf('Message ')] = 0x6d;
      const spoilt = { kind: mail.kind, octets: Buffer.from(`${text.slice(0, at)}${cms.toString('base64')}`, 'latin1') };
      expect(holds(spoilt)).toEqual([['smime', false]]);
    }
  });

  it('that only seal or carry certificates are no witnesses', () => {
    const sealed = (type: string, text: string) => witnessesOf(Buffer.from(`Content-Type: application/pkcs7-mime${type}\r\n\r\n${text}`));
    expect(sealed('; smime-type=enveloped-data', 'MIIB')).toEqual([]);
    expect(sealed('', 'MIIB')).toEqual([]);
    expect(sealed('; smime-type=signed-data', 'MIIB')).toEqual([{ kind: 'smime', holds: undefined }]);
  });

  it('are looked for where they can be', () => {
    expect(hasWitness(Buffer.from('Content-Type: multipart/signed; x'))).toBe(true);
    expect(hasWitness(Buffer.from('Content-Type: multipart/mixed; x'))).toBe('inParts');
    expect(hasWitness(Buffer.from('Content-Type: text/plain'))).toBe(false);
    const nested = inAnother(signer.pgp(4, pick), 'list');
    expect(hasSignedPart(Buffer.from(mangled(nested, 'mboxo')))).toBe(true);
  });

  it('one digest that holds is proof, though a countersignature has another', () => {
    const der = (digest: string) => Buffer.from(`06092a864886f70d010904${'3122'}0420${digest}`, 'hex');
    const other = cmsSignature(Buffer.concat([der('11'.repeat(32)), der('00'.repeat(32))]));
    expect(other?.holds(Buffer.from('sea'))).toBe(false);
    const right = createHash('sha256').update('sea').digest('hex');
    expect(cmsSignature(Buffer.concat([der('00'.repeat(32)), der(right)]))?.holds(Buffer.from('sea'))).toBe(true);
    expect(cmsSignature(Buffer.from('no digest'))).toBeUndefined();
  });

  it('with few bits allow few tries', () => {
    const pgp = pgpDetachedSignature(signer.pgp(5, pick).octets.toString('latin1'));
    expect(pgp?.bits).toBe(16);
    expect(mostTries({ bits: 16 }, 2 ** -12)).toBe(16);
    expect(mostTries({ bits: 16 }, 2 ** -6)).toBe(1024);
    expect(mostTries({ bits: 256 }, 2 ** -12)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });

  it('are total: no octets crash them', () => {
    const mails = [signer.opaque(6, pick), inAnother(signer.smime(7, pick), 'list')];
    fc.assert(
      fc.property(fc.constantFrom(...mails), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 30 }), ({ octets }, from, length, garbage) => {
        const at = from % octets.length;
        witnessesOf(Buffer.concat([octets.subarray(0, at), garbage, octets.subarray(at + (length % 200))]));
        encapsulatedContent(Buffer.concat([Buffer.from('3080', 'hex'), garbage]));
      }),
      { numRuns: 300 },
    );
  });
});
