// Strings as a client sends them (RFC 9051 §4). Nothing that comes from mail is sent without passing here or the checks in flag.ts.
import { InternalError } from '@mailferry/core';

/** How a literal is announced (RFC 9051 §4.3, RFC 7888). */
export type LiteralKind = 'synchronising' | 'nonSynchronising';

/** Octets that follow `{n}` or `{n+}`. */
export interface Literal {
  readonly size: number;
  /** Read once, when the literal is about to be sent. */
  readonly kind: LiteralKind;
  /** The server asked for it: what stands before it in the command is accepted. */
  readonly onAccepted?: () => void;
  /** `~{n}`: may contain NUL (RFC 3516). */
  readonly isBinary?: boolean;
  /** Text that stands before it in the command. */
  readonly before?: string;
  /** `before`, the announcement as non-synchronising and the octets in one piece: sent as it is where the server need not be asked. */
  readonly framed?: Uint8Array | undefined;
  /** True when a chunk is filled again as soon as the next one is asked for: it is sent before that. */
  readonly isShared?: boolean;
  /** The octets in order, `size` in all. */
  chunks(): Iterable<Uint8Array>;
}

/** A piece of a command: text, or a literal. */
export type CommandPart = string | Literal;

const QUOTABLE = /^[\x20-\x7e]*$/;
const PLAIN_ATOM = /^[A-Za-z0-9.$_/&,+-]+$/;

/** A quoted string, or an atom where that is the same; a literal for anything else. One character an octet. */
export function encodeString(text: string): CommandPart {
  if (PLAIN_ATOM.test(text) && text.toUpperCase() !== 'NIL') return text;
  if (QUOTABLE.test(text) && text.length <= 1000) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.includes(0)) throw new InternalError('INTERNAL', 'a string with NUL reached the encoder');
  return { size: bytes.length, kind: 'synchronising', chunks: () => [bytes] };
}

/** The announcement of a literal, with its line end. */
export function encodeLiteralHead(literal: Pick<Literal, 'size' | 'isBinary'>, kind: LiteralKind): string {
  return `${literal.isBinary ? '~' : ''}{${literal.size}${kind === 'nonSynchronising' ? '+' : ''}}\r\n`;
}
