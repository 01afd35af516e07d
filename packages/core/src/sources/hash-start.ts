import { read } from 'node:fs';
import { promisify } from 'node:util';
import { GrowingHash } from '../formats/content/growing-hash.js';

/** Octets of one read: the next is under way while one is hashed. */
const READ = 4 * 1024 * 1024;

const readAt = promisify(read);

/** The hash of the first `size` octets of a file; `hash.size` is less where it is shorter. Errors of reading are as of `fs.read`. */
export async function hashStart(fd: number, size: number): Promise<GrowingHash> {
  const hash = new GrowingHash();
  const buffers = [Buffer.allocUnsafeSlow(Math.min(READ, size)), Buffer.allocUnsafeSlow(Math.min(READ, size))];
  const start = (n: number, at: number): Promise<{ bytesRead: number; buffer: Buffer }> => {
    const buffer = buffers[n % 2] ?? Buffer.alloc(0);
    return readAt(fd, buffer, 0, Math.min(buffer.length, size - at), at);
  };
  let next = start(0, 0);
  for (let n = 1; hash.size < size; n += 1) {
    const { bytesRead, buffer } = await next;
    if (bytesRead === 0) break;
    next = start(n, hash.size + bytesRead);
    hash.update(buffer.subarray(0, bytesRead));
  }
  await next;
  return hash;
}
