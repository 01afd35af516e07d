import { type CommandPart, encodeString, type Literal } from '../codec/encode.js';
import { parseUidSet } from '../codec/uid-set.js';
import type { Completion, ImapConnection } from '../connection/connection.js';

/** One message of an APPEND. */
export interface AppendMessage {
  /** `(\Seen work)`: validated, see codec/flag-list.ts. */
  readonly flagList: string;
  /** With its quotes, see encodeDateTime. */
  readonly dateTime: string;
  readonly literal: Literal;
}

/** APPEND (RFC 9051 §6.3.12); with more than one message, MULTIAPPEND (RFC 3502). Resolves with what the server said, whatever it was. */
export function append(connection: ImapConnection, mailbox: string, messages: readonly AppendMessage[]): Promise<Completion> {
  const parts: CommandPart[] = ['APPEND ', encodeString(mailbox)];
  for (const { flagList, dateTime, literal } of messages) parts.push(` ${flagList} ${dateTime} `, literal);
  return connection.run({ name: 'APPEND', parts, onData: (data) => ['EXISTS', 'RECENT', 'FLAGS', 'FETCH', 'EXPUNGE'].includes(data.name) });
}

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
