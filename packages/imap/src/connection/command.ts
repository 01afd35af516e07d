import type { CommandPart } from '../codec/encode.js';
import type { DataResponse } from '../codec/response.js';

/** A command to send. The tag and the last line end are the connection's business. */
export interface Command {
  /** For messages to the user; never with a secret. */
  readonly name: string;
  readonly parts: readonly CommandPart[];
  /** Takes an untagged response; returns true when it was for this command. */
  readonly onData?: (data: DataResponse) => boolean;
  /** Answers a `+` that is not for a literal (AUTHENTICATE). */
  readonly onContinuation?: (text: string) => string;
  /** Octets of literals that one response may bring. */
  readonly maxLiteral?: number;
}
