import type { FromLine } from '../formats/mbox/from-line.js';
import { type HeaderBlock, readHeaderBlock } from '../formats/mbox/header-block.js';
import type { Issue } from '../model/issue.js';
import type { FileWindow } from './window-pool.js';

/** One stretch of an mbox. */
export interface MboxEntry {
  readonly kind: 'message' | 'garbage';
  /** First octet, of the From_ line where there is one. */
  readonly start: number;
  /** First octet of the next entry. */
  readonly end: number;
  /** First octet of the header. */
  readonly textStart: number;
  /** Behind the last octet of the message: its separator's line end is left out, as Dovecot has it. */
  readonly textEnd: number;
  readonly from: FromLine | undefined;
  readonly header: HeaderBlock;
  readonly issues: readonly Issue[];
  /** The window that holds the whole entry now, if one does. */
  readonly window: FileWindow | undefined;
}

/** Limits that tests make small. */
export interface ScanLimits {
  /** Octets above which a message is not held in memory. */
  readonly large: number;
  /** Octets of a header that are looked at. */
  readonly header: number;
}

/** Half a window each: a longer message is read a second time when somebody asks for it. */
export const SCAN_LIMITS: ScanLimits = { large: 512 * 1024, header: 512 * 1024 };

/** The header of what has none. */
export const NO_HEADER: HeaderBlock = readHeaderBlock(Buffer.alloc(0));

/** What is known of the message that is being read. */
export interface OpenMessage {
  start: number;
  textStart: number;
  from: FromLine | undefined;
  header: HeaderBlock;
  /** Offset behind the body as Content-Length has it; undefined without one. */
  declaredEnd: number | undefined;
  /** Whether the declared end is a place where a message can end; undefined until somebody asks. */
  declaredEndHolds: boolean | undefined;
  issues: Issue[] | undefined;
}

/** What stands in for a message while there is none yet. */
export const NO_MESSAGE: Readonly<OpenMessage> = {
  start: 0,
  textStart: 0,
  from: undefined,
  header: NO_HEADER,
  declaredEnd: undefined,
  declaredEndHolds: undefined,
  issues: undefined,
};
