import { isRev2Only } from '../codec/capabilities.js';
import type { CommandPart } from '../codec/encode.js';
import { type DataResponse, listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';
import { encodeMailbox, mailboxOf } from './mailbox-name.js';

/** One mailbox as LIST tells it. */
export interface ListedMailbox {
  /** As on the wire, one character an octet. */
  readonly name: string;
  readonly delimiter: string | undefined;
  /** Lower case: `\noselect`, `\sent`. */
  readonly attributes: ReadonlySet<string>;
}

/** True where a mailbox can be selected: it is there, and not only as the parent of others. */
export function holdsMail({ attributes }: ListedMailbox): boolean {
  return !attributes.has('\\noselect') && !attributes.has('\\nonexistent');
}

/** LIST (RFC 9051 §6.3.9) with SPECIAL-USE (RFC 6154) where the server has it. */
export function list(connection: ImapConnection, pattern: string): Promise<readonly ListedMailbox[]> {
  const has = (name: string): boolean => connection.capabilities.has(name);
  const command = pattern !== '' && !has('SPECIAL-USE') && has('XLIST') ? 'XLIST' : 'LIST';
  const wantsUse = command === 'LIST' && pattern !== '' && has('SPECIAL-USE') && has('LIST-EXTENDED');
  return collect(connection, command, [`${command} "" "${pattern}"`, wantsUse ? ' RETURN (SPECIAL-USE)' : '']);
}

/** The subscribed mailboxes: LSUB (RFC 3501 §6.3.9), or what IMAP4rev2 has in its place (RFC 9051 §6.3.9.1). */
export function lsub(connection: ImapConnection): Promise<readonly ListedMailbox[]> {
  if (isRev2Only(connection.capabilities)) return collect(connection, 'LIST', ['LIST (SUBSCRIBED) "" "*"']);
  return collect(connection, 'LSUB', ['LSUB "" "*"']);
}

/** LIST of one name, taken literally: there or not; as the server spells it, should it not tell upper from lower case. */
export async function listOne(connection: ImapConnection, name: string): Promise<ListedMailbox | undefined> {
  const found = await collect(connection, 'LIST', ['LIST "" ', encodeMailbox(connection, name)]);
  return found.find((box) => box.name === name) ?? found.find((box) => box.name.toLowerCase() === name.toLowerCase());
}

async function collect(connection: ImapConnection, name: string, parts: readonly CommandPart[]): Promise<ListedMailbox[]> {
  const found: ListedMailbox[] = [];
  await runOk(connection, {
    name,
    parts,
    onData: (data) => {
      if (data.name !== name) return false;
      const mailbox = parseListed(connection, data);
      if (mailbox !== undefined) found.push(mailbox);
      return true;
    },
  });
  return found;
}

function parseListed(connection: ImapConnection, data: DataResponse): ListedMailbox | undefined {
  const name = mailboxOf(connection, data.values[2]);
  if (name === undefined) return undefined;
  const attributes = listOf(data.values[0]).map((value) => textOf(value)?.toLowerCase() ?? '');
  return { name: name.toUpperCase() === 'INBOX' ? 'INBOX' : name, delimiter: textOf(data.values[1]), attributes: new Set(attributes) };
}
