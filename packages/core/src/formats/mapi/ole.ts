// OLE objects ([MS-OLEDS]): the file inside, where there is one. A packaged file is in \1Ole10Native with its name; other programs put
// theirs into CONTENTS or Package. An object of a program that stores itself otherwise is kept as the storage that it is.
import { CompoundFile } from './compound-file.js';

/** A file that was inside of an OLE object. */
export interface OleFile {
  /** Its name, when the object says one. */
  readonly name?: string;
  /** What its first octets suggest, with the dot. */
  readonly extension?: string;
  readonly octets: Uint8Array;
}

const MAGIC: readonly (readonly [string, string])[] = [
  ['255044462d', '.pdf'],
  ['89504e470d0a', '.png'],
  ['ffd8ff', '.jpg'],
  ['474946383', '.gif'],
  ['d7cdc69a', '.wmf'],
  ['424d', '.bmp'],
];

function extensionOf(octets: Uint8Array): string | undefined {
  const head = Buffer.from(octets.subarray(0, 8)).toString('hex');
  const known = MAGIC.find(([magic]) => head.startsWith(magic))?.[1];
  if (known !== undefined || !head.startsWith('504b0304')) return known;
  const text = Buffer.from(octets.subarray(0, 4096)).toString('latin1');
  return text.includes('word/') ? '.docx' : text.includes('xl/') ? '.xlsx' : text.includes('ppt/') ? '.pptx' : '.zip';
}

function terminated(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
}

// Ole10Native: size u32, flags u16, label sz, file name sz, u32, length of path u32, path, size of data u32, data.
function packagedFile(stream: Uint8Array): OleFile | undefined {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  if (bytes.length < 16 || bytes.readUInt16LE(4) !== 2) return undefined;
  const label = terminated(bytes, 6);
  const path = terminated(bytes, 6 + label.length + 1);
  let at = 6 + label.length + 1 + path.length + 1 + 4;
  if (at + 4 > bytes.length) return undefined;
  at += 4 + bytes.readUInt32LE(at);
  if (at + 4 > bytes.length) return undefined;
  const size = bytes.readUInt32LE(at);
  const name = (label === '' ? path : label).replace(/^.*[\\/]/, '');
  const octets = bytes.subarray(at + 4, at + 4 + size);
  return octets.length === 0 ? undefined : name === '' ? { octets } : { name, octets };
}

/** The file in an OLE storage; undefined when it has none that stands alone. */
export function extractOle(storage: Uint8Array): OleFile | undefined {
  const file = CompoundFile.open(storage);
  if (!file) return undefined;
  const native = file.stream('\u0001Ole10Native');
  const packaged = native ? packagedFile(native) : undefined;
  if (packaged) return packaged;
  const octets = file.stream('Package') ?? file.stream('CONTENTS');
  const extension = octets ? extensionOf(octets) : undefined;
  return octets && extension !== undefined && octets.length > 0 ? { extension, octets } : undefined;
}
