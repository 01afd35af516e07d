// Makes the smallest compound file ([MS-CFB]) with one stream: version 3, sectors of 512 octets, FAT in sector 0, directory in sector 1, the stream behind.

const SECTOR = 512;
/** Streams below this size lie in the mini stream, which this maker has not. */
const LEAST = 4096;
const END = 0xfffffffe;
const FREE = 0xffffffff;

function entry(name: string, type: number, child: number, start: number, size: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.write(name, 0, 'utf16le');
  bytes.writeUInt16LE((name.length + 1) * 2, 64);
  bytes.writeUInt8(type, 66);
  bytes.writeUInt8(1, 67);
  bytes.writeUInt32LE(FREE, 68);
  bytes.writeUInt32LE(FREE, 72);
  bytes.writeUInt32LE(child, 76);
  bytes.writeUInt32LE(start, 116);
  bytes.writeUInt32LE(size, 120);
  return bytes;
}

/** A compound file whose root has a storage with the first stream in it, and beside the storage the second; both of 4096 octets. */
export function storageInside(inner: readonly [string, Uint8Array], outer: readonly [string, Uint8Array]): Buffer {
  const file = compoundStorage('x', Buffer.concat([inner[1], outer[1]]));
  for (const last of [1 + LEAST / SECTOR, 1 + (2 * LEAST) / SECTOR]) file.writeUInt32LE(END, SECTOR + 4 * last);
  const storage = entry('ObjectPool', 1, 2, 0, 0);
  const [innerEntry, outerEntry] = [inner, outer].map(([name, octets], i) => entry(name, 2, FREE, 2 + (i * LEAST) / SECTOR, octets.length));
  if (innerEntry === undefined || outerEntry === undefined) throw new Error('two streams');
  storage.writeUInt32LE(3, 72);
  Buffer.concat([entry('Root Entry', 5, 1, END, 0), storage, innerEntry, outerEntry]).copy(file, 2 * SECTOR);
  return file;
}

/** A compound file with one stream of at least 4096 octets and at most 60 KiB. */
export function compoundStorage(name: string, octets: Uint8Array): Buffer {
  if (octets.length < LEAST) throw new Error('too small for a stream in sectors');
  const count = Math.ceil(octets.length / SECTOR);
  const header = Buffer.alloc(SECTOR, 0xff);
  header.fill(0, 0, 76);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(LEAST, 56);
  header.writeUInt32LE(END, 60);
  header.writeUInt32LE(END, 68);
  header.writeUInt32LE(0, 76);
  const fat = Buffer.alloc(SECTOR, 0xff);
  fat.writeUInt32LE(0xfffffffd, 0);
  fat.writeUInt32LE(END, 4);
  for (let i = 0; i < count; i++) fat.writeUInt32LE(i === count - 1 ? END : i + 3, 8 + 4 * i);
  const directory = Buffer.concat([entry('Root Entry', 5, 1, END, 0), entry(name, 2, FREE, 2, octets.length), Buffer.alloc(2 * 128)]);
  return Buffer.concat([header, fat, directory, octets, Buffer.alloc(count * SECTOR - octets.length)]);
}
