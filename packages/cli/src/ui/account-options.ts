import { homedir } from 'node:os';
import { join } from 'node:path';
import { printable, UsageError } from '@mailferry/core';
import { type AccountOptions, REPAIR_KINDS, type RepairKind } from '@mailferry/imap';
import { passwordSource, readSecretFile, tokenSource } from './secrets.js';
import type { Settings } from './settings.js';

/** How to reach and enter an account, from the flags. */
export function accountOptions(settings: Settings): Omit<AccountOptions, 'url'> {
  const [user, authUser, auth, proxy] = ['user', 'auth-user', 'auth', 'proxy'].map((name) => settings.text(name));
  const [password, token] = [passwordSource(settings), tokenSource(settings)];
  return {
    trust: trust(settings),
    ...(user === undefined ? {} : { user }),
    ...(authUser === undefined ? {} : { authUser }),
    ...(auth === undefined ? {} : { auth: auth as NonNullable<AccountOptions['auth']> }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(password === undefined || token !== undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
    ...(settings.on('no-literal-plus') ? { avoid: ['LITERAL+', 'LITERAL-'] } : {}),
  };
}

/** The repairs that `--repair` allows. */
export function repairKinds(settings: Settings): RepairKind[] {
  const names = settings.list('repair');
  return names.map((name) => {
    const kind = REPAIR_KINDS.find((known) => known === name);
    if (kind === undefined)
      throw new UsageError('USAGE', `no repair is called ${printable(name)}`, { help: `there are ${REPAIR_KINDS.join(', ')}` });
    return kind;
  });
}

/** Where ledgers are kept: `--ledger`, else `mailferry` in the state directory of the user (XDG Base Directory). */
export function ledgerDirectory(settings: Settings): string {
  const state = process.env['XDG_STATE_HOME'];
  const base = state?.startsWith('/') ? state : join(homedir(), '.local', 'state');
  return settings.text('ledger') ?? join(base, 'mailferry');
}

function trust(settings: Settings): NonNullable<AccountOptions['trust']> {
  const [ca, fingerprint, certificate] = ['tls-ca', 'tls-fingerprint', 'client-cert'].map((name) => settings.text(name));
  const pem = certificate === undefined ? undefined : readPem(certificate, 'client-cert', ['CERTIFICATE', 'PRIVATE KEY']);
  if (fingerprint !== undefined && !/^(?:[0-9a-f]{2}:?){32}$/i.test(fingerprint)) {
    throw new UsageError('USAGE', `not the SHA-256 of a certificate: ${printable(fingerprint)}`, {
      help: '--tls-fingerprint takes 64 hexadecimal digits, with or without colons: openssl x509 -noout -fingerprint -sha256',
    });
  }
  return {
    ...(ca === undefined ? {} : { ca: readPem(ca, 'tls-ca', ['CERTIFICATE']) }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(pem === undefined ? {} : { certificate: { cert: pem, key: pem } }),
    ...(settings.on('tls-insecure') ? { isInsecure: true } : {}),
  };
}

/** Node takes a file without any certificate for one with no authorities, and says no word. */
function readPem(path: string, flag: string, parts: readonly string[]): string {
  const text = readSecretFile(path, flag);
  const missing = parts.find((part) => !new RegExp(`-----BEGIN [A-Z ]{0,20}\\b${part}-----`).test(text));
  if (missing === undefined) return text;
  throw new UsageError('USAGE', `the file given with --${flag} has no ${missing.toLowerCase()} in PEM form`, {
    where: { path },
    help: `it holds ${parts.map((part) => `-----BEGIN ${part}-----`).join(' and ')} with base64 below`,
  });
}
