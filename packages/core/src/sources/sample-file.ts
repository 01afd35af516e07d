// A part of an mbox as a store, to say what a large one holds without reading it all: the descriptor is that of the file, the size a smaller one.
import { closeSync, readSync } from 'node:fs';
import { recogniseCompression } from '../formats/signature/signature.js';
import { INBOX } from '../model/folder.js';
import type { MailStore } from '../model/store.js';
import { decompressHead } from './decompress.js';
import { MboxStore } from './mbox-store.js';
import { type Octets, plainOctets, spooledOctets } from './octets.js';
import { type RawPath, shownPath } from './raw-path.js';
import { type OpenFileOptions, openRegularFile, type RegularFile, readHead } from './regular-file.js';
import { type SpoolOptions, spool } from './spool.js';

/** The start of an mbox. */
export interface MboxSample {
  readonly store: MailStore;
  /** Octets of the sample, decompressed. */
  readonly sampled: number;
  /** Octets of the whole, decompressed; of a compressed file larger than the sample a guess. */
  readonly total: number;
}

/** What is known of the mbox. */
export interface SampleOptions extends OpenFileOptions, SpoolOptions {
  /** Octets of the file on disk. */
  readonly size: number;
  readonly isPacked: boolean;
  readonly hasLabels: boolean;
  /** Octets of the sample, decompressed. */
  readonly limit: number;
}

/**
 * Opens the start of an mbox, all of it where it is not larger than the limit. Its last message may be cut off.
 * @throws {@link SourceError} as for any source.
 */
export async function sampleMbox(path: RawPath, options: SampleOptions): Promise<MboxSample> {
  const { size, limit, isPacked, hasLabels } = options;
  const { octets, sampled, total } = isPacked ? await packedStart(path, options) : plainStart(plainOctets(path, size, options), limit);
  const store = new MboxStore({ location: shownPath(path), parts: [{ octets, folder: INBOX, hasLabels }], leftAlone: [] }, {});
  return { store, sampled, total };
}

interface Start {
  readonly octets: Octets;
  readonly sampled: number;
  readonly total: number;
}

function plainStart(whole: Octets, limit: number): Start {
  const total = whole.size;
  if (total <= limit) return { octets: whole, sampled: total, total };
  const open = async () => {
    const opened = await whole.open();
    return { ...opened, size: Math.min(limit, opened.size) };
  };
  return { octets: { ...whole, size: limit, open }, sampled: limit, total };
}

async function packedStart(path: RawPath, options: SampleOptions): Promise<Start> {
  const { size, limit } = options;
  const file = openRegularFile(path, options);
  try {
    const packed = readHead(file.fd, Math.min(size, Math.floor(limit / 4)));
    const compression = recogniseCompression(packed);
    const text = (compression === undefined ? undefined : decompressHead(packed, compression, limit)) ?? packed;
    const isWhole = packed.length === size && text.length < limit;
    const total = isWhole ? text.length : Math.max(text.length, unpackedSize(file, text.length / packed.length));
    const octets = spooledOctets(await spool(only(text), shownPath(path), options), shownPath(path));
    return { octets, sampled: text.length, total };
  } finally {
    closeSync(file.fd);
  }
}

async function* only(text: Uint8Array): AsyncGenerator<Uint8Array> {
  yield text;
}

/** The last four octets of a gzip file are its length (RFC 1952 §2.3.1); where that cannot be, the ratio of the start holds for all. */
function unpackedSize({ fd, size }: RegularFile, ratio: number): number {
  const tail = Buffer.alloc(4);
  readSync(fd, tail, 0, 4, Math.max(0, size - 4));
  const length = tail.readUInt32LE(0);
  const guess = Math.round(size * ratio);
  return length > guess / 3 && length < guess * 3 ? length : guess;
}
