// While messages pass: which octets of the source files no stored message holds, handed to the target in pieces; and which files were read to their end.
import { type FolderPath, pathKey } from '../model/folder.js';
import { ISSUES, type Issue } from '../model/issue.js';
import type { Item, ItemPlace } from '../model/item.js';
import type { FolderCount, KnownSource } from '../model/ledger.js';
import type { FilterReason, Message } from '../model/message.js';
import type { FileRead, MailStore } from '../model/store.js';
import type { Delivery, DeliveryStatus, MailTarget } from '../model/target.js';
import { NodeKeeper } from './node-keeper.js';
import { ResidueBuffer } from './residue-buffer.js';
import { type FileRanges, ResidueCollector } from './residue-collector.js';

interface Count {
  readonly path: FolderPath;
  read: number;
  readonly filtered: Partial<Record<FilterReason, number>>;
}

/** What a run knows before it begins. */
export interface KeeperOptions {
  readonly residue: boolean;
  readonly fingerprint: string;
  /** Files of which the start may be what it was. */
  readonly grown: ReadonlyMap<number, KnownSource>;
  /** Told of the messages of such a start, once it was found to be the same and the file was read to its end. */
  readonly onKept: (count: FolderCount) => void;
}

/** What one run tells a target about its source files, and what became of the nodes of these. Does nothing where the store has no files. */
export class ResidueKeeper {
  readonly #source: MailStore;
  readonly #target: MailTarget;
  readonly #options: KeeperOptions;
  readonly #isActive: boolean;
  readonly #collector: ResidueCollector = new ResidueCollector();
  readonly #buffer: ResidueBuffer;
  readonly #counts = new Map<number, Map<string, Count>>();
  /** Files that did not give all: of messages that failed or were damaged. They are read again by the next run, which has to say so as well. */
  readonly #lacking = new Set<number>();
  /** Octets that are kept of files that may have grown, once it is known. */
  readonly #begun = new Map<number, number>();
  /** Files that were read to their end, while messages of theirs are still on their way. */
  #waiting: FileRead[] = [];
  /** Messages on their way, by file. */
  readonly #pending = new Map<number, number>();
  readonly #items = new Map<number, { read: number; filtered: number; readonly places: Map<string, ItemPlace> }>();
  readonly nodes: NodeKeeper = new NodeKeeper();
  /** Files that were told to be read to their end; of several stores, those of the first may come last. */
  readonly #told = new Set<number>();
  #file = 0;

  constructor(source: MailStore, target: MailTarget, options: KeeperOptions) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
    this.#buffer = new ResidueBuffer((record) => target.noteResidue?.(record));
    this.#isActive = source.filesRead !== undefined;
  }

  /** A message leaves the source. */
  pass(message: Message): void {
    if (!this.#isActive) return;
    const file = message.span?.file;
    if (file !== undefined && this.#options.grown.has(file)) this.#begin(file);
    this.#collector.pass(message);
    this.#file = file ?? message.file ?? this.#file;
    if (message.issues.some(isDamage)) this.#lacking.add(this.#file);
    this.#pending.set(this.#file, (this.#pending.get(this.#file) ?? 0) + 1);
  }

  /** The first message of a file that may have grown: the store knows by now. Its start stays in the books of the run that read it. */
  #begin(file: number): void {
    if (this.#begun.has(file)) return;
    const files = this.#source.files ?? [];
    const kept = files[file]?.kept ?? 0;
    this.#begun.set(file, kept);
    if (kept === 0) return;
    this.#target.noteSources?.(files);
    this.#collector.keep(file, kept);
  }

  /** A message has come to its end; what the target did not take is residue as a whole. */
  settle(delivery: Delivery): void {
    if (!this.#isActive) return;
    const { message, status, reason } = delivery;
    const isRefused = status === 'failed' || status === 'filtered';
    if (isRefused && message.filtered === undefined && message.failure === undefined) this.#collector.refuse(message);
    this.#file = message.span?.file ?? message.file ?? this.#file;
    this.#pending.set(this.#file, (this.#pending.get(this.#file) ?? 0) - 1);
    this.nodes.settle(this.#file, delivery);
    if (status === 'failed') this.#lacking.add(this.#file);
    const count = this.#countOf(message);
    count.read += 1;
    if (status === 'filtered') count.filtered[reason ?? 'option'] = (count.filtered[reason ?? 'option'] ?? 0) + 1;
  }

  #countOf(message: Message): Count {
    let counts = this.#counts.get(this.#file);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(this.#file, counts);
    }
    const key = pathKey(message.folder);
    let count = counts.get(key);
    if (count === undefined) {
      count = { path: message.folder, read: 0, filtered: {} };
      counts.set(key, count);
    }
    return count;
  }

  /** An item, which is not mail, has come to its end. */
  settleItem({ file = 0, format, folder, issues }: Item, status: DeliveryStatus): void {
    const count = this.#items.get(file) ?? { read: 0, filtered: 0, places: new Map() };
    count.read += 1;
    if (status === 'filtered') count.filtered += 1;
    else count.places.set(`${format}\0${pathKey(folder)}`, { format, folder });
    if (status === 'failed' || issues.some(isDamage)) this.#lacking.add(file);
    this.#items.set(file, count);
  }

  /** Copies what was collected while the octets are still in memory. Files of which messages are still on their way wait. */
  gather(): void {
    if (!this.#isActive) return;
    const all = this.#source.filesRead ?? [];
    const read = all.length === this.#told.size ? [] : all.filter(({ file }) => !this.#told.has(file));
    for (const { file } of read) this.#told.add(file);
    if (read.length > 0) this.#target.noteSources?.(this.#source.files ?? []);
    for (const { file, size, isOpaque } of read) {
      if (this.#options.grown.has(file)) this.#begin(file);
      if (isOpaque !== true) this.#collector.finish(file, size);
    }
    for (const piece of this.#collector.take()) this.#hand(piece);
    this.#waiting.push(...read);
    const done = this.#waiting.filter(({ file }) => (this.#pending.get(file) ?? 0) === 0);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !done.includes(one));
    const isDamaged = this.#source.issues.some(isDamage);
    for (const one of done) this.#noteRead(one, isDamaged);
  }

  #noteRead({ file, resume, isOpaque, nodes }: FileRead, isDamaged: boolean): void {
    const fingerprint = this.#lacking.has(file) || isDamaged ? '' : this.#options.fingerprint;
    const kept = (this.#begun.get(file) ?? 0) > 0 ? (this.#options.grown.get(file)?.counts ?? []) : [];
    for (const count of kept) this.#options.onKept(count);
    const counts = addCounts([...kept, ...(this.#counts.get(file)?.values() ?? [])]);
    const items = this.#items.get(file);
    const nodeFacts = this.nodes.close(file, nodes);
    this.#target.noteSourceRead?.(file, {
      fingerprint,
      counts,
      ...(resume === undefined ? {} : { resume }),
      ...(items === undefined ? {} : { items: { ...items, places: [...items.places.values()] } }),
      ...(isOpaque === undefined ? {} : { isOpaque }),
      ...nodeFacts,
    });
    this.#counts.delete(file);
  }

  #hand({ file, ranges }: FileRanges): void {
    if (!this.#options.residue || this.#source.readOctets === undefined || this.#target.keepsResidueOf?.(file) !== true) return;
    for (let i = 0; i < ranges.length; i += 2) {
      const end = (ranges[i] ?? 0) + (ranges[i + 1] ?? 0);
      for (let at = ranges[i] ?? 0; at < end; ) {
        const piece = this.#source.readOctets(file, at, Math.min(this.#buffer.room, end - at));
        if (piece.length === 0) break;
        this.#buffer.add(file, at, piece);
        at += piece.length;
      }
    }
  }

  /** Hands over what is left of what was gathered: to be called before each commit. */
  flush(): void {
    this.#buffer.flush();
  }
}

function isDamage({ code }: Issue): boolean {
  return ISSUES[code].isDamage === true;
}

/** One count for each folder. */
function addCounts(counts: readonly FolderCount[]): readonly FolderCount[] {
  const sums = new Map<string, Count>();
  for (const { path, read, filtered } of counts) {
    const sum: Count = sums.get(pathKey(path)) ?? { path, read: 0, filtered: {} };
    sum.read += read;
    for (const reason of Object.keys(filtered) as FilterReason[])
      sum.filtered[reason] = (sum.filtered[reason] ?? 0) + (filtered[reason] ?? 0);
    sums.set(pathKey(path), sum);
  }
  return [...sums.values()];
}
