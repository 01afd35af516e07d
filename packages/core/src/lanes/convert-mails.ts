// The part of the worker thread that converts messages of a PST: it reads the file itself, composes what fits into the slot that it was given, and leaves the
// rest to the sender. Whatever fails here fails again there, and is told there.
import { readSync } from 'node:fs';
import { hashKnown } from '../formats/content/digest.js';
import { kernelMemory, SLOT_SIZE } from '../formats/content/kernel-memory.js';
import { crlfSize } from '../formats/content/line-ends.js';
import { MailConverter, stringDecoder } from '../formats/outlook/mail-converter.js';
import { MessageReader } from '../formats/pst/messaging/message-reader.js';
import { ReadWindows } from '../formats/pst/ndb/random-access.js';
import type { SpecialUse } from '../model/folder.js';
import { type ClosePstJob, type LaneOutcome, type MailsJob, type OpenPstJob, OUTPUT_SLOTS, type PstAnswer } from './job.js';

/** Slots behind them that files are read through, two a store. */
const READ_SLOTS: number[] = [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/** A directory that says whether somebody wanted it before it was there. */
class LentDirectory extends Map<string, string> {
  known: ReadonlyMap<string, string> | undefined;
  wasMissed = false;

  override get(address: string): string | undefined {
    if (this.known === undefined) this.wasMissed = true;
    return this.known?.get(address);
  }
}

interface OpenPst {
  readonly converter: MailConverter;
  readonly directory: LentDirectory;
  readonly slots: readonly number[];
}

const stores = new Map<number, OpenPst>();

/** Does a job about a PST. */
export function convertMails(job: OpenPstJob | MailsJob | ClosePstJob): PstAnswer {
  if (job.kind === 'openPst') open(job);
  if (job.kind === 'closePst') close(job.store);
  const pst = stores.get(job.store);
  const outcomes: LaneOutcome[] = [];
  let needsDirectory = false;
  if (job.kind === 'mails' && pst !== undefined) {
    if (job.directory !== undefined) pst.directory.known = job.directory;
    const slot = new Slot(job.slot);
    for (const nid of job.nids) outcomes.push(convert(pst, nid, job.specialUse, slot));
    needsDirectory = pst.directory.wasMissed;
    pst.directory.wasMissed = false;
  }
  return { memory: kernelMemory.memory.buffer as unknown as SharedArrayBuffer, outcomes, needsDirectory, isOpen: pst !== undefined };
}

function open({ store, fd, size, path, options, indexes }: OpenPstJob): void {
  const slots = READ_SLOTS.splice(0, 2);
  try {
    const room = slots.map((slot) => kernelMemory.slot(slot)).filter((slot) => slot !== undefined);
    const file = new ReadWindows(size, (into, offset) => readSync(fd, into, 0, into.length, offset), room);
    const directory = new LentDirectory();
    const converter = new MailConverter(new MessageReader(file, path, stringDecoder(options.codePage), [], indexes), options, directory);
    stores.set(store, { converter, directory, slots });
  } catch {
    READ_SLOTS.push(...slots);
  }
}

function close(store: number): void {
  READ_SLOTS.push(...(stores.get(store)?.slots ?? []));
  stores.delete(store);
}

/** The memory that octets go to. */
class Slot {
  readonly #memory: Uint8Array | undefined;
  #used = 0;

  constructor(index: number) {
    this.#memory = index < OUTPUT_SLOTS ? kernelMemory.slot(index) : undefined;
  }

  /** Where so many octets shall lie; undefined when there is no room. */
  take(size: number): { readonly at: number; readonly view: Uint8Array } | undefined {
    if (this.#memory === undefined || this.#used + size > SLOT_SIZE) return undefined;
    const at = this.#used;
    this.#used += size;
    return { at, view: this.#memory.subarray(at, at + size) };
  }
}

function convert({ converter, directory }: OpenPst, nid: number, specialUse: SpecialUse | undefined, slot: Slot): LaneOutcome {
  const missed = directory.wasMissed;
  directory.wasMissed = false;
  try {
    const node = converter.open(nid);
    if (node.kind === 'unreadable') return { kind: 'left' };
    if (node.kind !== 'mail') return { kind: node.kind };
    const mail = converter.mail(node.message, node.issues, specialUse);
    const { size } = mail.content;
    const place = directory.wasMissed ? undefined : slot.take(size);
    if (place === undefined) return { kind: 'left' };
    mail.content.writeTo(place.view, 0);
    const crlf = crlfSize([place.view]);
    const sha256 = hashKnown(place.view, crlf);
    const { flags, internalDate, dateSource } = mail;
    const identity = converter.identity(nid, node.message);
    return { kind: 'mail', identity, at: place.at, size, crlfSize: crlf, sha256, flags, internalDate, dateSource, issues: mail.issues() };
  } catch {
    return { kind: 'left' };
  } finally {
    directory.wasMissed ||= missed;
  }
}
