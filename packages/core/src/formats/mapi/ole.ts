// OLE objects ([MS-OLEDS]): the file inside, where there is one. A packaged file is in \1Ole10Native with its name; other programs put
// theirs there without one, or into CONTENTS or Package. What Office before 2007 stored is a document of its own as it lies there ([MS-DOC], [MS-XLS],
// [MS-PPT]). An object of a program that stores itself otherwise is kept as the storage that it is.
import { decodeByGuess } from '../mime/charset.js';
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

/** The storages that are documents, by the stream that makes them one. */
const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['WordDocument', '.doc'],
  ['Workbook', '.xls'],
  ['Book', '.xls'],
  ['PowerPoint Document', '.ppt'],
  ['VisioDocument', '.vsd'],
  ['__properties_version1.0', '.msg'],
];

/** Octets up to NUL. */
function terminated(bytes: Buffer, at: number): Buffer {
  const end = bytes.indexOf(0, at);
  return bytes.subarray(at, end < 0 ? bytes.length : end);
}

/** The second of three strings of UTF-16, each with its length in characters before it: the label. */
function unicodeLabel(bytes: Buffer, start: number): string {
  if (start + 4 > bytes.length) return '';
  const at = start + 4 + 2 * bytes.readUInt32LE(start);
  if (at + 4 > bytes.length) return '';
  const end = at + 4 + 2 * bytes.readUInt32LE(at);
  return end > bytes.length ? '' : bytes.toString('utf16le', at + 4, end).replace(/\0[\s\S]*$/, '');
}

// Ole10Native: size u32, flags u16, label sz, file name sz, u32, length of path u32, path, size of data u32, data; then in newer ones path, label and
// file name once more in UTF-16.
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
  const ansi = decodeByGuess(label.length === 0 ? path : label, ['windows-1252']).text;
  const name = (unicodeLabel(bytes, at + 4 + size) || ansi).replace(/^.*[\\/]/, '');
  const octets = bytes.subarray(at + 4, at + 4 + size);
  return octets.length === 0 ? undefined : name === '' ? { octets } : { name, octets };
}

/** What a program put there as it is, known by its first octets. */
function bareFile(octets: Uint8Array | undefined): OleFile | undefined {
  const extension = octets ? extensionOf(octets) : undefined;
  return octets && extension !== undefined ? { extension, octets } : undefined;
}

/** The file in an OLE storage; undefined when it has none that stands alone. */
export function extractOle(storage: Uint8Array): OleFile | undefined {
  const file = CompoundFile.open(storage);
  if (!file) return undefined;
  const native = file.stream('\u0001Ole10Native');
  const inside = native && (packagedFile(native) ?? bareFile(native.subarray(4)));
  if (inside) return inside;
  const bare = bareFile(file.stream('Package') ?? file.stream('CONTENTS'));
  if (bare) return bare;
  const extension = DOCUMENTS.find(([stream]) => file.has(stream))?.[1];
  return extension === undefined ? undefined : { extension, octets: storage };
}
