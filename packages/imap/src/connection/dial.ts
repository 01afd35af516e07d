import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { RemoteError, UsageError } from '@mailferry/core';
import { SocksClient } from 'socks';

/** How a server's certificate is judged. Without any option: by the system's authorities and the host name. */
export interface TlsTrust {
  /** PEM of private authorities, beside nothing else. */
  readonly ca?: string;
  /** SHA-256 of the certificate in hex, colons allowed: this certificate and no other, whoever signed it. */
  readonly fingerprint?: string;
  /** No check at all: whoever sits in between reads the password. */
  readonly isInsecure?: boolean;
  /** PEM of a client certificate and its key (SASL EXTERNAL). */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** Where a server is and how to get there. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first octet, `starttls` required, `opportunistic`: STARTTLS when offered. */
  readonly security: 'tls' | 'starttls' | 'opportunistic';
  readonly trust?: TlsTrust;
  /** `socks5://user:password@host:port`, `socks4://…`, `http://…`, `https://…`. */
  readonly proxy?: string;
}

/**
 * A socket to the server, through the proxy if there is one, with TLS if it is to be there from the first octet.
 *
 * @throws {@link RemoteError} IMAP_CONNECT (retryable) or IMAP_TLS.
 */
export async function dial(endpoint: Endpoint, timeoutMs: number): Promise<Socket> {
  const socket = await withTimeout(
    endpoint,
    timeoutMs,
    endpoint.proxy === undefined ? direct(endpoint) : proxied(endpoint, endpoint.proxy),
  );
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  return endpoint.security === 'tls' ? secure(socket, endpoint, timeoutMs) : socket;
}

function direct(endpoint: Endpoint): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function proxied(endpoint: Endpoint, address: string): Promise<Socket> {
  const proxy = parseProxy(address);
  if (proxy.protocol.startsWith('socks')) {
    const name = decodeURIComponent(proxy.username);
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      destination: { host: endpoint.host, port: endpoint.port },
      proxy: {
        host: proxy.hostname,
        port: Number(proxy.port || 1080),
        type: proxy.protocol.startsWith('socks4') ? 4 : 5,
        ...(name === '' ? {} : { userId: name, password: decodeURIComponent(proxy.password) }),
      },
    });
    return socket;
  }
  return await tunnel(endpoint, proxy);
}

/** CONNECT (RFC 9110 §9.3.6). An IMAP server speaks first, so its greeting may come in one piece with the proxy's answer. */
function tunnel(endpoint: Endpoint, proxy: URL): Promise<Socket> {
  const { protocol, hostname, port, username, password } = proxy;
  const isTls = protocol === 'https:';
  const place = `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const asking = (isTls ? httpsRequest : httpRequest)({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (isTls ? 443 : 80)),
    method: 'CONNECT',
    path: place,
    agent: false,
    headers: { host: place, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${secret}` }) },
  });
  return new Promise((resolve, reject) => {
    asking.once('error', reject);
    asking.once('connect', ({ statusCode }, socket: Socket, head: Buffer) => {
      if (statusCode !== 200) {
        socket.destroy();
        reject(new RemoteError('IMAP_CONNECT', `the proxy refused the connection (${statusCode})`, { retryable: true }));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.end();
  });
}

/**
 * The address of a proxy.
 *
 * @throws {@link UsageError} when its scheme is none of ours.
 */
function parseProxy(address: string): URL {
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy === undefined || !/^(socks[45]?[ah]?|https?):$/.test(proxy.protocol)) {
    throw new UsageError('USAGE', `not the address of a proxy: ${address.replace(/\/\/[^@]*@/, '//…@')}`, {
      help: 'write socks5://host:1080 or http://host:3128',
    });
  }
  return proxy;
}

/**
 * TLS over a connected socket.
 *
 * @throws {@link RemoteError} IMAP_TLS when the certificate does not stand the check.
 */
export function secure(socket: Socket, endpoint: Endpoint, timeoutMs: number): Promise<Socket> {
  const trust = endpoint.trust ?? {};
  const options: ConnectionOptions = {
    socket,
    // A server name must not be an address (RFC 6066 §3); the certificate is checked against the address all the same.
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
    host: endpoint.host,
    rejectUnauthorized: trust.fingerprint === undefined && trust.isInsecure !== true,
    minVersion: 'TLSv1.2',
    ...(trust.ca === undefined ? {} : { ca: trust.ca }),
    ...(trust.certificate ?? {}),
  };
  const wait = new Promise<Socket>((resolve, reject) => {
    const wrapped = tlsConnect(options);
    wrapped.once('error', reject);
    wrapped.once('secureConnect', () => {
      wrapped.off('error', reject);
      const wanted = trust.fingerprint?.replace(/:/g, '').toLowerCase();
      const found = createHash('sha256').update(wrapped.getPeerCertificate().raw).digest('hex');
      if (wanted === undefined || wanted === found) resolve(wrapped);
      else {
        wrapped.destroy();
        reject(new Error(`its certificate has the fingerprint ${found}`));
      }
    });
  });
  return withTimeout(endpoint, timeoutMs, wait, true).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
}

async function withTimeout<T>(endpoint: Endpoint, timeoutMs: number, work: Promise<T>, isTls = false): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    if (cause instanceof RemoteError || cause instanceof UsageError) throw cause;
    throw isTls && !isNetworkTrouble(cause) ? tlsError(endpoint, cause) : connectError(endpoint, cause);
  } finally {
    clearTimeout(timer);
  }
}

function tlsError({ host, port, security }: Endpoint, cause: unknown): RemoteError {
  const [place, why] = [`${host}:${port}`, inWords(cause)];
  const how = security === 'tls' ? '' : ' -starttls imap';
  const byFingerprint = `this one certificate with --tls-fingerprint (seen by: openssl s_client${how} -connect ${place} | openssl x509 -noout -fingerprint -sha256)`;
  const known = TLS_TROUBLES.find(({ sign }) => sign.test(`${codeOf(cause)} ${why}`));
  const help = known === undefined ? 'name your own authority with --tls-ca, or {}' : known.help;
  return new RemoteError('IMAP_TLS', `no trusted connection to ${place}: ${known?.words ?? why}`, {
    cause,
    help: help.replace('{}', byFingerprint),
  });
}

/** What OpenSSL and Node say, and what helps; `{}` is the way by the fingerprint. */
const TLS_TROUBLES: readonly { readonly sign: RegExp; readonly words?: string; readonly help: string }[] = [
  {
    // The other side answers in plain text.
    sign: /wrong version number|packet length too long|unknown protocol|record layer failure/i,
    words: 'that port does not speak TLS',
    help: 'imaps:// is TLS from the first octet, mostly on port 993; for a port that begins in the clear (143) write imap://',
  },
  {
    sign: /protocol version|unsupported protocol|version too low/i,
    words: 'it speaks no TLS 1.2 or later',
    help: 'have TLS 1.2 switched on at the server: nothing older is safe, and mailferry does not use it',
  },
  { sign: /^ERR_TLS_CERT_ALTNAME_INVALID /, help: 'write in the URL a name that the certificate is for, or trust {}' },
  { sign: /^CERT_HAS_EXPIRED /, help: "have the server's certificate renewed; until then, trust {}" },
  { sign: /^CERT_NOT_YET_VALID /, help: 'check the clock of this machine; else trust {}' },
];

function connectError({ host, port, proxy }: Endpoint, cause: unknown): RemoteError {
  const by = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`;
  const first = proxy === undefined ? '' : 'the address of the proxy, ';
  return new RemoteError('IMAP_CONNECT', `no connection to ${host}:${port}${by}: ${inWords(cause)}`, {
    cause,
    help: `check ${first}host and port (imaps:// is 993, imap:// is 143), and whether a firewall or a proxy is in between`,
    retryable: true,
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no server of that name is known',
  EAI_AGAIN: 'names cannot be looked up at the moment',
  ECONNREFUSED: 'nothing listens on that port',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
};

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function inWords(cause: unknown): string {
  return WORDS[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause));
}

function isNetworkTrouble(cause: unknown): boolean {
  return /^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(codeOf(cause)) || (cause instanceof Error && cause.message.startsWith('no answer'));
}
