// What is in an mbox or a PST, from as much of it as the sample allows: messages, flags, keywords, charsets, dates.
import {
  batchesOf,
  findField,
  isSystemFlag,
  type MailStore,
  type Message,
  openEml,
  openPst,
  type RawPath,
  type RecognisedFile,
  sampleMbox,
  shownPath,
} from '@mailferry/core';
import { Counts } from './survey.js';

/** What messages were found to have; one for a home. */
export class Tally {
  readonly flags: Counts = new Counts();
  readonly keywords: Counts = new Counts();
  readonly charsets: Counts = new Counts();
  sampled = 0;
  bytesRead = 0;
  /** Of PSTs: milliseconds, and the messages that were read meanwhile. */
  pstMs = 0;
  pstMessages = 0;
  oldest: number = Number.POSITIVE_INFINITY;
  newest: number = Number.NEGATIVE_INFINITY;

  /** @param flags - where they are kept beside the message */
  add(message: Message, flags: ReadonlySet<string> = message.flags): void {
    this.sampled += 1;
    for (const flag of flags) (isSystemFlag(flag) ? this.flags : this.keywords).add(flag);
    const type = findField(message.content, 'Content-Type') ?? '';
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1]?.toLowerCase();
    if (charset !== undefined) this.charsets.add(charset);
    const date = message.internalDate;
    if (!Number.isFinite(date) || date <= 0) return;
    if (date < this.oldest) this.oldest = date;
    if (date > this.newest) this.newest = date;
  }
}

/** Messages of one file. */
export interface Measured {
  readonly messages: number;
  readonly isEstimate: boolean;
  /** Octets of mail when decompressed. */
  readonly unpacked: number;
  readonly dialect?: string;
}

/** How one file is measured. */
export interface MeasureOptions {
  readonly owner?: number;
  /** Octets to read. */
  readonly sample: number;
}

/** Counts the messages of an mbox, on its start where it is large. */
export async function measureMbox(path: RawPath, file: RecognisedFile, options: MeasureOptions, tally: Tally): Promise<Measured> {
  const { store, sampled, total } = await sampleMbox(path, {
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    size: file.size,
    isPacked: file.compression !== undefined,
    hasLabels: file.hasLabels === true,
    limit: options.sample,
  });
  try {
    const messages = await count(store, tally);
    tally.bytesRead += sampled;
    const isEstimate = sampled < total;
    const { dialect } = store;
    return {
      messages: isEstimate ? Math.max(1, Math.round((messages * total) / Math.max(1, sampled))) : messages,
      isEstimate,
      unpacked: total,
      ...(dialect === undefined ? {} : { dialect }),
    };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** Messages of a PST that are read; the number of the rest is known without. */
const PST_SAMPLE = 400;

/** Counts the messages of a PST; of a large one the share that is mail is that of the first. */
export async function measurePst(path: RawPath, file: RecognisedFile, options: MeasureOptions, tally: Tally): Promise<Measured> {
  await using store = await openPst(shownPath(path), options.owner === undefined ? {} : { owner: options.owner });
  const before = tally.sampled;
  const started = performance.now();
  const isWhole = await countUpTo(store, tally, PST_SAMPLE, options.sample);
  const mail = tally.sampled - before;
  tally.pstMs += performance.now() - started;
  tally.pstMessages += mail;
  const { expected, items, excluded, failed } = store.reconciliation();
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
  const seen = mail + sum(items) + failed;
  const mine = expected - sum(excluded);
  tally.bytesRead += Math.min(file.size, isWhole ? file.size : options.sample);
  return {
    messages: isWhole || seen === 0 ? mail : Math.round((mine * mail) / seen),
    isEstimate: !isWhole,
    unpacked: file.size,
    dialect: store.dialect ?? 'PST',
  };
}

/** Looks at a message that is a file of its own. */
export async function sampleMessage(path: RawPath, owner: number | undefined, flags: ReadonlySet<string>, tally: Tally): Promise<void> {
  await using store = await openEml(shownPath(path), owner === undefined ? {} : { owner });
  for await (const batch of batchesOf(store)) for (const message of batch) tally.add(message, flags);
}

async function count(store: MailStore, tally: Tally): Promise<number> {
  const before = tally.sampled;
  await countUpTo(store, tally, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  return tally.sampled - before;
}

/** True when all was read. */
async function countUpTo(store: MailStore, tally: Tally, most: number, octets: number): Promise<boolean> {
  let messages = 0;
  let bytes = 0;
  for await (const batch of batchesOf(store)) {
    for (const message of batch) {
      if (message.filtered !== undefined || message.failure !== undefined) continue;
      tally.add(message);
      messages += 1;
      bytes += message.content.size;
    }
    if (messages >= most || bytes >= octets) return false;
  }
  return true;
}
