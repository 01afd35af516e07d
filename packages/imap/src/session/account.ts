import { UsageError } from '@mailferry/core';
import type { Endpoint, TlsTrust } from '../connection/dial.js';

/** How to prove who one is. */
export type AuthMechanism = 'plain' | 'login' | 'xoauth2' | 'oauthbearer' | 'external';

/** An account on a server, and how to sign in to it. */
export interface AccountOptions {
  /** `imaps://ann@mail.example.org/`, `imap://ann@host:143/Archive` (STARTTLS when offered). Never with a password. */
  readonly url: string;
  /** The account; default: the one of the URL. */
  readonly user?: string;
  /** Who signs in, when that is another one: a master user (SASL PLAIN with an authorization identity). */
  readonly authUser?: string;
  /** Default: XOAUTH2 or OAUTHBEARER with a token, else PLAIN, else LOGIN. */
  readonly auth?: AuthMechanism;
  /** Asked at every sign-in. */
  readonly password?: () => Promise<string>;
  /** An OAuth access token; asked again at every sign-in, since tokens expire. */
  readonly token?: () => Promise<string>;
  readonly trust?: TlsTrust;
  readonly proxy?: string;
  /** Silence that ends a connection, ms; default 120,000. */
  readonly timeoutMs?: number;
  /** Capabilities to do without, such as `LITERAL+` behind a proxy that mangles it. */
  readonly avoid?: readonly string[];
  /** Every line in both directions without secrets and mail. */
  readonly trace?: (line: string) => void;
}

/** A URL taken apart. */
export interface ImapUrl {
  readonly endpoint: Pick<Endpoint, 'host' | 'port' | 'security'>;
  readonly user: string | undefined;
  /** Names below the root, decoded; empty for the whole account. */
  readonly folder: readonly string[];
}

/**
 * Reads `imaps://user@host:port/Folder` (RFC 5092, as far as an account needs it).
 *
 * @throws {@link UsageError} IMAP_URL when it is none, or holds a password.
 */
export function parseImapUrl(text: string): ImapUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^imaps?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError('IMAP_URL', 'not the URL of an IMAP account', { help: 'write imaps://user@host/ or imap://user@host:143/Folder' });
  }
  if (url.password !== '') {
    throw new UsageError('IMAP_URL', 'a password must not be in the URL: other users of this machine can see it', {
      help: 'use --password-file, --password-command, MAILFERRY_PASSWORD or the prompt',
    });
  }
  const secure = url.protocol === 'imaps:';
  const names = decode(url.pathname)
    .split('/')
    .filter((name) => name !== '');
  return {
    endpoint: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (secure ? 993 : 143)),
      security: secure ? 'tls' : 'opportunistic',
    },
    user: url.username === '' ? undefined : decode(url.username).replace(/;AUTH=.*$/i, ''),
    folder: names,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
