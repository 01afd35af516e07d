import { TORTURE_CASES } from '@mailferry/pst-writer';
import { describe, expect, it } from 'vitest';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import type { PstStore } from '../../src/formats/pst/messaging/store.js';
import { u64 } from '../../src/formats/pst/ndb/octets.js';
import { countObjects } from './count-objects.js';
import { madePst } from './made-pst.js';
import { openOctets } from './memory-access.js';
import { PstPatch, writeU32 } from './patch.js';

const VARIANTS = ['unicode', 'ansi', 'ost4k'] as const;
const CIPHERS = ['none', 'permute', 'cyclic'] as const;

/** Cases that reach every kind of block; the others are read with one cipher in each variant. */
const EVERY_CIPHER = ['manyRecipients', 'manyAttachments', 'attachmentMethods', 'deepEmbedded'];

function made(name: string): PstStore {
  return openOctets(madePst(TORTURE_CASES[name]?.() ?? { folders: [] }).octets);
}

function messagesOf(store: PstStore): MapiMessage[] {
  return [...store.index.byFolder.values()]
    .flat()
    .map((nid) => store.message(nid).message)
    .filter((message) => message !== undefined);
}

describe('files of our own writer', () => {
  for (const variant of VARIANTS) {
    for (const cipher of CIPHERS) {
      it.each(cipher === 'permute' ? Object.keys(TORTURE_CASES) : EVERY_CIPHER)(
        `${variant} ${cipher}: %s is read as it was written`,
        (name) => {
          const compress = variant === 'ost4k';
          const { octets, written } = madePst({ ...(TORTURE_CASES[name]?.() ?? { folders: [] }), variant, cipher, compress });
          const store = openOctets(octets);
          expect(store.database.crypt).toBe(cipher);
          const issues = name === 'unknownPropertyTypes' ? { PST_PROPERTY_TYPE_UNKNOWN: 4 } : {};
          expect(countObjects(store)).toMatchObject({
            messages: written.messages,
            failed: 0,
            attachments: written.attachments,
            embedded: written.embedded,
            issues,
          });
          expect(store.index).toMatchObject({ expected: written.messages, lost: [], missing: 0 });
          expect(store.index.unlisted.size).toBe(written.orphans);
        },
      );
    }
  }

  it('2,000 recipients, each with an address of its own', () => {
    const [message] = messagesOf(made('manyRecipients'));
    expect(new Set(message?.recipients.map((recipient) => recipient.property(0x3003))).size).toBe(2000);
  });

  it('special folders are found in any language, and an ordinary folder of that name is none', () => {
    const { folders } = made('localisedSpecialFolders');
    const uses = folders.flatMap((placed) => (placed.specialUse === undefined ? [] : [placed.specialUse])).sort();
    expect(uses).toEqual(expect.arrayContaining(['\\Drafts', '\\Junk', '\\Sent', '\\Trash']));
    expect(new Set(uses).size).toBe(uses.length);
    expect(folders.find((placed) => placed.folder.name === 'Sent Items')?.specialUse).toBeUndefined();
    expect(folders.filter((placed) => placed.path.length === 1 && placed.path[0] === 'INBOX')).toHaveLength(1);
  });

  it('recoverable items stay out and can be asked for', () => {
    const store = made('recoverableItems');
    const left = store.folders.filter((placed) => placed.excluded === 'recoverableItems');
    expect(left.map((placed) => placed.path[0])).toEqual(left.map(() => 'Recoverable Items'));
    expect(left.flatMap((placed) => store.index.byFolder.get(placed.folder.nid) ?? [])).toHaveLength(4);
  });

  it('PST_MESSAGE_TOO_DEEP: a message that holds itself ends', () => {
    const patch = new PstPatch(madePst(TORTURE_CASES['deepEmbedded']?.() ?? { folders: [] }).octets);
    const outer = openOctets(patch.octets);
    const nid = [...outer.index.byFolder.values()].flat()[0] ?? 0;
    const { bidData, bidSub } = patch.node(nid);
    const attachment = [...outer.database.subNodes({ bidData, bidSub }, () => undefined)].find(
      ([id, blocks]) => (id & 0x1f) === 5 && blocks.bidSub !== 0,
    )?.[1];
    patch.data(attachment?.bidSub ?? 0, (list) => {
      for (let at = 8; at + 24 <= 8 + 24 * (list[2] ?? 0); at += 24) {
        writeU32(list, at + 8, bidData);
        writeU32(list, at + 16, bidSub);
        expect(u64(list, at + 16)).toBe(bidSub);
      }
    });
    const counts = countObjects(openOctets(patch.octets));
    expect(counts).toMatchObject({ messages: 1, embedded: 31 });
    expect(counts.issues['PST_MESSAGE_TOO_DEEP']).toBeGreaterThan(0);
  });
});
