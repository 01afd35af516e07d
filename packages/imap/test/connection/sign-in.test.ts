import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logout } from '../../src/commands/logout.js';
import type { AccountOptions } from '../../src/session/account.js';
import { openSession } from '../../src/session/session.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { startScripted } from '../scripted-server.js';

describe.skipIf(!hasDovecot())('signing in to a real Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ tls: true });
  });
  afterAll(async () => {
    await dovecot?.stop();
  });
  const password = async () => 'pw';

  const attempt = async (options: Omit<AccountOptions, 'url'> & { url?: string }) => {
    const { connection } = await openSession({ url: `imaps://ann@localhost:${dovecot.tlsPort}/`, ...options });
    await logout(connection);
    return 'in';
  };

  it('trusts no unknown certificate', async () => {
    await expect(attempt({ password })).rejects.toMatchObject({ code: 'IMAP_TLS' });
    await expect(attempt({ password, url: dovecot.url('ann') })).rejects.toMatchObject({ code: 'IMAP_TLS' });
  });

  it('says what to type when the port is one for the other kind of connection', async () => {
    const [plain, tls] = [dovecot.url('ann').replace('imap:', 'imaps:'), `imap://ann@127.0.0.1:${dovecot.tlsPort}/`];
    await expect(attempt({ password, url: plain })).rejects.toMatchObject({
      code: 'IMAP_TLS',
      message: expect.stringContaining('that port does not speak TLS'),
      help: expect.stringContaining('write imap://'),
    });
    await expect(attempt({ password, url: tls, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'IMAP_TIMEOUT',
      help: expect.stringContaining('write imaps://'),
    });
  });

  it('says how to see the certificate, also behind STARTTLS', async () => {
    const seen = (how: string) => ({ help: expect.stringContaining(`openssl s_client${how} -connect`) });
    await expect(attempt({ password })).rejects.toMatchObject(seen(''));
    await expect(attempt({ password, url: dovecot.url('ann') })).rejects.toMatchObject(seen(' -starttls imap'));
  });

  it('says of a certificate for another name, and of TLS that is too old, what helps there', async () => {
    const elsewhere = { password, trust: { ca: dovecot.ca }, url: `imaps://ann@0.0.0.0:${dovecot.tlsPort}/` };
    await expect(attempt(elsewhere)).rejects.toMatchObject({
      code: 'IMAP_TLS',
      help: expect.stringMatching(/^write in the URL a name that the certificate is for, or trust this one certificate/),
    });
    const key = readFileSync(join(dovecot.directory, 'tls/key.pem'));
    const old = createServer({ cert: dovecot.ca, key, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    old.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    const address = old.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(attempt({ password, trust: { ca: dovecot.ca }, url: `imaps://ann@127.0.0.1:${port}/` })).rejects.toMatchObject({
      message: expect.stringContaining('it speaks no TLS 1.2 or later'),
      help: expect.stringContaining('switched on at the server'),
    });
    await new Promise((resolve) => old.close(resolve));
  });

  it('trusts a private authority, by TLS and by STARTTLS', async () => {
    const trust = { ca: dovecot.ca };
    expect(await attempt({ password, trust })).toBe('in');
    expect(await attempt({ password, trust, url: dovecot.url('ann') })).toBe('in');
  });

  it('trusts a fingerprint and no other', async () => {
    const fingerprint = new X509Certificate(dovecot.ca).fingerprint256;
    expect(await attempt({ password, trust: { fingerprint } })).toBe('in');
    const other = createHash('sha256').update('other').digest('hex');
    await expect(attempt({ password, trust: { fingerprint: other } })).rejects.toMatchObject({ code: 'IMAP_TLS' });
  });

  it('trusts anyone when that is spelled out', async () => {
    expect(await attempt({ password, trust: { isInsecure: true } })).toBe('in');
  });

  it('signs in with PLAIN, LOGIN, and as a master user', async () => {
    const trust = { ca: dovecot.ca };
    for (const auth of ['plain', 'login'] as const) expect(await attempt({ password, trust, auth })).toBe('in');
    expect(await attempt({ password: async () => 'adminpw', trust, authUser: 'admin' })).toBe('in');
    expect(await attempt({ password: async () => 'adminpw', trust, user: 'ann*admin' })).toBe('in');
  });

  it('says so when the password is wrong or missing', async () => {
    const trust = { ca: dovecot.ca };
    await expect(attempt({ password: async () => 'no', trust })).rejects.toMatchObject({ code: 'IMAP_LOGIN' });
    await expect(attempt({ trust })).rejects.toMatchObject({ code: 'IMAP_NO_SECRET' });
  });
});

describe('signing in', () => {
  it('asks the token command at each sign-in, and sends the token as the method wants', async () => {
    const server = await startScripted({ capabilities: 'IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER' });
    let n = 0;
    const token = async () => `t${n++}`;
    for (const auth of ['xoauth2', 'oauthbearer'] as const) {
      const { connection } = await openSession({ url: `imap://ann@127.0.0.1:${server.port}/`, token, auth });
      await logout(connection);
    }
    await server.close();
    const sent = server.commands
      .filter((line) => line.includes('AUTHENTICATE'))
      .map((line) => Buffer.from(line.split(' ').at(-1) ?? '', 'base64').toString());
    expect(sent).toEqual([
      'user=ann\x01auth=Bearer t0\x01\x01',
      `n,a=ann,\x01host=127.0.0.1\x01port=${server.port}\x01auth=Bearer t1\x01\x01`,
    ]);
  });

  it('sends no password in the clear to another machine', async () => {
    const server = await startScripted();
    const options = { url: `imap://ann@0.0.0.0:${server.port}/`, password: async () => 'pw' };
    await expect(openSession(options)).rejects.toMatchObject({ code: 'IMAP_TLS' });
    await server.close();
    expect(server.commands.filter((line) => /LOGIN|AUTHENTICATE/.test(line))).toEqual([]);
  });

  it('sends nothing in the clear to another machine that says we are in already', async () => {
    const server = await startScripted({ greeting: '* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] welcome back\r\n' });
    const at = (host: string) => openSession({ url: `imap://ann@${host}:${server.port}/`, password: async () => 'pw' });
    await expect(at('0.0.0.0')).rejects.toMatchObject({ code: 'IMAP_TLS' });
    const { connection } = await at('127.0.0.1');
    await logout(connection);
    await server.close();
  });

  it('sends no empty password, and no token that is none', async () => {
    const server = await startScripted({ capabilities: 'IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2' });
    const url = `imap://ann@127.0.0.1:${server.port}/`;
    const nothing = async () => '';
    await expect(openSession({ url, password: nothing })).rejects.toMatchObject({
      code: 'IMAP_NO_SECRET',
      message: 'the password is empty',
    });
    await expect(openSession({ url, password: nothing, auth: 'login' })).rejects.toMatchObject({ code: 'IMAP_NO_SECRET' });
    await expect(openSession({ url, token: nothing })).rejects.toMatchObject({ code: 'IMAP_NO_SECRET', message: 'the token is empty' });
    await server.close();
    expect(server.commands.filter((line) => /LOGIN|AUTHENTICATE/.test(line))).toEqual([]);
  });

  it('ends where a server asks on and on', async () => {
    const server = await startScripted({ onCommand: (line) => (line.includes('CAPABILITY') ? undefined : '+ \r\n') });
    const opened = openSession({ url: `imap://ann@127.0.0.1:${server.port}/`, password: async () => 'pw' });
    await expect(opened).rejects.toMatchObject({ code: 'IMAP_PROTOCOL' });
    await server.close();
    expect(server.commands.length).toBeLessThan(20);
  });

  it('never opens the mailbox of the master user for that of the account', async () => {
    const server = await startScripted();
    const options = { url: `imap://ann@127.0.0.1:${server.port}/`, password: async () => 'pw', authUser: 'admin', auth: 'login' as const };
    await expect(openSession(options)).rejects.toMatchObject({ name: 'UsageError', message: expect.stringContaining('--auth login') });
    await server.close();
    expect(server.commands.filter((line) => line.includes('LOGIN'))).toEqual([]);
  });

  it('takes no password from the URL', async () => {
    await expect(openSession({ url: 'imap://ann:secret@localhost/' })).rejects.toMatchObject({ code: 'IMAP_URL' });
  });

  it('says so when nobody is there', async () => {
    await expect(openSession({ url: 'imap://ann@127.0.0.1:1/', password: async () => 'pw' })).rejects.toMatchObject({
      code: 'IMAP_CONNECT',
      retryable: true,
    });
  });
});
