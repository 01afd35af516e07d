import { RemoteError } from '@mailferry/core';
import type { Completion, ImapConnection } from '../connection/connection.js';

/** What AUTHENTICATE sends: the mechanism's first message, and what it answers to each challenge after that. */
export interface SaslExchange {
  readonly mechanism: string;
  readonly initial: string | undefined;
  /** Challenge to answer, both as plain octets (not base64). */
  respond(challenge: string): string;
}

/** No method of ours has more than three. */
const MOST_CHALLENGES = 10;

/** AUTHENTICATE (RFC 9051 §6.2.2), with the first message in the command where the server can (SASL-IR, RFC 4959). */
export function authenticate(connection: ImapConnection, exchange: SaslExchange): Promise<Completion> {
  const withInitial = connection.capabilities.has('SASL-IR') && exchange.initial !== undefined;
  connection.capabilities = new Set();
  let challenges = 0;
  let isFirst = !withInitial && exchange.initial !== undefined;
  return connection.run({
    name: `AUTHENTICATE ${exchange.mechanism}`,
    parts: [`AUTHENTICATE ${exchange.mechanism}${withInitial ? ` ${encode(exchange.initial ?? '')}` : ''}`],
    onContinuation: (text) => {
      if (++challenges > MOST_CHALLENGES) throw new RemoteError('IMAP_PROTOCOL', 'the server asks on and on in AUTHENTICATE');
      const answer = isFirst ? (exchange.initial ?? '') : exchange.respond(Buffer.from(text, 'base64').toString('utf8'));
      const encoded = answer === '' ? '' : encode(answer);
      isFirst = false;
      return encoded;
    },
  });
}

function encode(text: string): string {
  return text === '' ? '=' : Buffer.from(text, 'utf8').toString('base64');
}
