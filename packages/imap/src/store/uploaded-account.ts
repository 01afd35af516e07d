import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Content,
  decorateStore,
  type Flag,
  type Folder,
  type FolderPath,
  isSystemFlag,
  type LedgerView,
  type MailStore,
  type Message,
  pathKey,
  replaceInMessage,
  type SentForm,
  type StoredForm,
  toCrlf,
} from '@mailferry/core';
import { clampDate } from '../codec/date-time.js';
import type { AccountOptions } from '../session/account.js';
import type { ServerPreset } from '../session/preset.js';
import { addressOf, type Session } from '../session/session.js';
import { chooseFlags } from '../upload/flag-list.js';
import { FolderNames } from '../upload/folder-names.js';
import { headerBlock, headerKey } from '../upload/header.js';
import { ledgerName, UploadLedger } from '../upload/ledger.js';
import { prepare } from '../upload/prepare.js';
import type { RepairKind } from '../upload/repair-kind.js';
import { START_OCTETS } from '../upload/traits.js';
import { type ImapStore, openImapStore } from './imap-store.js';
import { mailboxPath } from './mailbox-path.js';

/** How an account was uploaded to. */
export interface UploadedAccountOptions extends AccountOptions {
  /** Directory of the ledgers. */
  readonly ledger?: string;
  /** As for the upload; default true. */
  readonly mapsSpecialUse?: boolean;
  /** As for the upload; what the ledger knows needs none. */
  readonly repairs?: readonly RepairKind[];
}

/** An account with all that a comparison with its source needs. */
export interface UploadedAccount extends AsyncDisposable {
  /** Its mailboxes under the names that they have in the source; changes nothing there. */
  readonly store: MailStore;
  /** What was sent; undefined when no upload has left a ledger. */
  readonly ledger: LedgerView | undefined;
  readonly stored: StoredForm;
  sent(message: Message): SentForm;
  keyOf(content: Content): string | undefined;
}

/**
 * Opens an account to compare it with the source of an upload.
 *
 * @param folders those of the source
 * @throws {@link RemoteError} as openSession does.
 */
export async function openUploaded(options: UploadedAccountOptions, folders: readonly Folder[]): Promise<UploadedAccount> {
  const { account, endpoint, folder: root } = addressOf(options);
  const ledger = await readLedgerOf(options.ledger, `${account}@${endpoint.host}:${endpoint.port}`);
  let session: Session | undefined;
  const store = await openImapStore(options, (opened, space, listed) => {
    session = opened;
    const names = new FolderNames({
      namespace: space,
      preset: opened.preset,
      listed,
      root,
      mapsSpecialUse: options.mapsSpecialUse ?? true,
    });
    const paths = new Map<string, FolderPath>();
    const unknown = folders.filter(({ path }) => {
      const before = ledger?.folder(path)?.mailbox;
      if (before === undefined || !names.mayBe(path, before)) return true;
      paths.set(before, path);
      names.take(before);
      return false;
    });
    for (const folder of unknown) paths.set(names.place(folder).mailbox, folder.path);
    const taken = new Set([...paths.values()].map(pathKey));
    return (mailbox) => {
      const known = paths.get(mailbox);
      if (known !== undefined) return known;
      const own = mailboxPath(mailbox, space);
      // A mailbox of the account's own that has the name of a folder which went elsewhere.
      return taken.has(pathKey(own)) ? ['(account)', ...own] : own;
    };
  });
  if (session === undefined) throw new Error('a store without a session');
  return new Account(store, session, ledger === undefined ? undefined : await viewOf(ledger, store), new Set(options.repairs));
}

async function readLedgerOf(directory: string | undefined, account: string): Promise<UploadLedger | undefined> {
  const path = directory === undefined ? '' : join(directory, `${ledgerName(account)}.ledger`);
  return existsSync(path) ? await UploadLedger.read(path) : undefined;
}

/** The ledger's word on mailboxes that are still the ones which it means: with another UIDVALIDITY they were made anew. */
async function viewOf(ledger: UploadLedger, store: MailStore): Promise<LedgerView> {
  const validities = new Map<string, number | undefined>();
  for await (const { path, uidValidity } of store.folders()) validities.set(pathKey(path), uidValidity);
  const view = ledger.view();
  const isSame = (path: FolderPath) => ledger.folder(path)?.uidValidity === validities.get(pathKey(path));
  return {
    size: view.size,
    find: (path, identity) => {
      const entry = isSame(path) ? view.find(path, identity) : undefined;
      return entry === undefined ? undefined : { ...entry, flags: canonical(entry.flags) };
    },
    entries: () => view.entries(),
  };
}

class Account implements UploadedAccount {
  readonly store: MailStore;
  readonly ledger: LedgerView | undefined;
  readonly #imap: ImapStore;
  readonly #session: Session;
  readonly #repairs: ReadonlySet<RepairKind>;

  constructor(imap: ImapStore, session: Session, ledger: LedgerView | undefined, repairs: ReadonlySet<RepairKind>) {
    this.#imap = imap;
    this.#session = session;
    this.#repairs = repairs;
    this.ledger = ledger;
    this.store = decorateStore(imap, { message: (message) => replaceInMessage(message, { flags: canonical(message.flags) }) });
  }

  get #preset(): ServerPreset {
    return this.#session.preset;
  }

  get stored(): StoredForm {
    return {
      flags: (flags, folder) => this.#keeps(flags, folder),
      date: (internalDate) => {
        const date = clampDate(internalDate);
        return this.#preset.futureDate === 'altered' && date > Date.now() ? undefined : date;
      },
    };
  }

  /** Without the flags that no server takes, and without keywords that the mailbox does not know. */
  #keeps(flags: ReadonlySet<Flag>, folder: FolderPath): ReadonlySet<Flag> {
    const known = this.#imap.knownFlags.get(pathKey(folder))?.map((flag) => flag.toLowerCase());
    const kept = canonical(chooseFlags(flags, undefined, this.#preset.maxKeyword).kept);
    return known === undefined || known.length === 0 ? kept : new Set([...kept].filter((flag) => known.includes(flag.toLowerCase())));
  }

  sent(message: Message): SentForm {
    const { preset, capabilities } = this.#session;
    const { wire, sha256, issues, forecast } = prepare(message, {
      preset,
      capabilities,
      permanentFlags: undefined,
      appendLimit: undefined,
      repairs: this.#repairs,
    });
    const foreseen = issues.filter(({ code }) => code === 'IMAP_MESSAGE_ALTERED').map(({ note }) => note ?? 'the server changes it');
    if (forecast?.note !== undefined) foreseen.push(forecast.note);
    if (preset.altersMail) foreseen.push('the server changes mail as it likes');
    const repaired = issues.filter(({ code }) => code === 'IMAP_MESSAGE_REPAIRED').map(({ note }) => note ?? 'it was repaired');
    return {
      sha256: wire.sha256,
      ...(sha256 === wire.sha256 ? {} : { stored: sha256 }),
      ...(foreseen.length === 0 ? {} : { foreseen: foreseen.join(', ') }),
      ...(repaired.length === 0 ? {} : { repaired: repaired.join(', ') }),
    };
  }

  keyOf(content: Content): string | undefined {
    for (const chunk of content.chunks()) {
      const key = headerKey(headerBlock(toCrlf([chunk.subarray(0, START_OCTETS)])).text);
      return key === '' ? undefined : key;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }
}

/** Keywords are the same in any case (RFC 9051 §2.3.2). */
function canonical(flags: Iterable<Flag>): ReadonlySet<Flag> {
  const spelt = new Set<Flag>();
  for (const flag of flags)
    spelt.add(isSystemFlag(flag) ? flag.charAt(0) + flag.charAt(1).toUpperCase() + flag.slice(2).toLowerCase() : flag.toLowerCase());
  return spelt;
}
