import type { Issue, Message } from '@mailferry/core';
import type { ServerPreset } from '../session/preset.js';
import type { FlagChooser } from './flag-list.js';
import type { RepairKind } from './repair-kind.js';
import type { SentItem } from './sent-item.js';
import type { WireBlocks } from './wire-blocks.js';

/** A message ready to be sent. */
export interface Prepared extends SentItem {
  readonly message: Message;
  readonly flagList: string;
  /** What stands before the literal: see {@link beforeLiteral}. */
  readonly before: string;
  /** What had to be changed or will not be kept. */
  readonly issues: readonly Issue[];
  /** Why it will be refused, if so. */
  readonly forecast: Issue | undefined;
  /** True when it cannot even be tried. */
  readonly isHopeless: boolean;
  /** The octets of the literal. */
  readonly wire: WireFacts;
  readonly isLarge: boolean;
  /** `~{n}` (RFC 3516). */
  readonly isBinary: boolean;
  /** What is sent where the server need not be asked: see {@link Literal.framed}. */
  readonly framed: Uint8Array | undefined;
  /** The octets in CRLF form; of a large message each chunk is filled again when the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
}

/** The octets that are sent; the server may store others, see {@link SentItem.size}. */
export interface WireFacts {
  readonly size: number;
  readonly sha256: string;
}

/** What preparing depends on. */
export interface PrepareOptions {
  /** The ledger's number of the file that a message came from. */
  readonly sourceOf?: (message: Message) => number | undefined;
  readonly preset: ServerPreset;
  readonly capabilities: ReadonlySet<string>;
  readonly permanentFlags: readonly string[] | undefined;
  /** Octets of one message; undefined when the server names no limit. */
  readonly appendLimit: number | undefined;
  readonly repairs: ReadonlySet<RepairKind>;
  /** Octets above which a message goes alone, streamed, with a synchronising literal; default 1 MiB. */
  readonly largeFrom?: number;
  /** For many messages of one mailbox. */
  readonly flags?: FlagChooser;
  /** Where the octets of small messages are put; without it, each gets memory of its own. */
  readonly wires?: WireBlocks;
}

/** What depends on the octets of a message. */
export type Body = Pick<Prepared, 'wire' | 'size' | 'sha256' | 'key' | 'isBinary' | 'forecast' | 'framed' | 'chunks'>;
