// One message node of a PST as a message or an item: what it is, its identity, what became of it. Each outcome is entered in the books.
import { SourceError } from '../errors.js';
import { NO_CONTENT } from '../formats/content/memory-content.js';
import type { MapiMessage } from '../formats/mapi/object.js';
import { FolderUids, toIcalendar } from '../formats/mapi/to-icalendar.js';
import { toVcard } from '../formats/mapi/to-vcard.js';
import type { ComposedContent } from '../formats/mime/builder.js';
import type { MailConverter, NodeMail } from '../formats/outlook/mail-converter.js';
import type { PlannedFolder } from '../formats/pst/messaging/reading-plan.js';
import type { OutcomeBook } from '../formats/pst/messaging/reconciliation.js';
import type { PstStore } from '../formats/pst/messaging/store.js';
import { formatNid } from '../formats/pst/ndb/nid.js';
import type { PstAnswer } from '../lanes/job.js';
import type { Issue } from '../model/issue.js';
import type { Item, ItemKind } from '../model/item.js';
import type { Message } from '../model/message.js';
import { type ComposingRoom, composedElsewhere, type HashedContent } from './composed-content.js';
import type { NodeRun } from './mail-ahead.js';
import { PstMail, SharedFlags } from './pst-mail.js';
import { failsAll, isBrokenFile } from './regular-file.js';
import type { FileWindow } from './window-pool.js';

/** What nodes are converted with, and where it is noted. */
export interface NodeBooks {
  readonly store: PstStore;
  readonly converter: MailConverter;
  readonly room: ComposingRoom;
  readonly outcomes: OutcomeBook;
  /** Issues that belong to no message. */
  readonly issues: Issue[];
  readonly vcard: 3 | 4;
}

/** What is known of a mail beside its content. */
type EntryFacts = Pick<NodeMail, 'flags' | 'internalDate' | 'dateSource'>;

/** The message nodes of one store. */
export class PstNodes {
  readonly #of: NodeBooks;
  readonly #flags = new SharedFlags();
  /** Octets of the file that a message stands for in progress. */
  share = 0;

  constructor(books: NodeBooks) {
    this.#of = books;
  }

  /** What the other thread converted; what it left is converted here. */
  fromLane({ folder, nids }: NodeRun, { outcomes }: PstAnswer, window: FileWindow): readonly Message[] {
    const messages: Message[] = [];
    for (const [i, nid] of nids.entries()) {
      const outcome = outcomes[i] ?? { kind: 'left' };
      if (outcome.kind === 'mail') {
        this.#of.outcomes.enter(nid, 'mail');
        const content = composedElsewhere(window, outcome, () => this.#again(nid, folder));
        messages.push(this.#entry(nid, folder, content, outcome.identity, outcome, outcome.issues));
      } else if (outcome.kind === 'left') {
        const message = this.message(nid, folder);
        if (message !== undefined) messages.push(message);
      } else {
        this.#of.outcomes.enter(nid, outcome.kind);
      }
    }
    return messages;
  }

  /** A message node as mail; undefined when it is an item. */
  message(nid: number, folder: PlannedFolder): Message | undefined {
    const node = this.#of.converter.open(nid);
    if (node.kind === 'unreadable') {
      return this.#failed(nid, folder, node.issues, 'none of its properties can be read');
    }
    this.#of.outcomes.enter(nid, node.kind);
    if (node.kind !== 'mail') {
      return undefined;
    }
    try {
      const mail = this.#of.converter.mail(node.message, node.issues, folder.specialUse);
      const content = this.#of.room.place(mail.content, () => this.#again(nid, folder));
      const identity = this.#of.converter.identity(nid, node.message);
      return this.#entry(nid, folder, content, identity, mail, mail.issues());
    } catch (error) {
      if (failsAll(error) || isBrokenFile(error)) throw error;
      return this.#failed(nid, folder, node.issues, error instanceof Error ? error.message : 'it cannot be converted');
    }
  }

  #entry(
    nid: number,
    folder: PlannedFolder,
    content: HashedContent,
    identity: string,
    { flags, internalDate, dateSource }: EntryFacts,
    issues: readonly Issue[],
  ): Message {
    return new PstMail({
      identity,
      sourceId: formatNid(nid),
      folder: folder.path,
      content,
      share: this.share,
      flags: this.#flags.of(flags),
      internalDate,
      dateSource,
      issues: [...this.#unlisted(nid), ...issues],
    });
  }

  /** Converts a message once more, for one who kept it longer than its place in memory. */
  #again(nid: number, folder: PlannedFolder): ComposedContent {
    const node = this.#of.converter.open(nid);
    if (node.kind === 'unreadable') {
      throw new SourceError('SOURCE_CHANGED', 'a message can no longer be read', { where: { path: this.#of.store.path } });
    }
    return this.#of.converter.mail(node.message, node.issues, folder.specialUse).content;
  }

  /** A message node as an item; undefined when it is mail or was yielded as a failure among the mail. */
  item(nid: number, folder: PlannedFolder, uids: FolderUids = new FolderUids()): Item | undefined {
    const known = this.#of.outcomes.outcome(nid);
    if (known === 'mail' || known === 'failed') {
      return undefined;
    }
    const node = this.#of.converter.open(nid);
    if (node.kind === 'unreadable' || node.kind === 'mail') {
      return undefined;
    }
    try {
      const found = [...this.#unlisted(nid), ...node.issues];
      const item = this.#converted(node.message, node.kind, folder, found, uids);
      this.#of.outcomes.enter(nid, node.kind);
      return item;
    } catch (error) {
      if (failsAll(error) || isBrokenFile(error)) throw error;
      this.#of.outcomes.enter(nid, 'failed');
      const note = `${formatNid(nid)}: ${error instanceof Error ? error.message : 'it cannot be converted'}`;
      this.#of.issues.push({ code: 'PST_MESSAGE_UNREADABLE', where: { path: this.#of.store.path }, note });
      return undefined;
    }
  }

  #converted(message: MapiMessage, kind: ItemKind, folder: PlannedFolder, found: readonly Issue[], uids: FolderUids): Item {
    const { context } = this.#of.converter;
    const isCard = kind === 'contact' || kind === 'distributionList';
    const { uid, text, issues } = isCard ? toVcard(message, context, this.#of.vcard) : toIcalendar(message, context, uids);
    const format = isCard ? 'vcard' : 'icalendar';
    return { kind, folder: folder.path, file: 0, sourceId: message.sourceId, uid, format, text, issues: [...found, ...issues] };
  }

  #failed(nid: number, folder: PlannedFolder, issues: readonly Issue[], note: string): Message {
    this.#of.outcomes.enter(nid, 'failed');
    return {
      identity: this.#of.converter.identity(nid, undefined),
      sourceId: formatNid(nid),
      folder: folder.path,
      file: 0,
      content: NO_CONTENT,
      share: this.share,
      flags: new Set(),
      internalDate: 0,
      dateSource: 'none',
      issues: [...this.#unlisted(nid), ...issues],
      failure: { code: 'PST_MESSAGE_UNREADABLE', where: { path: this.#of.store.path }, note },
    };
  }

  #unlisted(nid: number): Issue[] {
    return this.#of.store.index.unlisted.has(nid) ? [{ code: 'PST_MESSAGE_UNLISTED', where: { path: this.#of.store.path } }] : [];
  }
}
