// Dovecot leaves the line of an expunged message in its uidlist until it rewrites the list for another reason, so a line without a file is no proof of a loss.
// Its transaction log is a witness: an expunge is recorded as the UID (32 bits, little-endian) and the GUID of the message (mail-transaction-log.h,
// struct mail_transaction_expunge_guid), which for a Maildir is the end of the SHA-1 of the base name (guid-128: mail_generate_guid_128_hash).
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { joinRaw, type RawPath } from './raw-path.js';
import { type OpenFileOptions, openRegularFile, readWhole } from './regular-file.js';

/** The log, and the one before it. */
const LOGS = ['dovecot.index.log', 'dovecot.index.log.2'];
/** Dovecot rotates its log at 1 MiB (`mail_index_log_rotate_max_size`); a larger one has long idle times behind it. */
const MAX_LOG = 64 * 1024 * 1024;

/** Tells whether Dovecot itself removed a message of this folder. */
export function expungedByDovecot(directory: RawPath, options: OpenFileOptions): (uid: number, base: string) => boolean {
  let logs: readonly Buffer[] | undefined;
  return (uid, base) => {
    logs ??= LOGS.map((name) => readLog(joinRaw(directory, name), options));
    const record = Buffer.alloc(20);
    record.writeUInt32LE(uid, 0);
    createHash('sha1').update(base).digest().copy(record, 4, 4);
    return logs.some((log) => log.includes(record));
  };
}

function readLog(path: RawPath, options: OpenFileOptions): Buffer {
  try {
    const file = openRegularFile(path, options);
    try {
      const octets = readWhole(file.fd, Math.min(file.size, MAX_LOG));
      return Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    } finally {
      closeSync(file.fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
