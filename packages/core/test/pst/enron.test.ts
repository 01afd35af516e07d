import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PSTFile, type PSTFolder, type PSTMessage } from 'pst-extractor';
import { describe, expect, it } from 'vitest';
import { memoryTarget, openPst, transfer } from '../../src/index.js';
import { countObjects } from './count-objects.js';
import { EXTRACTOR_DATA, enron, openOctets } from './memory-access.js';

/** What pst-extractor reads, which is right for this file, by nid. */
function secondOpinion(): Map<number, PSTMessage> {
  const messages = new Map<number, PSTMessage>();
  const walk = (folder: PSTFolder): void => {
    // It lists search folders among the folders, and throws when it opens one.
    for (const child of folder.getSubFolders().filter((inner) => (inner.descriptorNodeId.toNumber() & 0x1f) === 2)) {
      walk(child);
    }
    for (let child = folder.getNextChild(); child !== null; child = folder.getNextChild()) {
      messages.set(Number((child as PSTMessage).descriptorNodeId), child as PSTMessage);
    }
  };
  walk(new PSTFile(join(EXTRACTOR_DATA, 'enron.pst')).getRootFolder());
  return messages;
}

/** A subject may begin with U+0001 and the length of its prefix ([MS-PST] 2.5.3.1.1.1). */
function withoutPrefixMark(subject: string): string {
  return subject.charCodeAt(0) === 1 ? subject.slice(2) : subject;
}

function sha256(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function theirAttachment(message: PSTMessage, index: number): Buffer {
  const stream = message.getAttachment(index).fileInputStream;
  if (stream === null) {
    return Buffer.alloc(0);
  }
  const octets = Buffer.alloc(stream.length.toNumber());
  stream.readCompletely(octets);
  return octets;
}

describe('enron.pst', () => {
  it('has its nodes in the report, whatever the target notes of its sources', async () => {
    await using source = await openPst(join(EXTRACTOR_DATA, 'enron.pst'));
    const { nodes } = await transfer(source, memoryTarget());
    expect(nodes).toMatchObject({ outcomes: { mail: 71 } });
  });

  const store = openOctets(enron());

  it('has 71 messages, 70 attachments and no damage', () => {
    expect(countObjects(store)).toMatchObject({
      messages: 71,
      failed: 0,
      attachments: 70,
      embedded: 0,
      recipients: 127,
      octets: 11_837_529,
      classes: { 'IPM.Note': 71 },
      issues: {},
    });
  });

  it('has its folders where they were, with what they are for', () => {
    const folders = store.folders
      .filter((placed) => placed.excluded === undefined)
      .map((placed) => [placed.path.join('/'), placed.specialUse, store.index.byFolder.get(placed.folder.nid)?.length ?? 0]);
    expect(folders).toEqual([
      ['Top of Personal Folders', undefined, 0],
      ['Deleted Items', '\\Trash', 0],
      ['lokay-m', undefined, 0],
      ['lokay-m/MLOKAY (Non-Privileged)', undefined, 1],
      ['lokay-m/MLOKAY (Non-Privileged)/TW-Commercial Group', undefined, 14],
      ['lokay-m/MLOKAY (Non-Privileged)/Systems', undefined, 7],
      ['lokay-m/MLOKAY (Non-Privileged)/Sent Items', undefined, 2],
      ['lokay-m/MLOKAY (Non-Privileged)/Personal', undefined, 47],
    ]);
  });

  it('has the properties, recipients and attachments that pst-extractor reads', () => {
    const theirs = secondOpinion();
    expect(theirs.size).toBe(71);
    for (const [nid, their] of theirs) {
      const { message } = store.message(nid);
      expect({
        subject: withoutPrefixMark(String(message?.property(0x0037) ?? '')),
        body: message?.property(0x1000) ?? '',
        sender: message?.property(0x0c1a) ?? '',
        delivered: message?.property(0x0e06),
        flags: message?.property(0x0e07),
        recipients: message?.recipients.map((recipient) => recipient.property(0x3001)),
        attachments: message?.attachments.map((attachment) => sha256(attachment.data())),
      }).toEqual({
        subject: their.subject,
        body: their.body,
        sender: their.senderName,
        delivered: their.messageDeliveryTime?.getTime(),
        flags: their.isRead
          ? expect.toSatisfy((flags: number) => (flags & 1) === 1)
          : expect.toSatisfy((flags: number) => (flags & 1) === 0),
        recipients: Array.from({ length: their.numberOfRecipients }, (_, i) => their.getRecipient(i)?.displayName),
        attachments: Array.from({ length: their.numberOfAttachments }, (_, i) => sha256([theirAttachment(their, i)])),
      });
    }
  });
});
