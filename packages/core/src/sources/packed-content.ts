// A message of a Maildir whose file is compressed: Dovecot's zlib plugin keeps single messages so, whatever their names say, or a cron job did it.
// gzip and zstd are unpacked; any other is a message that cannot be read, and not its packed octets.
import { closeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SourceError } from '../errors.js';
import { MemoryContent } from '../formats/content/memory-content.js';
import { recogniseCompression } from '../formats/signature/signature.js';
import type { Content } from '../model/content.js';
import { unpackZstdWhole } from './decompress.js';
import { contentOf, type LoadedFile } from './file-message.js';
import { type RawPath, shownPath } from './raw-path.js';
import { type OpenFileOptions, openRegularFile, readWhole } from './regular-file.js';

/** The octets that a message has packed or unpacked, at most. */
const MAX_OCTETS = 512 * 1024 * 1024;

/**
 * The message that a file holds, packed or not.
 * @throws {@link SourceError} SOURCE_UNREADABLE for one that cannot be unpacked here
 */
export function contentWithin(path: RawPath, loaded: LoadedFile, options: OpenFileOptions): Content {
  const compression = recogniseCompression(loaded.bytes);
  if (compression === undefined) return contentOf(path, loaded, 0, loaded.file.size, options);
  const isLarge = loaded.file.size > MAX_OCTETS;
  if (isLarge || compression === 'xz' || compression === 'bzip2')
    throw new SourceError('SOURCE_UNREADABLE', `its file is compressed with ${compression}${isLarge ? ', and very large' : ''}`, {
      where: { path: shownPath(path) },
      help: `unpack it with ${compression} -d, and leave its name as it is`,
    });
  const packed = wholeOf(path, loaded, options);
  const octets = compression === 'gzip' ? gunzipSync(packed, { maxOutputLength: MAX_OCTETS }) : unpackZstdWhole(packed, MAX_OCTETS);
  return new MemoryContent(new Uint8Array(octets));
}

function wholeOf(path: RawPath, { file, bytes }: LoadedFile, options: OpenFileOptions): Uint8Array {
  if (bytes.length === file.size) return bytes;
  const again = openRegularFile(path, options);
  try {
    return readWhole(again.fd, again.size);
  } finally {
    closeSync(again.fd);
  }
}
