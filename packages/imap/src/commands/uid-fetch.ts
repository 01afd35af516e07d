import { listOf, textOf, type Value } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** What one FETCH response said of a message; an item that was not told is undefined. */
export interface FetchedMessage {
  readonly uid: number;
  readonly size: number | undefined;
  readonly flags: readonly string[] | undefined;
  /** As sent; see parseDateTime. */
  readonly internalDate: string | undefined;
  /** The octets of the one BODY[…] that was asked for. */
  readonly body: Uint8Array | undefined;
}

/**
 * UID FETCH (RFC 9051 §6.4.9): `take` sees each message as it comes. A server may tell of messages that were not asked for.
 *
 * @param maxLiteral octets that one message may bring
 */
export async function uidFetch(
  connection: ImapConnection,
  set: string,
  items: string,
  take: (message: FetchedMessage) => void,
  maxLiteral: number = 1 << 20,
): Promise<void> {
  await runOk(connection, {
    name: 'UID FETCH',
    parts: [`UID FETCH ${set} (${items})`],
    maxLiteral,
    onData: (data) => {
      if (data.name !== 'FETCH') return false;
      const message = parseFetched(listOf(data.values[0]));
      if (message !== undefined) take(message);
      return true;
    },
  });
}

function parseFetched(words: readonly Value[]): FetchedMessage | undefined {
  const found = new Map<string, Value>();
  let body: Value | undefined;
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = textOf(words[i])?.toUpperCase() ?? '';
    const value = words[i + 1] ?? null;
    if (name.startsWith('BODY[')) body = value;
    else found.set(name, value);
  }
  const uid = Number(textOf(found.get('UID')) ?? 0);
  if (!Number.isSafeInteger(uid) || uid <= 0) return undefined;
  const size = Number(textOf(found.get('RFC822.SIZE')) ?? Number.NaN);
  return {
    uid,
    size: Number.isFinite(size) ? size : undefined,
    flags: found.has('FLAGS') ? listOf(found.get('FLAGS')).map((flag) => textOf(flag) ?? '') : undefined,
    internalDate: textOf(found.get('INTERNALDATE')),
    body: octets(body),
  };
}

function octets(value: Value | undefined): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : value instanceof Uint8Array ? value : undefined;
}
