// A store over one mbox or many. The files are opened one after the other while messages are read; contents that were handed out
// may be asked for again, so descriptors stay open until the store is closed, up to a bound that no window of a target reaches.
import { dirname, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GrowingHash } from '../formats/content/growing-hash.js';
import { IdentityCounter } from '../formats/content/identity.js';
import { sumQuotes } from '../formats/mbox/quoting.js';
import { hasLanes } from '../lanes/lane.js';
import { type Folder, type FolderPath, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Message } from '../model/message.js';
import type { FileRead, FolderSelection, KnownStart, LeftAlone, MailStore, QuotingEvidence, SourceFile } from '../model/store.js';
import { DigestAhead } from './digest-ahead.js';
import { isFileGone } from './directory-state.js';
import { folderTree } from './folder-tree.js';
import type { OpenOptions } from './format.js';
import { hashStart } from './hash-start.js';
import { copiesByLabel } from './label-copies.js';
import { labelFolders } from './label-folders.js';
import type { MailboxLock } from './mailbox-lock.js';
import { MboxFile, type MboxFileOptions } from './mbox-file.js';
import type { Octets, OpenOctets } from './octets.js';
import { TakeoutCopies } from './takeout-copies.js';

/** One mbox of a store, and the folder that its messages go to. */
export interface MboxPart {
  readonly octets: Octets;
  readonly folder: FolderPath;
  readonly subscribed?: boolean;
  /** True when each message has a folder of its own, by its labels. */
  readonly hasLabels?: boolean;
}

/** What a store over mboxes consists of. */
export interface MboxStoreParts {
  readonly location: string;
  /** In the order of reading. */
  readonly parts: readonly MboxPart[];
  readonly leftAlone: readonly LeftAlone[];
  readonly issues?: readonly Issue[];
  /** Kind of tree in words, before the dialect: `Thunderbird profile`. */
  readonly layout?: string;
  /** Top of the tree, where it is one. */
  readonly root?: string;
}

/** Milliseconds between looks at a file that somebody writes to, and how many there are: five seconds. */
const PAUSE = 25;
const TRIES = 200;

/** Files that stay open at the same time. */
const MAX_OPEN = 512;

/** One mbox or many as one store. */
export class MboxStore implements MailStore {
  readonly format = 'mbox';
  readonly coversFiles = true;
  readonly location: string;
  readonly leftAlone: readonly LeftAlone[];
  readonly #parts: readonly MboxPart[];
  readonly #layout: string | undefined;
  readonly #root: string | undefined;
  readonly #options: OpenOptions;
  readonly #surveyIssues: Issue[];
  /** Files that changed while they were read. */
  readonly #changed = new Set<OpenOctets>();
  readonly #issues = new Map<number, readonly Issue[]>();
  readonly #dialects = new Map<number, string>();
  /** The files as they are known by now; an entry is made anew when more is. */
  readonly #files: SourceFile[];
  #bytes: number;
  /** Octets of them that need not be read. */
  #passedOver = 0;
  readonly #quotes = new Map<number, QuotingEvidence>();
  readonly #open: OpenOctets[] = [];
  readonly #filesRead: FileRead[] = [];
  readonly #ahead = new DigestAhead();
  #directories: ReadonlySet<string> | undefined;
  /** Folder → the first part that has a UIDVALIDITY: UIDs of another mailbox are none there. */
  readonly #uidOwners = new Map<string, number>();
  /** The file that is being read, and the one before, whose last octets may still be asked for. */
  readonly #mboxes = new Map<number, MboxFile>();

  constructor(store: MboxStoreParts, options: OpenOptions) {
    this.location = store.location;
    this.leftAlone = store.leftAlone;
    this.#parts = store.parts;
    this.#layout = store.layout;
    this.#root = store.root;
    this.#surveyIssues = [...(store.issues ?? [])];
    this.#options = options;
    this.#files = store.parts.map(({ octets, folder }) => ({ path: octets.path, size: octets.size, folder }));
    this.#bytes = this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  get dialect(): string {
    const dialects = [...new Set(this.#dialects.values())].sort().join(', ');
    return this.#layout === undefined ? dialects : dialects === '' ? this.#layout : `${this.#layout}, ${dialects}`;
  }

  get bytes(): number {
    return this.#bytes - this.#passedOver;
  }

  get files(): readonly SourceFile[] {
    return this.#files;
  }

  get issues(): readonly Issue[] {
    return [...this.#surveyIssues, ...[...this.#issues.values()].flat()];
  }

  get quoting(): QuotingEvidence | undefined {
    return this.#options.countQuotes === true ? sumQuotes(this.#quotes.values()) : undefined;
  }

  async *folders(): AsyncGenerator<Folder> {
    const folders: Folder[] = [];
    for (const [index, part] of this.#parts.entries()) folders.push(...(await this.#describe(index, part)));
    yield* folderTree(folders);
  }

  /** What the head of an mbox says of its folder; one with labels is read through for the folders that they name. */
  async #describe(index: number, part: MboxPart): Promise<readonly Folder[]> {
    const octets = await part.octets.open();
    try {
      if (part.hasLabels === true) {
        this.#read(index, part, octets).close();
        const paths = labelFolders(octets.fd, octets.size, this.#options.labels ?? 'keywords');
        return [{ path: part.folder, bytes: octets.size }, ...paths.map((path) => ({ path }))];
      }
      const mbox = this.#read(index, part, octets);
      const { uidValidity, uidNext, keywords } = mbox;
      mbox.close();
      const folder: Folder = {
        path: part.folder,
        bytes: octets.size,
        ...(uidValidity === undefined ? {} : { uidValidity }),
        ...(uidNext === undefined ? {} : { uidNext }),
        ...(keywords === undefined ? {} : { keywords }),
        ...(part.subscribed === undefined ? {} : { subscribed: part.subscribed }),
      };
      return [folder];
    } finally {
      octets.close();
    }
  }

  #read(index: number, part: MboxPart, octets: OpenOctets): MboxFile {
    const mbox = MboxFile.open(this.#fileOptions(index, part, octets));
    this.#note(index, octets, mbox);
    return mbox;
  }

  /** Opens a file for its messages: behind what an earlier run read, if that is what it was, else from its start. */
  async #begin(
    index: number,
    octets: OpenOctets,
    {
      identities,
      known,
      start,
      hashes,
    }: {
      readonly identities: IdentityCounter;
      readonly known: KnownStart | undefined;
      readonly start: GrowingHash | undefined;
      readonly hashes: boolean;
    },
  ): Promise<{ readonly mbox: MboxFile; readonly hash: GrowingHash | undefined }> {
    const part = this.#parts[index];
    if (part === undefined) throw new RangeError(`no part ${index}`);
    const mayBeTorn = (): boolean => octets.hasChanged() || this.#changed.has(octets) || octets.isBeingWritten();
    const options = { ...this.#fileOptions(index, part, octets), mayBeTorn };
    const resumed = known === undefined ? undefined : await goOn(options, known, start);
    if (resumed !== undefined) this.#keep(index, known?.size ?? 0);
    const hash = hashes && part.hasLabels !== true ? new GrowingHash() : undefined;
    const begun = resumed ?? { mbox: MboxFile.open({ ...options, identities, ...(hash === undefined ? {} : { hash }) }), hash };
    this.#note(index, octets, begun.mbox);
    return begun;
  }

  #keep(index: number, kept: number): void {
    this.#learn(index, { kept });
    this.#passedOver += kept;
  }

  #note(index: number, octets: OpenOctets, mbox: MboxFile): void {
    this.#dialects.set(index, mbox.dialect);
    const { folder } = this.#parts[index] ?? {};
    if (folder !== undefined && mbox.uidValidity !== undefined && !this.#uidOwners.has(pathKey(folder)))
      this.#uidOwners.set(pathKey(folder), index);
    this.#learn(index, { size: octets.size, ...(octets.state === undefined ? {} : { state: octets.state }) });
  }

  #learn(index: number, facts: Partial<SourceFile>): void {
    const file = this.#files[index];
    if (file === undefined) return;
    this.#files[index] = { ...file, ...facts };
    this.#bytes += (facts.size ?? file.size) - file.size;
  }

  #fileOptions(index: number, part: MboxPart, octets: OpenOctets): MboxFileOptions {
    const { fromTz, unescape: quoting, keepHeaders, labels = 'keywords', pop3Uidl } = this.#options;
    const key = pathKey(part.folder);
    return {
      path: part.octets.path,
      fd: octets.fd,
      size: octets.size,
      file: index,
      folder: part.folder,
      fallbackDate: octets.mtimeMs,
      keepsUids: () => (this.#uidOwners.get(key) ?? index) === index,
      ...(fromTz === undefined ? {} : { fromTz }),
      ...(quoting === undefined ? {} : { unescape: quoting }),
      ...(keepHeaders === undefined ? {} : { keepHeaders }),
      ...(part.hasLabels === true ? { labels } : {}),
      ...(pop3Uidl === undefined ? {} : { pop3Uidl }),
    };
  }

  async *messages(selection: FolderSelection = {}): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) yield* batch;
  }

  async *batches(selection: FolderSelection = {}): AsyncGenerator<readonly Message[]> {
    const { includes, skips } = selection;
    // Parts of one folder count equal messages together.
    const identities = new IdentityCounter();
    const copies = new TakeoutCopies(this.#parts);
    const isLeft = (part: MboxPart, index: number): boolean =>
      skips?.(index) === true || (part.hasLabels !== true && includes?.(part.folder) === false);
    this.#passedOver = this.#parts.reduce((sum, part, index) => sum + (isLeft(part, index) ? (this.#files[index]?.size ?? 0) : 0), 0);
    for (const [index, part] of this.#parts.entries()) {
      if (isLeft(part, index)) continue;
      for await (const batch of this.#batchesOf(index, part, selection, { identities: copies.counterOf(part) ?? identities, copies })) {
        const selected = includes === undefined ? batch : batch.filter(({ folder }) => includes(folder));
        if (selected.length > 0) yield selected;
      }
      // Whoever keeps the residue asks for its last octets now: later ones may come from a file far behind, and this one is let go.
      yield [];
    }
  }

  async *#batchesOf(
    index: number,
    part: MboxPart,
    { resumes, wantsIdentities }: FolderSelection,
    { identities, copies }: { readonly identities: IdentityCounter; readonly copies: TakeoutCopies },
  ): AsyncGenerator<readonly Message[]> {
    const known = part.hasLabels === true ? undefined : resumes?.(index);
    const opened = await this.#openLocked(part, known);
    await using _lock = opened.lock;
    const { octets } = opened;
    if (opened.lock?.dotlock === false) this.#surveyIssues.push({ code: 'SOURCE_DOTLOCK_DENIED', where: { path: part.octets.path } });
    const { mbox, hash } = await this.#begin(index, octets, { identities, known, start: opened.start, hashes: resumes !== undefined });
    this.#quotes.set(index, mbox.quotes);
    this.#mboxes.set(index, mbox);
    this.#mboxes.delete(index - 2);
    const isStuck = octets.isBeingWritten();
    let isWhole = true;
    const isAhead = wantsIdentities === true && this.#options.lanes !== 0 && hasLanes();
    for await (const batch of isAhead ? this.#ahead.of(mbox.batches()) : mbox.batches()) {
      if (!isStuck && octets.isBeingWritten()) await waitFor(() => !octets.isBeingWritten());
      isWhole = !octets.hasChanged() || (await this.#isHarmless(octets, hash));
      if (!isWhole) break;
      copies.mark(part, batch);
      yield this.#expand(part, batch, identities);
    }
    this.#close(index, octets, mbox, isWhole ? hash : undefined);
  }

  /** A file changed while it is read: true when what was read of it so far is still the same, so that it only grew. */
  async #isHarmless(octets: OpenOctets, hash: GrowingHash | undefined): Promise<boolean> {
    this.#changed.add(octets);
    if (hash === undefined) return true;
    octets.acceptChange();
    const now = await hashStart(octets.fd, hash.size);
    return now.size === hash.size && now.digest() === hash.digest();
  }

  /** Opens a file, under its lock if that is wanted. What takes time is done before: the start that is known is hashed, and again only if somebody wrote meanwhile. */
  async #openLocked(
    { octets }: MboxPart,
    known: KnownStart | undefined,
  ): Promise<{ readonly octets: OpenOctets; readonly lock: MailboxLock | undefined; readonly start: GrowingHash | undefined }> {
    const lock = this.#options.lock === true ? octets.lock : undefined;
    if (lock === undefined) return { octets: await this.#keepOpen(octets, isQuiet), lock: undefined, start: undefined };
    const ahead = known === undefined ? undefined : await octets.open();
    const start = ahead === undefined || known === undefined ? undefined : await hashStart(ahead.fd, known.size);
    const held = await lock();
    try {
      const isSame = ahead?.hasChanged() === false;
      ahead?.close();
      return { octets: await this.#keepOpen(octets), lock: held, start: isSame ? start : undefined };
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A file was read to its end. */
  #close(index: number, octets: OpenOctets, mbox: MboxFile, hash: GrowingHash | undefined): void {
    const hasChanged = octets.hasChanged() || this.#changed.has(octets) || mbox.isTorn;
    const changed: Issue[] = hasChanged ? [{ code: 'SOURCE_CHANGED', where: { path: this.#parts[index]?.octets.path ?? '' } }] : [];
    const issues = [...octets.issues, ...mbox.issues, ...changed];
    if (issues.length > 0) this.#issues.set(index, issues);
    else this.#issues.delete(index);
    if (hasChanged || mbox.hasShrunk) return;
    const state = hash?.size === octets.size ? mbox.resumeState : undefined;
    const point = hash === undefined || state === undefined ? {} : { resume: { hash: hash.digest(), state } };
    this.#filesRead.push({ file: index, size: octets.size, ...point });
  }

  get filesRead(): readonly FileRead[] {
    return this.#filesRead;
  }

  lacks(path: string): boolean {
    const top = this.#root === undefined ? [] : [resolve(this.#root)];
    this.#directories ??= new Set([...top, ...this.#parts.map(({ octets }) => dirname(resolve(octets.path)))]);
    let directory = dirname(path);
    while (!this.#directories.has(directory) && directory !== dirname(directory)) directory = dirname(directory);
    return this.#directories.has(directory) && isFileGone(path);
  }

  readOctets(file: number, offset: number, length: number): Uint8Array {
    return this.#mboxes.get(file)?.octets(offset, length) ?? new Uint8Array(0);
  }

  /** With labels as folders, each message in each of them. */
  #expand(part: MboxPart, batch: readonly Message[], identities: IdentityCounter): readonly Message[] {
    if (part.hasLabels !== true || this.#options.labels !== 'folders') return batch;
    return batch.flatMap((message) => [...copiesByLabel(message, identities)]);
  }

  /** Opens a file to be read; again, for some seconds, until it is as it should be. */
  async #keepOpen(octets: Octets, isGood: (open: OpenOctets) => boolean = () => true): Promise<OpenOctets> {
    let open = await octets.open();
    for (let tries = 0; tries < TRIES && !isGood(open); tries += 1) {
      open.close();
      await setTimeout(PAUSE);
      open = await octets.open();
    }
    this.#open.push(open);
    if (this.#open.length > MAX_OPEN) this.#open.shift()?.close();
    return open;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ahead.close();
    for (const open of this.#open.splice(0)) open.close();
    for (const { octets } of this.#parts) octets.close();
  }
}

function isQuiet(octets: OpenOctets): boolean {
  return octets.isQuiet();
}

async function waitFor(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < TRIES && !isSo(); tries += 1) await setTimeout(PAUSE);
}

/** Goes on in a file behind a start that is what it was; undefined when it is not. */
async function goOn(
  options: MboxFileOptions,
  known: KnownStart,
  start: GrowingHash | undefined,
): Promise<{ readonly mbox: MboxFile; readonly hash: GrowingHash } | undefined> {
  if (options.size < known.size) return undefined;
  const hash = start ?? (await hashStart(options.fd, known.size));
  if (hash.size !== known.size || hash.digest() !== known.resume.hash) return undefined;
  const mbox = MboxFile.resume({ ...options, identities: new IdentityCounter(known.count), hash }, known);
  return mbox === undefined ? undefined : { mbox, hash };
}
