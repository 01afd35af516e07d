import { encodeString } from '../codec/encode.js';
import type { Completion, ImapConnection } from '../connection/connection.js';

/** LOGIN (RFC 9051 §6.2.3). */
export function login(connection: ImapConnection, user: string, password: string): Promise<Completion> {
  connection.capabilities = new Set();
  const [name, secret] = [user, password].map((text) => encodeString(Buffer.from(text, 'utf8').toString('latin1')));
  return connection.run({ name: 'LOGIN', parts: ['LOGIN ', name ?? '', ' ', secret ?? ''] });
}
