import type { SpecialUse } from '../../model/folder.js';
import type { Issue, IssueCode } from '../../model/issue.js';
import type { MapiMessage } from './object.js';

/** What a conversion knows beside the message itself. */
export interface ConversionContext {
  /** Code page for 8-bit strings whose message names none; 1252 by default. */
  readonly codePage?: number;
  /** Exchange address (legacyExchangeDN, upper case) → SMTP address, learned from the rest of the store. */
  readonly addressDirectory?: ReadonlyMap<string, string>;
  /** A message of the same store, by an entry id; undefined for those of other stores. */
  readonly stored?: (entryId: Uint8Array) => MapiMessage | undefined;
  /** What makes invented identifiers the same in every run and different in every store: the record key in hex, for example. */
  readonly idSeed: string;
  /** Of the folder that the message lies in. */
  readonly specialUse?: SpecialUse;
  /** Replace a winmail.dat by what is in it; true by default. */
  readonly unpacksTnef?: boolean;
  /** Keep the RTF of a body that was written in RTF as an attachment; true by default. */
  readonly keepsRtf?: boolean;
  /** Give \Deleted to messages that an IMAP store of Outlook marked; false by default. */
  readonly keepsDeleted?: boolean;
}

/** Messages inside messages that are followed; deeper ones become a note. */
export const MAX_DEPTH = 32;

/** Collects what one conversion guessed or could not do. */
export class IssueList {
  readonly list: Issue[] = [];

  /** Adds an issue, once for the same code and note. */
  add(code: IssueCode, note?: string): void {
    if (this.list.some((issue) => issue.code === code && issue.note === note)) return;
    this.list.push(note === undefined ? { code } : { code, note });
  }
}

/** One conversion under way. */
export interface Conversion {
  readonly context: ConversionContext;
  readonly issues: IssueList;
  /** 0 for the message itself, 1 for one inside it. */
  readonly depth: number;
  /** Tells parts of one message from those of another: seeds boundaries and identifiers. */
  readonly path: string;
}
