import { RemoteError, UsageError } from '@mailferry/core';
import { authenticate, type SaslExchange } from '../commands/authenticate.js';
import { login } from '../commands/login.js';
import type { Completion, ImapConnection } from '../connection/connection.js';
import type { Endpoint } from '../connection/dial.js';
import { describe } from '../connection/refusal.js';
import type { AccountOptions, AuthMechanism } from './account.js';

/** Passwords travel in the clear only to this machine itself. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

const TEMPORARY: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'THROTTLED', 'SERVERBUG']);
/** Gmail: `[ALERT] Too many simultaneous connections`. */
const TOO_MANY = /too many\b.*\bconnections/i;

/**
 * Before anything that matters leaves: the connection is encrypted, or ends on this machine. A greeting of PREAUTH is no exception,
 * since whoever sits in between can say so, and STARTTLS is not for those who are signed in (RFC 8314 §3.2, RFC 9051 §6.2.1).
 *
 * @throws {@link RemoteError} IMAP_TLS
 */
export function demandSecrecy({ socket }: ImapConnection, { host, proxy, trust }: Endpoint): void {
  const isHere = LOOPBACK.test(host) && (proxy === undefined || LOOPBACK.test(new URL(proxy).hostname.replace(/^\[|\]$/g, '')));
  if ('encrypted' in socket || isHere || trust?.isInsecure === true) return;
  throw new RemoteError('IMAP_TLS', 'the server offers no encryption; password and mail would travel in the clear', {
    help: 'use imaps://, or spell out --tls-insecure',
  });
}

/**
 * Signs in. Secrets are asked for now, not kept.
 *
 * @throws {@link RemoteError} IMAP_LOGIN when the server does not want us (retryable when it only cannot now).
 * @throws {@link UsageError} without anything to sign in with, or with a method that cannot name the account to act for.
 */
export async function signIn(connection: ImapConnection, options: AccountOptions, endpoint: Endpoint, account: string): Promise<void> {
  const mechanism = choose(connection.capabilities, options);
  const completion = await attempt(connection, mechanism, options, endpoint, account);
  if (completion.status === 'OK') return;
  const isTemporary = TEMPORARY.has(completion.code?.name ?? '') || TOO_MANY.test(completion.text);
  throw new RemoteError(isTemporary ? 'IMAP_UNAVAILABLE' : 'IMAP_LOGIN', `the server did not let ${account} in: ${describe(completion)}`, {
    retryable: isTemporary,
    help: isTemporary
      ? 'run the same command again later'
      : `check user and ${mechanism.startsWith('x') || mechanism.startsWith('o') ? 'token' : 'password'}; the method was ${mechanism}`,
  });
}

function choose(capabilities: ReadonlySet<string>, options: AccountOptions): AuthMechanism {
  if (options.auth === 'login' && options.authUser !== undefined) {
    // It would open the mailbox of the master user himself.
    throw new UsageError('USAGE', '--auth login cannot sign in for another account', {
      help: "leave --auth out (PLAIN can), or give --user 'ann*admin' as the server wants it instead of --auth-user",
    });
  }
  if (options.auth !== undefined) return options.auth;
  if (options.token !== undefined)
    return capabilities.has('AUTH=OAUTHBEARER') && !capabilities.has('AUTH=XOAUTH2') ? 'oauthbearer' : 'xoauth2';
  if (options.password === undefined && options.trust?.certificate !== undefined) return 'external';
  if (options.authUser !== undefined || capabilities.has('AUTH=PLAIN')) return 'plain';
  return 'login';
}

async function attempt(
  connection: ImapConnection,
  mechanism: AuthMechanism,
  options: AccountOptions,
  endpoint: Endpoint,
  account: string,
): Promise<Completion> {
  if (mechanism === 'login' && !connection.capabilities.has('LOGINDISABLED')) {
    return login(connection, options.authUser ?? account, await secret(options.password, 'password'));
  }
  return authenticate(connection, await exchangeFor(mechanism, options, endpoint, account));
}

async function exchangeFor(mechanism: AuthMechanism, options: AccountOptions, endpoint: Endpoint, account: string): Promise<SaslExchange> {
  const user = options.authUser ?? account;
  const authzid = options.authUser === undefined ? '' : account;
  if (mechanism === 'external') return { mechanism: 'EXTERNAL', initial: authzid || account, respond: () => '' };
  if (mechanism === 'plain') {
    // RFC 4616: the account to act for, who signs in, the password.
    return { mechanism: 'PLAIN', initial: `${authzid}\0${user}\0${await secret(options.password, 'password')}`, respond: () => '' };
  }
  if (mechanism === 'login') {
    const answers = [user, await secret(options.password, 'password')];
    return { mechanism: 'LOGIN', initial: undefined, respond: () => answers.shift() ?? '' };
  }
  const token = await secret(options.token, 'token');
  if (mechanism === 'xoauth2') {
    return { mechanism: 'XOAUTH2', initial: `user=${account}\x01auth=Bearer ${token}\x01\x01`, respond: () => '' };
  }
  const name = account.replace(/=/g, '=3D').replace(/,/g, '=2C');
  const initial = `n,a=${name},\x01host=${endpoint.host}\x01port=${endpoint.port}\x01auth=Bearer ${token}\x01\x01`;
  return { mechanism: 'OAUTHBEARER', initial, respond: () => '\x01' };
}

async function secret(ask: (() => Promise<string>) | undefined, what: string): Promise<string> {
  if (ask === undefined) {
    throw new UsageError('IMAP_NO_SECRET', `no ${what} to sign in with`, {
      help: what === 'token' ? 'give --token-command' : 'give --password-file, --password-command or MAILFERRY_PASSWORD',
    });
  }
  const text = await ask();
  if (text === '') {
    // Not sent: no account has such a password, and some servers lock an account after a few wrong ones.
    throw new UsageError('IMAP_NO_SECRET', `the ${what} is empty`, { help: `look at the first line of where the ${what} comes from` });
  }
  if (text.includes('\0')) throw new UsageError('IMAP_NO_SECRET', `the ${what} holds a NUL`);
  return text;
}
