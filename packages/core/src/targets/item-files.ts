import { closeSync, constants, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MergedItems, mergeItems } from '../formats/item-file/merge-items.js';
import { pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item, ItemFinding, ItemPlace } from '../model/item.js';
import type { DeliveryStatus, MailTarget } from '../model/target.js';
import { ensureDirectory, lookAt } from './maildir/control-file.js';
import { onDisk } from './maildir/disk-error.js';

/** Octets of a file name that are sure to fit, with extension and number. */
const NAME_LIMIT = 200;
const CALENDAR = /^\uFEFF?\s*BEGIN:VCALENDAR/i;
const CARDS = /^\uFEFF?\s*BEGIN:VCARD/i;

/**
 * A target that also keeps what is not mail: one file a folder, `FOLDER.vcf` (RFC 6350) or `FOLDER.ics` (RFC 5545). What a file has stays,
 * unless an item with the same UID comes; it is written whole. A file of that name that is something else stays, and the items get another. An item counts as already there when the file has it to the letter.
 * What the files have and the run did not bring is an issue (`ITEMS_KEPT`): it stays.
 *
 * @param directory - made (0700) when there is a first item
 * @param options - `ownedBy`: user id that has to own the directory; by default anybody's is taken
 * @throws {@link TargetError} TARGET_SYMLINK, TARGET_OWNER, and `TARGET_` with an errno, from `deliverItems`
 */
export function withItemFiles(target: MailTarget, directory: string, options: { readonly ownedBy?: number } = {}): MailTarget {
  const kept: Issue[] = [];
  return {
    format: target.format,
    location: target.location,
    itemsLocation: directory,
    get issues() {
      return [...target.issues, ...kept];
    },
    get isMidway() {
      return target.isMidway === true;
    },
    ledger: () => target.ledger(),
    createFolder: (folder) => target.createFolder(folder),
    ...(target.foreseeFolder === undefined ? {} : { foreseeFolder: target.foreseeFolder.bind(target) }),
    deliver: (batches, last) => target.deliver(batches, last),
    ...(target.noteFolders === undefined ? {} : { noteFolders: target.noteFolders.bind(target) }),
    ...(target.noteSources === undefined ? {} : { noteSources: target.noteSources.bind(target) }),
    ...(target.noteComplete === undefined ? {} : { noteComplete: target.noteComplete.bind(target) }),
    ...(target.holds === undefined ? {} : { holds: target.holds.bind(target) }),
    ...(target.withdraw === undefined ? {} : { withdraw: target.withdraw.bind(target) }),
    ...(target.keepsResidueOf === undefined ? {} : { keepsResidueOf: target.keepsResidueOf.bind(target) }),
    ...(target.noteResidue === undefined ? {} : { noteResidue: target.noteResidue.bind(target) }),
    ...(target.noteSourceRead === undefined ? {} : { noteSourceRead: target.noteSourceRead.bind(target) }),
    ...(target.noteRun === undefined ? {} : { noteRun: target.noteRun.bind(target) }),
    ...(target.gone === undefined ? {} : { gone: target.gone.bind(target) }),
    ...(target.deliverBatches === undefined ? {} : { deliverBatches: target.deliverBatches.bind(target) }),
    deliverItems: (items) => deliverItems(items, { directory, ownedBy: options.ownedBy }, kept),
    holdsItems: (places) => holdsItems(places, directory),
    commit: () => target.commit(),
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

async function* deliverItems(
  items: AsyncIterable<Item>,
  { directory, ownedBy }: { readonly directory: string; readonly ownedBy: number | undefined },
  kept: Issue[],
): AsyncGenerator<{ item: Item; status: DeliveryStatus }> {
  const files = await byFile(items);
  if (files.length === 0) return;
  onDisk(directory, () => mkdirSync(dirname(directory), { recursive: true, mode: 0o700 }));
  ensureDirectory(directory, ownedBy);
  const taken = new Set<string>();
  for (const held of files) {
    const { path, before, merged } = mergedFile(held, directory, taken);
    const { text, known, others } = merged;
    if (others > 0) kept.push({ code: 'ITEMS_KEPT', where: { path }, note: `${others} beside ${held.length} of this run` });
    if (text !== before) replaceFile(path, text);
    for (const [index, item] of held.entries()) yield { item, status: known[index] === true ? 'alreadyPresent' : 'written' };
  }
  kept.push(...filesLeft(directory, taken));
}

/** An issue for each item file that a run had nothing for. */
function* filesLeft(directory: string, taken: ReadonlySet<string>): Generator<Issue> {
  for (const name of onDisk(directory, () => readdirSync(directory)).sort()) {
    const path = join(directory, name);
    const others = taken.has(name.toLowerCase()) ? 0 : itemsIn(path);
    if (others > 0) yield { code: 'ITEMS_KEPT', where: { path }, note: `${others}, and none of this run` };
  }
}

/** The items of each file, in the order in which the files come up. */
async function byFile(items: AsyncIterable<Item>): Promise<readonly (readonly [Item, ...Item[]])[]> {
  const files = new Map<string, [Item, ...Item[]]>();
  for await (const item of items) {
    const key = `${item.format}\0${pathKey(item.folder)}`;
    const file = files.get(key);
    if (file === undefined) files.set(key, [item]);
    else file.push(item);
  }
  return [...files.values()];
}

/** What a file has, and what it is to have. */
function mergedFile(
  held: readonly [Item, ...Item[]],
  directory: string,
  taken: Set<string>,
): { path: string; before: string | undefined; merged: MergedItems } {
  const path = join(directory, fileName(held[0], directory, taken));
  const before = contentOf(path);
  const texts = held.map((item) => item.text);
  return { path, before, merged: mergeItems(before, texts, held[0].format) };
}

/** How many items a file of ours or of its kind has. */
function itemsIn(path: string): number {
  const format = path.endsWith('.vcf') ? 'vcard' : 'icalendar';
  if (!/\.(?:vcf|ics)$/.test(path) || isForeign(path, format)) return 0;
  return mergeItems(contentOf(path), [], format).others;
}

/**
 * Looks for items where {@link withItemFiles} puts them: what the files have to the letter, or in a newer version, is equal. Nothing is written.
 *
 * @throws {@link TargetError} TARGET_SYMLINK, and `TARGET_` with an errno
 */
export async function* compareItemFiles(items: AsyncIterable<Item>, directory: string): AsyncGenerator<ItemFinding> {
  const taken = new Set<string>();
  for (const held of await byFile(items)) {
    const { path, merged } = mergedFile(held, directory, taken);
    for (const [index, item] of held.entries()) {
      const state = merged.known[index] === true ? 'equal' : merged.had[index] === true ? 'altered' : 'missing';
      yield { item, path, state };
    }
  }
}

/** A file that is gone or empty has none of the items that went there; what a user took out of it is their affair. */
function holdsItems(places: readonly ItemPlace[], directory: string): boolean {
  const taken = new Set<string>();
  return places.every((place) => (lookAt(join(directory, fileName(place, directory, taken)))?.size ?? 0) > 0);
}

/** `Contacts.Private.vcf`: what no file system takes becomes `_`; names that differ in case only, or that something else has, get a number. */
function fileName({ format, folder }: ItemPlace, directory: string, taken: Set<string>): string {
  const extension = format === 'icalendar' ? 'ics' : 'vcf';
  const safe = folder.map((name) => name.replace(/[\p{Cc}\p{Cs}\\/:*?"<>|]/gu, '_')).join('.');
  let stem = safe.replace(/^\.+/, '_');
  while (Buffer.byteLength(stem) > NAME_LIMIT) stem = [...stem].slice(0, -1).join('');
  let name = `${stem === '' ? '_' : stem}.${extension}`;
  for (let number = 2; taken.has(name.toLowerCase()) || isForeign(join(directory, name), format); number += 1)
    name = `${stem}-${number}.${extension}`;
  taken.add(name.toLowerCase());
  return name;
}

/** True for a file that holds something, and no items of the format: it is somebody's, and stays. */
function isForeign(path: string, format: ItemPlace['format']): boolean {
  const text = contentOf(path);
  return text !== undefined && /\S/.test(text) && !(format === 'icalendar' ? CALENDAR : CARDS).test(text);
}

function contentOf(path: string): string | undefined {
  if (lookAt(path)?.isFile() !== true) return undefined;
  return onDisk(path, () => {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  });
}

function replaceFile(path: string, text: string): void {
  const staged = `${path}.mailferry-new`;
  onDisk(path, () => {
    rmSync(staged, { force: true });
    const file = openSync(staged, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const octets = Buffer.from(text);
      for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(staged, path);
  });
}
