// The certificates of a contact ([MS-OXOABK] 2.2.4.36): each value is a signed object with certificates in it, or a list of settings, among which are the
// certificates to sign and to encrypt with.
import type { MapiObject } from './object.js';
import { Pid } from './properties.js';

/** Tags of settings whose data are a certificate in DER: for encryption, for signatures. */
const CERTIFICATES: ReadonlySet<number> = new Set([0x0003, 0x0008]);
/** The first octet of everything that is a SEQUENCE in DER. */
const SEQUENCE = 0x30;

// Settings: tag u16, length u16 with these four octets, data.
function fromSettings(value: Uint8Array): Uint8Array[] {
  const octets = Buffer.from(value.buffer, value.byteOffset, value.length);
  const found: Uint8Array[] = [];
  for (let at = 0; at + 4 <= octets.length; ) {
    const size = octets.readUInt16LE(at + 2);
    if (size < 4 || at + size > octets.length) break;
    if (CERTIFICATES.has(octets.readUInt16LE(at)) && octets[at + 4] === SEQUENCE) found.push(octets.subarray(at + 4, at + size));
    at += size;
  }
  return found;
}

/** A key as it stands in a vCard: its media type and its octets. */
export interface ContactKey {
  readonly type: 'application/pkix-cert' | 'application/pkcs7-mime';
  readonly octets: Uint8Array;
}

/** The certificates of a contact in DER, each once. */
export function contactKeys(contact: MapiObject): ContactKey[] {
  const stored = contact.property(Pid.PidTagUserX509Certificate);
  const values: readonly unknown[] = Array.isArray(stored) ? stored : [stored];
  const keys = values.flatMap((value): ContactKey[] => {
    if (!(value instanceof Uint8Array) || value.length === 0) return [];
    if (value[0] === SEQUENCE) return [{ type: 'application/pkcs7-mime', octets: value }];
    return fromSettings(value).map((octets) => ({ type: 'application/pkix-cert', octets }));
  });
  return [...new Map(keys.map((key) => [Buffer.from(key.octets).toString('latin1'), key])).values()];
}
