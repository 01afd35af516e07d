/** Extensions that are part of IMAP4rev2 (RFC 9051 appendix E), and need not be named by who speaks nothing else; BINARY without its literals in APPEND. */
const IN_REV2 = ['ENABLE', 'ESEARCH', 'LIST-EXTENDED', 'LITERAL-', 'MOVE', 'NAMESPACE', 'SASL-IR', 'SPECIAL-USE', 'UIDPLUS', 'UNSELECT'];

/** True for a server that speaks IMAP4rev2 and nothing older; with both, the older one holds until the newer is enabled. */
export function isRev2Only(capabilities: ReadonlySet<string>): boolean {
  return capabilities.has('IMAP4REV2') && !capabilities.has('IMAP4REV1');
}

/** What a server can, by the words of its CAPABILITY (RFC 9051 §7.2.2): in upper case, with what these imply. */
export function capabilitiesOf(words: readonly string[]): ReadonlySet<string> {
  const told = new Set(words.map((word) => word.toUpperCase()));
  return isRev2Only(told) ? new Set([...told, ...IN_REV2]) : told;
}
