import type { CommandPart, Literal } from '../codec/encode.js';
import { parseUidSet } from '../codec/uid-set.js';
import type { Completion, ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** What stands before the literal of a message: flags (validated, see upload/flag-list.ts) and date (see encodeDateTime). */
export function beforeLiteral(flagList: string, dateTime: string): string {
  return ` ${flagList} ${dateTime} `;
}

/**
 * APPEND (RFC 9051 §6.3.12); with more than one message, MULTIAPPEND (RFC 3502). Resolves with what the server said, whatever it was.
 *
 * @param messages each with {@link beforeLiteral} before it
 */
export function append(connection: ImapConnection, mailbox: string, messages: readonly Literal[]): Promise<Completion> {
  const parts: CommandPart[] = ['APPEND ', encodeMailbox(connection, mailbox), ...messages];
  return connection.run({ name: 'APPEND', parts, onData: ({ name }) => OF_THE_MAILBOX.has(name) });
}

const OF_THE_MAILBOX: ReadonlySet<string> = new Set(['EXISTS', 'RECENT', 'FLAGS', 'FETCH', 'EXPUNGE']);

/** `APPENDUID validity uids` (RFC 4315 §3), when the server told it for exactly `count` messages. */
export function appendUid(
  completion: Completion,
  count: number,
): { readonly uidValidity: number; readonly uids: readonly number[] } | undefined {
  const match = completion.code?.name === 'APPENDUID' ? /^(\d{1,10}) ([\d:,]+)$/.exec(completion.code.args) : null;
  if (match === null) return undefined;
  const uids = parseUidSet(match[2] ?? '');
  return uids.length === count ? { uidValidity: Number(match[1]), uids } : undefined;
}
