import type { Issue } from '../../../model/issue.js';
import type { MapiMessage } from '../../mapi/object.js';
import type { NodeHandle } from '../ltp/node-handle.js';
import type { DecodeString8 } from '../ltp/property-type.js';
import type { DamageSink } from '../ndb/damage.js';
import type { NamedProperties } from './named-properties.js';

/** Turns the octets of a PtypString8 to text by the code pages that its message names, best first. */
export type DecodeByCodePages = (octets: Uint8Array, codePages: readonly number[]) => string;

/** What the message around it, or the store, gives a message to open. */
export interface OuterScope {
  readonly names: NamedProperties;
  readonly issues: readonly Issue[];
  readonly damage: DamageSink;
  readonly decodeByCodePages: DecodeByCodePages;
  /** 0 for a message of a folder. */
  readonly depth: number;
  /** Embedded messages that may still be opened under one message: a forged tree can hold one of them a million times. */
  readonly budget: { left: number };
}

/** What all parts of one message share. */
export interface MessageScope extends OuterScope {
  /** By the code pages of the message that it is part of. */
  readonly decodeString8: DecodeString8;
  /** Opens the message of a node inside this one; undefined, with an issue, when it cannot be read. */
  readonly openInner: (sourceId: string, node: NodeHandle) => MapiMessage | undefined;
}
