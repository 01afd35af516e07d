import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Delivery,
  type Folder,
  type FolderPath,
  formatBytes,
  type GoneOptions,
  type Issue,
  type KnownSource,
  type LedgerEntry,
  type LedgerView,
  type MailTarget,
  type Message,
  pathKey,
  RemoteError,
  type RunFacts,
  type SourceFacts,
  type SourceFile,
  TargetError,
} from '@mailferry/core';
import { create } from '../commands/create.js';
import { getQuotaRoot, type StorageQuota } from '../commands/getquotaroot.js';
import { holdsMail, list, listOne } from '../commands/list.js';
import { namespace } from '../commands/namespace.js';
import { status } from '../commands/status.js';
import { subscribe } from '../commands/subscribe.js';
import type { Completion } from '../connection/connection.js';
import { busyFor, describe } from '../connection/refusal.js';
import { addressOf, openSession } from '../session/session.js';
import { UploadContext } from './context.js';
import { DeliveryQueue } from './delivery-queue.js';
import { FolderNames, type FolderPlace } from './folder-names.js';
import { FolderUpload } from './folder-upload.js';
import { vanished } from './gone.js';
import { LanePool } from './lane.js';
import { hasOpenEnds, ledgerName, UploadLedger } from './ledger.js';
import { OpenMessages } from './open-messages.js';
import type { ImapTargetOptions } from './options.js';
import { busyError } from './patience.js';
import { RefusedMbox } from './refused-mbox.js';

/** What is known before the first message is sent. */
export interface UploadPlan {
  /** What the server says of itself. */
  readonly server: string;
  /** The preset that was chosen, in words. */
  readonly preset: string;
  /** What is known of such a server that one should know before. */
  readonly advice?: string;
  /** How messages will travel. */
  readonly method: 'multiappend' | 'pipelined' | 'synchronising';
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Octets of one message; undefined when the server names no limit. */
  readonly appendLimit: number | undefined;
  readonly quota: readonly StorageQuota[];
  /** Folders in the order they were asked for. */
  readonly folders: readonly { readonly path: FolderPath; readonly mailbox: string; readonly isNew: boolean }[];
}

/** An account as a target, with what only an account can tell. */
export interface ImapTarget extends MailTarget {
  /** The name that `undo` wants. */
  readonly run: string;
  plan(): UploadPlan;
  /** Warns when the account will not hold so many octets, but for those of `files` that earlier runs have read or sent. */
  expect(octets: number, files?: readonly SourceFile[]): void;
  /** The mbox of refused messages, once there is one. */
  readonly refused: string | undefined;
}

/**
 * An account on an IMAP server as a target. Signs in, looks around and takes the ledger; nothing is written yet.
 *
 * @throws {@link RemoteError} when the server cannot be reached, trusted or does not let us in.
 * @throws {@link TargetError} TARGET_LOCKED while another run uploads to the account.
 */
export async function imapTarget(options: ImapTargetOptions): Promise<ImapTarget> {
  const { account, endpoint, folder } = addressOf(options);
  const session = await openSession(options);
  let ledger: UploadLedger | undefined;
  try {
    const run = options.run ?? runName();
    const place = `${account}@${endpoint.host}:${endpoint.port}`;
    const space = await namespace(session.connection);
    const listed = await list(session.connection, '*');
    ledger = await openLedger(options, place);
    const { preset } = session;
    const known = ledger;
    const names = new FolderNames({
      namespace: space,
      preset,
      listed,
      root: folder,
      mapsSpecialUse: options.mapsSpecialUse ?? true,
      before: (path) => known.folder(path)?.mailbox,
    });
    const refusedPath =
      options.refused ?? (options.ledger === undefined ? undefined : join(options.ledger, `${ledgerName(place)}.${run}.refused.mbox`));
    const context = new UploadContext({
      ledger,
      names,
      session,
      runId: run,
      repairs: new Set(options.repairs),
      refused: refusedPath === undefined ? undefined : new RefusedMbox(refusedPath),
      isDryRun: options.isDryRun ?? false,
      tuning: options,
    });
    context.appendLimit = appendLimit(session.capabilities);
    if (!context.isDryRun) ledger.beginRun({ id: run, started: Date.now(), url: options.url, account });
    const quota = await getQuotaRoot(session.connection, 'INBOX');
    return new Uploader(context, options, { prefix: space.prefix, delimiter: space.delimiter, quota });
  } catch (error) {
    session.connection.destroy();
    await ledger?.close();
    throw error;
  }
}

function openLedger(options: ImapTargetOptions, place: string): Promise<UploadLedger> {
  if (options.isDryRun !== true) return UploadLedger.open(options.ledger, place);
  return options.ledger === undefined
    ? UploadLedger.open(undefined, place)
    : UploadLedger.read(join(options.ledger, `${ledgerName(place)}.ledger`));
}

function appendLimit(capabilities: ReadonlySet<string>): number | undefined {
  for (const name of capabilities) if (/^APPENDLIMIT=\d{1,15}$/.test(name)) return Number(name.slice(12));
  return undefined;
}

function runName(): string {
  const time = new Date()
    .toISOString()
    .replace(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

class Uploader implements ImapTarget {
  readonly format = 'imap';
  readonly location: string;
  readonly run: string;
  readonly #context: UploadContext;
  readonly #pool: LanePool;
  readonly #options: ImapTargetOptions;
  readonly #facts: Pick<UploadPlan, 'prefix' | 'delimiter' | 'quota'>;
  readonly #places = new Map<string, { readonly place: FolderPlace; readonly isNew: boolean }>();
  readonly #uploads = new Map<string, FolderUpload>();
  /** Where the last message went: most often, the next one goes there as well. */
  #last: { readonly path: FolderPath; readonly upload: FolderUpload } | undefined;
  #isClosed = false;
  #full: TargetError | undefined;

  constructor(context: UploadContext, options: ImapTargetOptions, facts: Pick<UploadPlan, 'prefix' | 'delimiter' | 'quota'>) {
    this.#context = context;
    this.#options = options;
    this.#facts = facts;
    this.location = options.url;
    this.run = context.runId;
    const most = context.tuning.connections ?? context.session.preset.connections;
    this.#pool = new LanePool(context, context.session, () => openSession(options), most);
  }

  get issues(): readonly Issue[] {
    return this.#context.issues;
  }

  get refused(): string | undefined {
    return this.#context.refused?.path;
  }

  plan(): UploadPlan {
    const { session, appendLimit, usesMultiappend, usesLiteralPlus } = this.#context;
    return {
      server: session.server,
      preset: session.preset.title,
      ...(session.preset.advice === undefined ? {} : { advice: session.preset.advice }),
      method: usesMultiappend ? 'multiappend' : usesLiteralPlus ? 'pipelined' : 'synchronising',
      ...this.#facts,
      appendLimit,
      folders: [...this.#places.values()].map(({ place, isNew }) => ({ path: place.path, mailbox: place.mailbox, isNew })),
    };
  }

  expect(octets: number, files: readonly SourceFile[] = []): void {
    if (this.#facts.quota.length === 0) return;
    const { ledger } = this.#context;
    const left = Math.max(0, octets - ledger.sources.octetsOf(files, () => ledger.stored()));
    for (const { root, used, limit } of this.#facts.quota) {
      if (limit - used < left)
        this.#context.report({
          code: 'IMAP_QUOTA_SHORT',
          note: `${formatBytes(left)} to upload, ${formatBytes(Math.max(0, limit - used))} free in ${root || 'the account'}`,
        });
    }
  }

  async ledger(): Promise<LedgerView> {
    const view = this.#context.ledger.view();
    const known = await this.#stillTrue(view.sources?.() ?? []);
    return { ...view, size: view.size, sources: () => known };
  }

  /**
   * Files whose messages went to folders that are as the ledger has them: of a folder that was numbered anew, or is to go to another place than then,
   * everything is looked at again, and one with something open (doubts, copies that may come late) has to be opened.
   */
  async #stillTrue(known: readonly KnownSource[]): Promise<readonly KnownSource[]> {
    const isStale = new Map<string, boolean>();
    for (const { path } of known.flatMap(({ counts }) => counts)) {
      const folder = this.#context.ledger.folder(path);
      if (folder === undefined || isStale.has(pathKey(path))) continue;
      const hasToBeSeen = hasOpenEnds(folder) || !this.#context.names.mayBe(path, folder.mailbox);
      isStale.set(pathKey(path), hasToBeSeen);
      if (hasToBeSeen) continue;
      const told = await status(await this.#pool.any(), folder.mailbox, ['UIDVALIDITY']).catch(() => undefined);
      isStale.set(pathKey(path), told?.get('UIDVALIDITY') !== folder.uidValidity);
    }
    return known.filter(({ counts }) => !counts.some(({ path }) => isStale.get(pathKey(path)) === true));
  }

  noteSources(files: readonly SourceFile[]): void {
    this.#context.ledger.sources.list(files);
  }

  noteSourceRead(file: number, facts: SourceFacts): void {
    if (!this.#context.isDryRun) this.#context.ledger.sources.note(file, facts);
    else this.#context.ledger.sources.see(file, facts);
  }

  noteRun(facts: RunFacts): void {
    if (!this.#context.isDryRun) this.#context.ledger.sources.end(facts);
  }

  gone(options: GoneOptions): AsyncIterable<LedgerEntry> {
    return vanished(this.#context, this.#pool, options);
  }

  noteFolders(folders: readonly Folder[]): void {
    this.#context.names.expect(folders);
  }

  async createFolder(folder: Folder): Promise<void> {
    await this.#ensured(folder);
  }

  async *deliver(batches: AsyncIterable<readonly Message[]>): AsyncGenerator<Delivery> {
    for await (const deliveries of this.deliverBatches(batches)) yield* deliveries;
  }

  async *deliverBatches(batches: AsyncIterable<readonly Message[]>): AsyncGenerator<readonly Delivery[]> {
    const queue = new DeliveryQueue();
    const work = this.#pump(batches, queue).then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    );
    let isDone = false;
    try {
      yield* queue.read();
      isDone = true;
    } finally {
      if (!isDone) this.#context.stop();
      await work;
    }
  }

  async commit(): Promise<void> {
    await this.#context.ledger.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#context.stop();
    await this.#pool.close();
    await this.#context.refused?.close();
    await this.#context.ledger.close();
  }

  async #pump(batches: AsyncIterable<readonly Message[]>, queue: DeliveryQueue): Promise<void> {
    const open = new OpenMessages(queue, this.#context.wires);
    for await (const batch of batches) {
      for (const message of batch) open.add(message);
      await this.#unlessFull(open, async () => {
        for (const message of batch) {
          const upload = this.#opened(message.folder) ?? (await this.#upload(message.folder, open));
          const work = upload.take(message);
          if (work !== undefined) await work;
        }
      });
    }
    await this.#unlessFull(open, async () => {
      for (const upload of this.#uploads.values()) await upload.finish();
    });
    this.#uploads.clear();
    this.#last = undefined;
    await this.#context.ledger.sync();
  }

  /** When the account is full, what is not known to be there fails; the ledger keeps what may be there as doubts. */
  async #unlessFull(open: OpenMessages, work: () => Promise<void>): Promise<void> {
    const { onFull } = this.#options;
    try {
      if (this.#full === undefined) await work();
    } catch (error) {
      if (!(error instanceof TargetError) || error.code !== 'IMAP_OVERQUOTA' || onFull === undefined) throw error;
      this.#full = error;
      onFull(error);
      for (const upload of this.#uploads.values()) await upload.abandon();
    }
    if (this.#full !== undefined) open.fail({ code: 'IMAP_QUOTA_REACHED', note: this.#full.message });
  }

  #opened(path: FolderPath): FolderUpload | undefined {
    if (path !== this.#last?.path) {
      const upload = this.#uploads.get(pathKey(path));
      this.#last = upload === undefined ? undefined : { path, upload };
    }
    return this.#last?.upload;
  }

  async #upload(path: FolderPath, open: OpenMessages): Promise<FolderUpload> {
    const { place, isNew } = await this.#ensured({ path });
    const opened = await FolderUpload.open(this.#context, this.#pool, place, isNew, (delivery) => open.deliver(delivery));
    this.#uploads.set(pathKey(path), opened);
    return opened;
  }

  #ensured(folder: Folder): Promise<{ readonly place: FolderPlace; readonly isNew: boolean }> {
    return this.#context.retried(() => this.#ensure(folder));
  }

  /** The mailbox of a folder, made if it is not there. */
  async #ensure(folder: Folder): Promise<{ readonly place: FolderPlace; readonly isNew: boolean }> {
    const key = pathKey(folder.path);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const { names, isDryRun } = this.#context;
    let place = names.place(folder);
    const isNew = !place.exists && !names.has(place.mailbox) && place.mailbox !== 'INBOX';
    if (isNew && !isDryRun) place = await this.#create(place);
    const made = { place: { ...place, exists: isDryRun ? !isNew : true }, isNew };
    for (const issue of place.issues) this.#context.report(issue);
    this.#places.set(key, made);
    if (!isDryRun && (this.#options.subscribe ?? folder.subscribed === true)) await this.#subscribe(place);
    return made;
  }

  async #create(place: FolderPlace): Promise<FolderPlace> {
    const { names } = this.#context;
    const tries = [place.mailbox, ...names.alternatives(place.mailbox)];
    let said = '';
    for (const name of tries) {
      const completion = await this.#tryCreate(name);
      const mailbox = completion.status === 'OK' ? name : await this.#standIn(name, place);
      if (mailbox !== undefined) {
        names.add(mailbox);
        // So that undo knows whose folder it is, even when no mail goes into it.
        const told = await this.#context.retried(async () => status(await this.#pool.any(), mailbox, ['UIDVALIDITY']));
        const uidValidity = told.get('UIDVALIDITY');
        if (uidValidity !== undefined) this.#context.ledger.openFolder(place.path, mailbox, uidValidity, completion.status === 'OK');
        return mailbox === place.mailbox ? place : names.rename(place.path, mailbox);
      }
      said ||= describe(completion);
    }
    throw new RemoteError('IMAP_FOLDER_REFUSED', `the server does not make the folder ${place.path.join('/')}: ${said}`, {
      help: 'map it to another name with --folder-map, or leave it out with --exclude-folder',
    });
  }

  /** What the server makes of CREATE, once it has time for it. */
  async #tryCreate(mailbox: string): Promise<Completion> {
    for (;;) {
      const completion = await create(await this.#pool.any(), mailbox);
      // A limit of folders is lifted by no wait.
      const busy = completion.status !== 'NO' || completion.code?.name === 'LIMIT' ? undefined : busyFor(completion);
      if (busy === undefined) return completion;
      await this.#context.sleep(this.#context.patience.next(busyError(describe(completion)), busy.waitMs));
    }
  }

  /**
   * The mailbox that is there, should the server say so, under whatever spelling: Cyrus says "Mailbox already exists" without a code. One that only
   * has others below it does not serve, nor one of another folder.
   */
  async #standIn(name: string, place: FolderPlace): Promise<string | undefined> {
    const there = await listOne(await this.#pool.any(), name);
    if (there === undefined || !holdsMail(there)) return undefined;
    return there.name === place.mailbox || !this.#context.names.isTaken(there.name) ? there.name : undefined;
  }

  async #subscribe(place: FolderPlace): Promise<void> {
    const completion = await subscribe(await this.#pool.any(), place.mailbox);
    if (completion.status !== 'OK')
      this.#context.report({ code: 'IMAP_SUBSCRIBE_REFUSED', note: `${place.path.join('/')}: ${describe(completion)}` });
  }
}
