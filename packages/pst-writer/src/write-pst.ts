// A whole file from its description. Messages are pulled and written one by one, so memory does not grow with the file
// beyond one row a block, a node and a line of a contents table.
import { closeSync, constants, openSync } from 'node:fs';
import { writeFolder } from './messaging/folder.js';
import { planStore } from './messaging/folder-plan.js';
import type { PstSpec, WrittenPst } from './messaging/spec.js';
import { writeStoreNodes } from './messaging/store.js';
import { Writing } from './messaging/writing.js';
import { NodeDatabase } from './ndb/node-database.js';
import { variantOf } from './ndb/variant.js';

const DEFAULT_RECORD_KEY: Buffer = Buffer.from('6d61696c666572727974657374646174', 'hex');

/** Writes a PST or OST to an open, empty file. The same description gives the same octets. */
export function writePst(fd: number, spec: PstSpec): WrittenPst {
  const variant = variantOf(spec.variant ?? 'unicode');
  const is4k = variant.name === 'ost4k';
  const isOst = spec.ost ?? is4k;
  const cipher = spec.cipher ?? (is4k ? 'none' : 'permute');
  const db = new NodeDatabase(fd, { variant, cipher, isCompressed: is4k && spec.compress === true });
  const writing = new Writing(db, spec.store?.recordKey ?? DEFAULT_RECORD_KEY, isOst);
  const plan = planStore(writing, spec);
  writeFolder(writing, plan.root);
  writeStoreNodes(writing, spec.store ?? {}, plan);
  const size = db.finish(writing.nids.indexes, isOst);
  return { size, blocks: db.blockCount, ...writing.tally, messageNids: writing.messageNids };
}

/** As {@link writePst}, to a new file at `path`; an existing one is replaced. */
export function writePstFile(path: string, spec: PstSpec): WrittenPst {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o644);
  try {
    return writePst(fd, spec);
  } finally {
    closeSync(fd);
  }
}
