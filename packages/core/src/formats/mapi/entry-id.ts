// Entry ids that carry an address ([MS-OXCDATA] 2.2.5): one-off ones, those of an Exchange address book, and those that a
// contact folder wraps around either. All others give nothing.

/** What an entry id says of its mail user. */
export interface EntryIdAddress {
  readonly name: string;
  /** `SMTP`, `EX` … */
  readonly type: string;
  readonly address: string;
}

// Provider UIDs, octets 4-19 of every entry id.
const ONE_OFF = '812b1fa4bea310199d6e00dd010f5402';
const EXCHANGE = 'dca740c8c042101ab4b908002b2fe182';
const WRAPPED = 'c091add3519dcf11a4a900aa0047faa4';
const ONE_OFF_IS_UNICODE = 0x8000;
const HEAD = 20;
const MAX_WRAPS = 3;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Strings that each end with NUL, from `at` on. */
function terminatedStrings(bytes: Buffer, at: number, isUnicode: boolean): string[] {
  const rest = bytes.subarray(at);
  const text = isUnicode ? rest.toString('utf16le', 0, rest.length & ~1) : rest.toString('latin1');
  return text.split('\0');
}

/** The provider UID of an entry id, in lower-case hexadecimal. */
function providerUid(entryId: Uint8Array): string {
  return asBuffer(entryId).toString('hex', 4, HEAD);
}

// WrappedEntryId: flags u32, provider 16, type u8, then the entry id inside.
function unwrapped(entryId: Uint8Array): Buffer {
  let bytes = asBuffer(entryId);
  for (let wraps = 0; wraps < MAX_WRAPS && bytes.length > HEAD + 1 && providerUid(bytes) === WRAPPED; wraps++)
    bytes = bytes.subarray(HEAD + 1);
  return bytes;
}

// EntryID of a PST ([MS-PST] 2.4.3.2): flags u32, record key of the store 16, nid u32.
/** The node of a PST that an entry id names, and in hexadecimal the record key of its store; undefined for other entry ids. */
export function entryIdNode(entryId: Uint8Array): { readonly recordKey: string; readonly nid: number } | undefined {
  const bytes = unwrapped(entryId);
  return bytes.length === HEAD + 4 ? { recordKey: providerUid(bytes), nid: bytes.readUInt32LE(HEAD) } : undefined;
}

/** The address in an entry id, undefined when it has none. */
export function entryIdAddress(entryId: Uint8Array): EntryIdAddress | undefined {
  const bytes = unwrapped(entryId);
  if (bytes.length < HEAD + 4) return undefined;
  const provider = providerUid(bytes);
  if (provider === ONE_OFF) return oneOffAddress(bytes);
  if (provider === EXCHANGE) return exchangeAddress(bytes);
  return undefined;
}

// OneOffEntryId ([MS-OXCDATA] 2.2.5.1): flags u32, provider 16, version u16, flags u16, name, address type, address.
function oneOffAddress(bytes: Buffer): EntryIdAddress | undefined {
  const isUnicode = (bytes.readUInt16LE(HEAD + 2) & ONE_OFF_IS_UNICODE) !== 0;
  const [name = '', type = '', address = ''] = terminatedStrings(bytes, HEAD + 4, isUnicode);
  return address === '' ? undefined : { name, type: type.toUpperCase(), address };
}

// AddressBook EntryID ([MS-OXCDATA] 2.2.5.2): flags u32, provider 16, version u32, type u32, X500 DN.
function exchangeAddress(bytes: Buffer): EntryIdAddress | undefined {
  const [address = ''] = terminatedStrings(bytes, HEAD + 8, false);
  return address === '' ? undefined : { name: '', type: 'EX', address };
}

// FlatEntryList ([MS-OXCDATA] 2.3.3): count u32, size u32, then for each: size u32, entry id, padding to four octets.
/** The entry ids of a flat list. */
export function flatEntryList(list: Uint8Array): Uint8Array[] {
  const bytes = asBuffer(list);
  const entries: Uint8Array[] = [];
  if (bytes.length < 8) return entries;
  const count = bytes.readUInt32LE(0);
  let at = 8;
  while (entries.length < count && at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    entries.push(bytes.subarray(at + 4, Math.min(at + 4 + size, bytes.length)));
    at += 4 + ((size + 3) & ~3);
  }
  return entries;
}
