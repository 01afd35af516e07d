// Names of mailboxes are modified UTF-7 in IMAP4rev1 (RFC 3501 §5.1.3) and UTF-8 in IMAP4rev2 (RFC 9051 §5.1). Everywhere but on the wire
// they are modified UTF-7 here, so that a ledger stays true should a server learn the other version.
import { decodeMailboxName, encodeMailboxName } from '@mailferry/core';
import { isRev2Only } from '../codec/capabilities.js';
import { type CommandPart, encodeString } from '../codec/encode.js';
import { textOf, type Value } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';

/** A mailbox as an argument of a command. */
export function encodeMailbox({ capabilities }: ImapConnection, name: string): CommandPart {
  const text = isRev2Only(capabilities) ? Buffer.from(decodeMailboxName(name) ?? name, 'utf8').toString('latin1') : name;
  return encodeString(text);
}

/** The mailbox that a response names; undefined where it names none. */
export function mailboxOf({ capabilities }: ImapConnection, value: Value | undefined): string | undefined {
  const text = textOf(value);
  if (text === undefined || !isRev2Only(capabilities)) return text;
  return encodeMailboxName(Buffer.from(text, 'latin1').toString('utf8'));
}
