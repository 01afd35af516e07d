import { listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { list } from './list.js';
import { mailboxOf } from './mailbox-name.js';

/** The personal namespace: where folders of this user are made. */
export interface Namespace {
  /** `INBOX.`, or nothing. */
  readonly prefix: string;
  /** Undefined when names are flat. */
  readonly delimiter: string | undefined;
  /** Where the folders of other users begin, and those that are shared. */
  readonly foreign?: readonly string[];
}

/** NAMESPACE (RFC 2342); without it the delimiter comes from `LIST "" ""`. */
export async function namespace(connection: ImapConnection): Promise<Namespace> {
  let found: Namespace | undefined;
  if (connection.capabilities.has('NAMESPACE')) {
    await connection.run({
      name: 'NAMESPACE',
      parts: ['NAMESPACE'],
      onData: (data) => {
        if (data.name !== 'NAMESPACE') return false;
        const first = listOf(listOf(data.values[0])[0]);
        const foreign = data.values.slice(1).flatMap((spaces) => listOf(spaces).map((space) => textOf(listOf(space)[0]) ?? ''));
        if (first.length >= 2) found = { prefix: mailboxOf(connection, first[0]) ?? '', delimiter: textOf(first[1]), foreign };
        return true;
      },
    });
  }
  return found ?? { prefix: '', delimiter: (await list(connection, ''))[0]?.delimiter };
}
