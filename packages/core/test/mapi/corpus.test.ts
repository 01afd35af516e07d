import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TORTURE_CASES } from '@mailferry/pst-writer';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { learnAddresses } from '../../src/formats/mapi/address.js';
import { itemKind, messageClass } from '../../src/formats/mapi/item-kind.js';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { readTransportHeaders } from '../../src/formats/mapi/transport-headers.js';
import type { PstStore } from '../../src/formats/pst/messaging/store.js';
import { madePst } from '../pst/made-pst.js';
import { EXTRACTOR_DATA, openOctets } from '../pst/memory-access.js';
import { hasPython, type PythonMessage, pythonMessages } from './python-email.js';

const CORPUS = new URL('../../../../../shared/corpus/pst/', import.meta.url).pathname;
/** Every case but the one of 2,000 mails that differ in a number. */
const MADE = Object.entries(TORTURE_CASES).filter(([name]) => name !== 'crowdedFolder');
/** Messages that are parsed in one call of Python. */
const BATCH_OCTETS = 8_000_000;

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

/** Every attachment by value, at all depths, by its hash. */
function attachmentHashes(message: MapiMessage): string[] {
  return message.attachments.flatMap((attachment) => {
    const inner = attachment.embedded();
    if (inner) return attachmentHashes(inner);
    return attachment.dataKind === 'binary' ? [sha256(Buffer.concat([...attachment.data()]))] : [];
  });
}

/** Defects in fields of the transport headers, which are kept as they are, have no weight. */
function ownDefects(message: MapiMessage, python: PythonMessage): string[] {
  const kept = new Set(readTransportHeaders(message)?.fields.map((field) => `0 ${field.name}:`) ?? []);
  const inner = message.attachments.flatMap((attachment) => attachment.embedded() ?? []);
  const hasInner = inner.some((one) => readTransportHeaders(one) !== undefined);
  return python.defects.filter((defect) => ![...kept].some((name) => defect.startsWith(name)) && !(hasInner && /^0\.\d/.test(defect)));
}

function words(text: string): string {
  return text.replace(/\0/g, '').replace(/\s+/g, ' ').trim();
}

interface Converted {
  readonly message: MapiMessage;
  readonly octets: Uint8Array;
}

function check(converted: readonly Converted[]): void {
  const parsed = pythonMessages(converted.map(({ octets }) => octets));
  for (const [i, python] of parsed.entries()) {
    const message = converted[i]?.message;
    if (message === undefined) throw new Error('fewer messages than answers');
    expect({ where: message.sourceId, defects: ownDefects(message, python) }).toEqual({ where: message.sourceId, defects: [] });
    const have = new Set(python.leaves.map((leaf) => leaf.sha256));
    expect({ where: message.sourceId, lost: attachmentHashes(message).filter((hash) => !have.has(hash)) }).toEqual({
      where: message.sourceId,
      lost: [],
    });
    const body = message.property(0x1000);
    // 8-bit strings are decoded by the converter, not by the reader that the test opened.
    if (
      typeof body === 'string' &&
      message.rawString8(0x1000) === undefined &&
      body.trim() !== '' &&
      !messageClass(message).includes('smime')
    ) {
      const texts = python.leaves.filter((leaf) => leaf.type === 'text/plain').map((leaf) => words(leaf.text ?? ''));
      expect({ where: message.sourceId, found: texts.includes(words(body)) }).toEqual({ where: message.sourceId, found: true });
    }
    if (readTransportHeaders(message) === undefined) {
      const rows = message.recipients.filter(
        (row) => typeof row.property(0x39fe) === 'string' || String(row.property(0x3003) ?? '').includes('@'),
      );
      expect(python.to.length + python.cc.length + python.bcc.length).toBeGreaterThanOrEqual(rows.length);
      const sent = message.property(0x0039);
      const date = python.fields.find(([name]) => name === 'Date')?.[1] ?? '';
      if (typeof sent === 'number') expect(Date.parse(date)).toBe(Math.floor(sent / 1000) * 1000);
    }
  }
}

/** Converts every message of a store and looks at it with two parsers; gives how many there were. */
async function convertAll(octets: Uint8Array): Promise<number> {
  const store: PstStore = openOctets(octets);
  const nids = [...store.index.byFolder.values(), store.index.lost].flat();
  const messages = nids.flatMap((nid) => store.message(nid).message ?? []);
  const directory = new Map<string, string>();
  for (const message of messages) learnAddresses(message, directory);
  let batch: Converted[] = [];
  let size = 0;
  for (const message of messages) {
    const { content } = messageToMime(message, { idSeed: store.recordKey, addressDirectory: directory, unpacksTnef: false });
    const bytes = content.bytes();
    expect({ where: message.sourceId, size: bytes.length }).toEqual({ where: message.sourceId, size: content.size });
    expect(content.crlfSize).toBe(content.size);
    const parsed = await new PostalMime().parse(bytes);
    expect(parsed.headers.length).toBeGreaterThan(2);
    if (itemKind(message) === 'mail' || message.attachments.length > 0) batch.push({ message, octets: bytes });
    size += bytes.length;
    if (size > BATCH_OCTETS) {
      check(batch);
      batch = [];
      size = 0;
    }
  }
  check(batch);
  return messages.length;
}

describe.runIf(hasPython())('real messages', () => {
  const real = readdirSync(EXTRACTOR_DATA).filter((name) => /\.(?:pst|ost)$/.test(name));

  it.each(real)('%s', { timeout: 600_000 }, async (name) => {
    expect(await convertAll(new Uint8Array(readFileSync(join(EXTRACTOR_DATA, name))))).toBeGreaterThan(0);
  });

  it.each(MADE)('made: %s', { timeout: 600_000 }, async (_, make) => {
    expect(await convertAll(madePst(make()).octets)).toBeGreaterThan(0);
  });

  const hasCorpus = existsSync(CORPUS);
  if (!hasCorpus) process.stderr.write('SKIPPED: ../shared/corpus/pst is absent\n');
  const files = hasCorpus ? readdirSync(CORPUS).filter((name) => /\.(?:pst|ost)$/.test(name)) : [];

  it.runIf(hasCorpus)('the corpus', { timeout: 600_000 }, async () => {
    let messages = 0;
    for (const name of files) {
      const octets = new Uint8Array(readFileSync(join(CORPUS, name)));
      if (Buffer.from(octets.subarray(0, 4)).toString('latin1') === '!BDN')
        messages += await convertAll(octets).catch((cause: unknown) => Promise.reject(new Error(name, { cause })));
    }
    expect(messages).toBeGreaterThan(1000);
  });
});
