// The messageDigest attribute of a CMS SignedData (RFC 5652 §11.2). It is looked for by its octets, so that BER and DER are the same to it:
//   06 09 2A 86 48 86 F7 0D 01 09 04   the object identifier 1.2.840.113549.1.9.4
//   31 n                               SET with one value
//   04 m, m octets                     the digest
const MESSAGE_DIGEST = Buffer.from('06092a864886f70d010904', 'hex');

/** The digests that the signers of a SignedData claim, one each; none where they signed without attributes. */
export function messageDigest(cms: Buffer): Buffer[] {
  const digests: Buffer[] = [];
  for (let at = cms.indexOf(MESSAGE_DIGEST); at >= 0; at = cms.indexOf(MESSAGE_DIGEST, at + 1)) {
    const value = at + MESSAGE_DIGEST.length;
    const size = cms[value + 3] ?? 0;
    const isDigest = cms[value] === 0x31 && cms[value + 1] === size + 2 && cms[value + 2] === 0x04 && value + 4 + size <= cms.length;
    if (isDigest) digests.push(cms.subarray(value + 4, value + 4 + size));
  }
  return digests;
}
