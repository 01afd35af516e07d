import { RemoteError, UsageError } from '@mailferry/core';
import type { StatusResponse } from '../codec/response.js';
import { capability } from '../commands/capability.js';
import { id } from '../commands/id.js';
import { starttls } from '../commands/starttls.js';
import { ImapConnection } from '../connection/connection.js';
import { dial, type Endpoint } from '../connection/dial.js';
import { type AccountOptions, parseImapUrl } from './account.js';
import { presetFor, type ServerPreset } from './preset.js';
import { demandSecrecy, signIn } from './sign-in.js';

/** A connection that is signed in, and what is known of the other side. */
export interface Session {
  readonly connection: ImapConnection;
  /** Upper case, without those that the caller wants to avoid. */
  readonly capabilities: ReadonlySet<string>;
  readonly preset: ServerPreset;
  /** Greeting and ID in one line, for the report. */
  readonly server: string;
}

/** Where an account is, and whose. */
export interface Address {
  readonly endpoint: Endpoint;
  readonly account: string;
  /** Names below the root from the URL. */
  readonly folder: readonly string[];
}

/**
 * The address of an account.
 *
 * @throws {@link UsageError} IMAP_URL; USAGE without a user.
 */
export function addressOf(options: AccountOptions): Address {
  const url = parseImapUrl(options.url);
  const account = options.user ?? url.user;
  if (account === undefined) throw new UsageError('IMAP_URL', 'no user named', { help: 'write imaps://user@host/ or give --user' });
  const { trust, proxy } = options;
  const endpoint = { ...url.endpoint, ...(trust === undefined ? {} : { trust }), ...(proxy === undefined ? {} : { proxy }) };
  return { endpoint, account, folder: url.folder };
}

/**
 * Connects and signs in.
 *
 * @throws {@link RemoteError} IMAP_CONNECT, IMAP_TLS, IMAP_PROTOCOL, IMAP_LOGIN and what the connection throws.
 */
export async function openSession(options: AccountOptions): Promise<Session> {
  const { endpoint, account } = addressOf(options);
  const timeoutMs = options.timeoutMs ?? 120_000;
  const patience = Math.min(timeoutMs, 30_000);
  const socket = await dial(endpoint, patience);
  const connection = new ImapConnection(socket, { timeoutMs, ...(options.trace === undefined ? {} : { trace: options.trace }) });
  try {
    const greeting = await greetingOf(connection, endpoint);
    await capability(connection);
    if (endpoint.security !== 'tls') await upgrade(connection, endpoint, patience);
    demandSecrecy(connection, endpoint);
    if (greeting.status !== 'PREAUTH') await signIn(connection, options, endpoint, account);
    connection.allowLongLines();
    const capabilities = new Set(await capability(connection));
    const words = await id(connection);
    for (const name of options.avoid ?? []) capabilities.delete(name.toUpperCase());
    connection.capabilities = capabilities;
    const said = [greeting.text, ...words.values()];
    return { connection, capabilities, preset: presetFor([...said, ...capabilities]), server: serverName(said) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** A server that expects TLS from the first octet says nothing to somebody who waits for its greeting. */
async function greetingOf(connection: ImapConnection, { security, port }: Endpoint): Promise<StatusResponse> {
  return await connection.greeting().catch((error: unknown) => {
    if (!(error instanceof RemoteError) || error.code !== 'IMAP_TIMEOUT' || security === 'tls') throw error;
    throw new RemoteError(error.code, error.message, {
      help: `if port ${port} is one for TLS from the first octet, write imaps:// instead of imap://`,
      retryable: true,
      cause: error,
    });
  });
}

async function upgrade(connection: ImapConnection, endpoint: Endpoint, timeoutMs: number): Promise<void> {
  if (connection.capabilities.has('STARTTLS')) {
    await starttls(connection, endpoint, timeoutMs);
    await capability(connection);
  } else if (endpoint.security === 'starttls') {
    throw new RemoteError('IMAP_TLS', 'the server does not offer STARTTLS');
  }
}

function serverName(said: readonly string[]): string {
  return said
    .join(' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
}
