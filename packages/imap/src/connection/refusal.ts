import { RemoteError } from '@mailferry/core';
import { printable } from '../codec/parse-response.js';
import type { Command } from './command.js';
import type { Completion, ImapConnection } from './connection.js';

const BUSY_CODES = new Set(['THROTTLED', 'LIMIT', 'UNAVAILABLE', 'INUSE', 'SERVERBUG', 'MESSAGELIMIT']);
const BACKOFF = /backoff time:?\s*(\d{1,9})(\s*(?:ms|milliseconds))?/i;
const BUSY_TEXT = /throttl|try again|too many|temporar|server (is )?busy|session expired/i;

/** That a server cannot do this now, with the wait that it asks for; undefined when it does not say so. */
export function busyFor({ code, text }: Pick<Completion, 'code' | 'text'>): { readonly waitMs: number | undefined } | undefined {
  const backoff = BACKOFF.exec(text);
  if (backoff !== null) return { waitMs: Number(backoff[1]) };
  return BUSY_CODES.has(code?.name ?? '') || (code === undefined && BUSY_TEXT.test(text)) ? { waitMs: undefined } : undefined;
}

/** A server said NO or BAD to a command; worth another try when it only cannot now. */
class RefusalError extends RemoteError {
  readonly completion: Completion;

  constructor(name: string, completion: Completion) {
    super('IMAP_REFUSED', `the server refused ${name}: ${describe(completion)}`, {
      retryable: completion.status === 'NO' && busyFor(completion) !== undefined,
    });
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
