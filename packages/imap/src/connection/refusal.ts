import { RemoteError } from '@mailferry/core';
import { printable } from '../codec/parse-response.js';
import type { Command } from './command.js';
import type { Completion, ImapConnection } from './connection.js';

/** A server said NO or BAD to a command. */
class RefusalError extends RemoteError {
  readonly completion: Completion;

  constructor(name: string, completion: Completion) {
    super('IMAP_REFUSED', `the server refused ${name}: ${describe(completion)}`);
    this.name = 'RemoteError';
    this.completion = completion;
  }
}

/** A completion in the server's words: `[OVERQUOTA] mailbox is full`. */
export function describe(completion: Completion): string {
  const code = completion.code === undefined ? '' : `[${completion.code.name}] `;
  return printable(`${code}${completion.text}`) || completion.status;
}

/**
 * Runs a command that has to succeed.
 *
 * @throws {@link RefusalError} on NO or BAD.
 */
export async function runOk(connection: ImapConnection, command: Command): Promise<Completion> {
  const completion = await connection.run(command);
  if (completion.status !== 'OK') throw new RefusalError(command.name, completion);
  return completion;
}
