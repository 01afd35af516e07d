/** The hash of a text and its size, both of its CRLF form. */
export interface CrlfDigest {
  /** SHA-256 of the CRLF form, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Octets of the CRLF form. */
  readonly crlfSize: number;
}
