// The files of the benchmarks. Their messages are generators: nothing of a file is held.
import type { FolderSpec, MessageSpec, PstSpec } from '../messaging/spec.js';
import { ordinaryMail, smallMail } from './mail.js';
import { OctetPool, Random } from './random.js';

/** What a bulk file holds. */
export interface BulkSize {
  readonly messages: number;
  /** Each so many-th message has an attachment. */
  readonly attachmentEvery: number;
  /** Octets of an attachment: at least, and below. */
  readonly attachmentSize: readonly [number, number];
  /** Words of a text; 0 for a mail of as little as can be. */
  readonly textWords: number;
  readonly folders: number;
}

/** 20,000 mails with 4,000 attachments, about 520 MB. */
export const MAIL_20K: BulkSize = { messages: 20_000, attachmentEvery: 5, attachmentSize: [1000, 165_000], textWords: 300, folders: 8 };

/** 480 mails with 10 MiB each, about 5 GB. */
export const LARGE_5G: BulkSize = {
  messages: 480,
  attachmentEvery: 1,
  attachmentSize: [10_485_760, 10_485_761],
  textWords: 50,
  folders: 4,
};

/** 60,000 small mails in one folder. */
export const SMALL_60K: BulkSize = { messages: 60_000, attachmentEvery: 0, attachmentSize: [0, 1], textWords: 0, folders: 1 };

/** A file of this size from a seed. */
export function bulkPst(seed: number, size: BulkSize): PstSpec {
  const random = new Random(seed);
  const pool = new OctetPool(random, Math.max(4096, Math.ceil(size.attachmentSize[1] * 1.25)));
  const perFolder = Math.ceil(size.messages / size.folders);
  const folders = Array.from({ length: size.folders }, (_, index): FolderSpec => {
    const first = index * perFolder;
    const count = Math.min(perFolder, size.messages - first);
    const special = index === 0 ? ({ specialUse: 'inbox' } as const) : {};
    return { name: index === 0 ? 'Inbox' : `Folder ${index}`, ...special, messages: bulkMessages(random, pool, size, first, count) };
  });
  return { variant: 'unicode', cipher: 'permute', folders };
}

function* bulkMessages(random: Random, pool: OctetPool, size: BulkSize, first: number, count: number): Generator<MessageSpec> {
  for (let number = first; number < first + count; number++) {
    const hasAttachment = size.attachmentEvery > 0 && number % size.attachmentEvery === 0;
    const data = hasAttachment ? pool.take(random.between(...size.attachmentSize), number) : undefined;
    const attachments = data === undefined ? [] : [{ name: `file ${number}.bin`, mimeType: 'application/octet-stream', data }];
    yield size.textWords === 0 ? smallMail(random, number) : ordinaryMail(random, number, size.textWords, attachments);
  }
}
