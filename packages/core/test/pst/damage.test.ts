import { localisedSpecialFolders } from '@mailferry/pst-writer';
import { describe, expect, it } from 'vitest';
import { readRoot } from '../../src/formats/pst/ndb/header.js';
import { LAYOUTS, type Layout } from '../../src/formats/pst/ndb/layout.js';
import { u64 } from '../../src/formats/pst/ndb/octets.js';
import { countObjects, type ObjectCounts } from './count-objects.js';
import { madePst } from './made-pst.js';
import { enron, MemoryAccess, openOctets } from './memory-access.js';
import { PstPatch, writeU32 } from './patch.js';

const UNICODE = LAYOUTS[0] as Layout;
/** A message with eleven attachments, one with none, and the folder that they lie in. */
const WITH_ATTACHMENTS = 0x200024;
const PLAIN = 0x200044;
const FOLDER = 0x80c2;

function countsOf(octets: Uint8Array): ObjectCounts {
  return countObjects(openOctets(octets));
}

function patched(): PstPatch {
  return new PstPatch(enron());
}

describe('damage costs what it hits, and is named', () => {
  it('PST_HEADER_DAMAGED: the checksum, the version, the encryption method', () => {
    for (const at of [20, 10, 513]) {
      const octets = enron();
      octets[at] = (octets[at] ?? 0) ^ 0x02;
      expect(countsOf(octets)).toMatchObject({ messages: 71, attachments: 70, issues: { PST_HEADER_DAMAGED: expect.any(Number) } });
    }
  });

  it('PST_NOT_RECOGNISED: no PST at all', () => {
    expect(() => openOctets(new Uint8Array(4096))).toThrow(expect.objectContaining({ code: 'PST_NOT_RECOGNISED' }));
    expect(() => openOctets(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'PST_NOT_RECOGNISED' }));
  });

  it('PST_TRUNCATED: what lay at the end is lost', () => {
    const counts = countsOf(enron().subarray(0, 13_900_000));
    expect(counts).toMatchObject({
      messages: 70,
      failed: 1,
      attachments: 69,
      issues: { PST_TRUNCATED: 1, PST_INDEX_SALVAGED: 2, PST_BLOCK_MISSING: 1 },
    });
    expect(countsOf(enron().subarray(0, 5_000_000)).messages).toBe(50);
  });

  it('PST_PAGE_CRC: a page with a wrong checksum is used', () => {
    const octets = enron();
    const { page } = new PstPatch(octets).node(PLAIN);
    writeU32(octets, page + 500, 1);
    expect(countsOf(octets)).toMatchObject({ messages: 71, attachments: 70, issues: { PST_PAGE_CRC: 1 } });
  });

  it('PST_PAGE_DAMAGED, PST_INDEX_SALVAGED: both roots of the indexes are gone', () => {
    const octets = enron();
    const root = readRoot(new MemoryAccess(octets), UNICODE);
    octets.fill(0, root.nodeTree, root.nodeTree + 512);
    octets.fill(0, root.blockTree, root.blockTree + 512);
    const counts = countsOf(octets);
    expect(counts).toMatchObject({ attachments: 70, issues: { PST_PAGE_DAMAGED: 2, PST_INDEX_SALVAGED: 2 } });
    expect(counts.messages).toBeGreaterThanOrEqual(71);
  });

  it('PST_PAGE_CRC: a leaf whose first key alone is damaged is still the one that its parent means', () => {
    for (const tree of ['blockTree', 'nodeTree'] as const) {
      const octets = enron();
      const root = readRoot(new MemoryAccess(octets), UNICODE)[tree];
      // The second entry of the root: the first key of its page is promised, and lies between two others.
      const leaf = u64(octets, root + 24 + 16);
      writeU32(octets, leaf, 0x7fff_fff0);
      expect(countsOf(octets), tree).toMatchObject({ messages: 71, attachments: 70, failed: 0, issues: { PST_PAGE_CRC: 1 } });
    }
  });

  it('an index that leads round in a circle is cut', () => {
    const patch = patched();
    const root = readRoot(new MemoryAccess(patch.octets), UNICODE);
    patch.page(root.nodeTree, (page) => {
      for (let i = 0; i < (page[488] ?? 0); i += 1) {
        writeU32(page, i * 24 + 16, root.nodeTree);
        writeU32(page, i * 24 + 20, 0);
      }
    });
    expect(countsOf(patch.octets).messages).toBeGreaterThanOrEqual(71);
  });

  it('PST_BLOCK_CRC: a block with a wrong checksum is used', () => {
    const octets = enron();
    const patch = new PstPatch(octets);
    const { offset } = patch.block(patch.node(PLAIN).bidData);
    octets[offset + 1000] = (octets[offset + 1000] ?? 0) ^ 1;
    expect(countsOf(octets)).toMatchObject({ messages: 71, attachments: 70, issues: { PST_BLOCK_CRC: 1 } });
  });

  it('PST_HEAP_DAMAGED: a message without properties is counted as failed', () => {
    const patch = patched();
    patch.data(patch.node(PLAIN).bidData, (data) => data.fill(0));
    expect(countsOf(patch.octets)).toMatchObject({ messages: 70, failed: 1, attachments: 70, issues: { PST_HEAP_DAMAGED: 1 } });
  });

  it('PST_PROPERTY_TYPE_UNKNOWN, PST_PROPERTY_UNREADABLE: a property costs itself', () => {
    const patch = patched();
    const { bidData } = patch.node(PLAIN);
    patch.property(bidData, 0x0037, (record) => record.set([0, 0x77], 2));
    patch.property(bidData, 0x1000, (record) => writeU32(record, 4, 0x7fff_ffe0));
    expect(countsOf(patch.octets)).toMatchObject({
      messages: 71,
      recipients: 127,
      issues: { PST_PROPERTY_TYPE_UNKNOWN: 1, PST_PROPERTY_UNREADABLE: 1 },
    });
  });

  it('PST_TABLE_DAMAGED, PST_MESSAGE_UNLISTED: messages are found without their contents table', () => {
    const patch = patched();
    patch.data(patch.node(FOLDER + 0x0c).bidData, (data) => data.fill(0, 3));
    const store = openOctets(patch.octets);
    expect(store.index).toMatchObject({ expected: 71, lost: [], missing: 0 });
    expect(store.index.unlisted.size).toBe(14);
    expect(store.index.byFolder.get(FOLDER)).toHaveLength(14);
    expect(store.issues.map((issue) => issue.code)).toContain('PST_TABLE_DAMAGED');
  });

  it('PST_MESSAGE_MISSING: a folder lists a message that is not there', () => {
    const patch = patched();
    const { page, entry } = patch.node(PLAIN);
    patch.page(page, (octets) => writeU32(octets, entry - page, PLAIN + 1));
    const store = openOctets(patch.octets);
    expect(store.index).toMatchObject({ expected: 70, missing: 1 });
    expect(store.issues.map((issue) => issue.code)).toEqual(['PST_MESSAGE_MISSING']);
  });

  it('messages whose folder is lost are kept for Recovered', () => {
    const patch = patched();
    const { page, entry } = patch.node(FOLDER);
    patch.page(page, (octets) => writeU32(octets, entry - page, FOLDER + 1));
    expect(openOctets(patch.octets).index).toMatchObject({ expected: 71, lost: expect.objectContaining({ length: 14 }) });
  });

  it('PST_FOLDER_RECOVERED: folders in a circle, and below a parent that is lost', () => {
    for (const parent of [0x8122, 0x9992]) {
      const patch = patched();
      const { page, entry } = patch.node(0x80a2);
      patch.page(page, (octets) => writeU32(octets, entry - page + 24, parent));
      const store = openOctets(parent === 0x8122 ? patch.octets : withoutHierarchy(patch).octets);
      expect(store.issues.map((issue) => issue.code)).toContain('PST_FOLDER_RECOVERED');
      expect(store.folders.filter((placed) => placed.path[0] === 'Recovered')).toHaveLength(5);
      expect(countObjects(store)).toMatchObject({ messages: 71, attachments: 70 });
    }
  });

  it('a folder has one place, also where the root of the mail lies below a folder that is lost', () => {
    const patch = new PstPatch(madePst({ ...localisedSpecialFolders(), ost: true }).octets);
    const { page, entry } = patch.node(0x20a2);
    patch.page(page, (octets) => writeU32(octets, entry - page + 24, 0x2142));
    const store = openOctets(patch.octets);
    const nids = store.folders.map(({ folder }) => folder.nid);
    expect(new Set(nids).size).toBe(nids.length);
    expect(store.folders.find(({ folder }) => folder.name === 'Sent Items')?.path).toEqual(['Sent Items']);
    expect(store.folders.find(({ folder }) => folder.nid === 0x20a2)?.path).toEqual(['Recovered', 'Root - Mailbox']);
  });

  it('PST_SUBTREE_GUESSED, PST_FOLDER_BY_NAME: a store without its own properties', () => {
    const patch = patched();
    patch.data(patch.node(0x21).bidData, (data) => data.fill(0));
    const store = openOctets(patch.octets);
    expect(store.issues.map((issue) => issue.code)).toEqual(expect.arrayContaining(['PST_SUBTREE_GUESSED', 'PST_FOLDER_BY_NAME']));
    expect(store.folders.find((placed) => placed.folder.name === 'Deleted Items')?.specialUse).toBe('\\Trash');
    expect(countObjects(store)).toMatchObject({ messages: 71, attachments: 70 });
  });

  it('PST_FOLDER_BY_NAME: names decide in their language where the table of receive folders and an entry id are lost', () => {
    const patch = new PstPatch(madePst(localisedSpecialFolders()).octets);
    patch.data(patch.node(0x62b).bidData, (data) => data.fill(0));
    patch.property(patch.node(0x21).bidData, 0x35e4, (record) => record.fill(0xff, 0, 2));
    const store = openOctets(patch.octets);
    const top = store.folders.filter(({ path, excluded }) => path.length === 1 && excluded === undefined);
    const placeOf = (name: string) => top.find(({ folder }) => folder.name === name);
    expect(placeOf('Posteingang')?.path).toEqual(['INBOX']);
    expect(placeOf('Gelöschte Elemente')?.specialUse).toBe('\\Trash');
    // Of two names the plainer one counts, and for each use there is one folder.
    expect(placeOf('Sent Items')?.specialUse).toBe('\\Sent');
    expect(placeOf('Gesendete Elemente')?.specialUse).toBeUndefined();
    expect(store.issues.filter(({ code }) => code === 'PST_FOLDER_BY_NAME').map(({ note }) => note)).toEqual([
      expect.stringContaining('"Posteingang" is taken for INBOX by its name'),
      expect.stringContaining('"Sent Items" is taken for \\Sent by its name'),
    ]);
  });

  it('PST_ATTACHMENT_UNREADABLE, PST_ATTACHMENT_UNLISTED: the node of an attachment is not where its table says', () => {
    const patch = patched();
    const { bidSub } = patch.node(WITH_ATTACHMENTS);
    patch.data(bidSub, (list) => {
      const at = firstAttachment(list);
      writeU32(list, at, 0x9fe5);
    });
    const { message, issues } = openOctets(patch.octets).message(WITH_ATTACHMENTS);
    expect(message?.attachments).toHaveLength(12);
    expect(message?.attachments[0]).toMatchObject({ dataKind: 'none', size: 0 });
    expect(message?.attachments[0]?.property(0x3705)).toBe(1);
    expect(issues.map((issue) => issue.code)).toEqual(['PST_ATTACHMENT_UNREADABLE', 'PST_ATTACHMENT_UNLISTED']);
  });
});

function firstAttachment(list: Uint8Array): number {
  for (let at = 8; at < list.length; at += 24) {
    if (((list[at] ?? 0) & 0x1f) === 5) {
      return at;
    }
  }
  throw new Error('no attachment');
}

/** Takes the hierarchy table of the folder 0x8082 away, so that nothing but the node says where its child lies. */
function withoutHierarchy(patch: PstPatch): PstPatch {
  const { bidData } = patch.node(0x808d);
  return patch.data(bidData, (data) => data.fill(0));
}
