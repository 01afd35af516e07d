import { describe, expect, it } from 'vitest';
import { oleFile } from '../../src/formats/mapi/attachments.js';
import { extractOle } from '../../src/formats/mapi/ole.js';
import { compoundStorage, storageInside } from './compound-storage.js';
import { attachment } from './memory-message.js';

const SIZE = 4096;
const filled = (head: string | Uint8Array): Buffer => Buffer.concat([Buffer.from(head), Buffer.alloc(SIZE)]).subarray(0, SIZE);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A stream \1Ole10Native, with its names in UTF-16 once more where they are given. */
function packaged(label: Uint8Array, unicode: readonly string[] = []): Buffer {
  const path = Buffer.from('C:\\x\0');
  const data = Buffer.from('the file');
  const names = unicode.flatMap((name) => [u32(name.length), Buffer.from(name, 'utf16le')]);
  const head = [Buffer.from('0200', 'hex'), label, Buffer.from('\0'), path, u32(0x30000), u32(path.length), path];
  return filled(Buffer.concat([u32(SIZE - 4), ...head, u32(data.length), data, ...names]));
}

describe('an OLE object', () => {
  it.each([
    ['WordDocument', '.doc'],
    ['Workbook', '.xls'],
    ['Book', '.xls'],
    ['PowerPoint Document', '.ppt'],
    ['VisioDocument', '.vsd'],
  ])('with %s is the document that it is, as it lies there', (stream, extension) => {
    const storage = compoundStorage(stream, filled('x'));
    expect(extractOle(storage)).toEqual({ extension, octets: storage });
    const stored = attachment({ PidTagAttachMethod: 6 }, { chunks: [storage], isStorage: true });
    expect(oleFile(stored, 'Sheet')?.fileName).toBe(`Sheet${extension}`);
    expect(oleFile(stored, `Sheet${extension.toUpperCase()}`)?.fileName).toBe(`Sheet${extension.toUpperCase()}`);
  });

  it('is what it is itself, not what lies in an object inside it', () => {
    const storage = storageInside(['\u0001Ole10Native', packaged(Buffer.from('inner.txt'))], ['WordDocument', filled('x')]);
    expect(extractOle(storage)).toEqual({ extension: '.doc', octets: storage });
    const packager = storageInside(['WordDocument', filled('x')], ['\u0001Ole10Native', packaged(Buffer.from('outer.txt'))]);
    expect(extractOle(packager)).toMatchObject({ name: 'outer.txt', octets: Buffer.from('the file') });
  });

  it('has the name of its file in Unicode, where it is stored so', () => {
    const nameOf = (label: string, unicode?: readonly string[]) =>
      extractOle(compoundStorage('\u0001Ole10Native', packaged(Buffer.from(label, 'latin1'), unicode)))?.name;
    expect(nameOf('plan.txt')).toBe('plan.txt');
    expect(nameOf('10 \x80 \x96 \xfc.txt')).toBe('10 € – ü.txt');
    expect(nameOf('???.txt', ['C:\\x', 'план.txt', 'C:\\план.txt'])).toBe('план.txt');
    expect(nameOf('', ['C:\\x'])).toBe('x');
  });

  it('may have a bare picture where others have a packaged file', () => {
    const picture = filled('BM picture');
    const stream = Buffer.concat([u32(picture.length), picture]);
    expect(extractOle(compoundStorage('\u0001Ole10Native', stream))).toEqual({ extension: '.bmp', octets: picture });
  });

  it('of an unknown program, or damaged, stays as it is', () => {
    expect(extractOle(compoundStorage('Equation Native', filled('x')))).toBeUndefined();
    const circle = storageInside(['a', filled('x')], ['Workbook', filled('x')]);
    circle.writeUInt32LE(1, 1024 + 3 * 128 + 68);
    expect(extractOle(circle)?.extension).toBe('.xls');
    circle.writeUInt32LE(77, 1024 + 76);
    expect(extractOle(circle)?.extension).toBe('.xls');
  });
});
