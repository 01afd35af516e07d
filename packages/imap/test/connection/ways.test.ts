import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { transfer } from '@mailferry/core';
import { describe, expect, it } from 'vitest';
import { logout } from '../../src/commands/logout.js';
import { imapTarget } from '../../src/index.js';
import type { AccountOptions } from '../../src/session/account.js';
import { openSession } from '../../src/session/session.js';
import { startScripted } from '../scripted-server.js';
import { MessageMaker, storeOf } from '../sources.js';

const password = async () => 'pw';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An HTTP proxy that knows CONNECT, and wants a name and a password. */
function httpProxy(asked: string[], secret: string): Server {
  const server = createHttp();
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    const given = request.headers['proxy-authorization'];
    if (given !== `Basic ${Buffer.from(secret).toString('base64')}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host);
    // The answer and the first words of the server in one piece.
    upstream.once('data', (greeting: Buffer) => {
      client.write(Buffer.concat([Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'), greeting]));
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  return server;
}

/** A SOCKS5 proxy (RFC 1928) without authentication, for names and IPv4 addresses. */
function socksProxy(asked: string[]): Server {
  return createServer((client) => {
    client.on('error', () => client.destroy());
    client.once('data', () => {
      client.write(Buffer.from([5, 0]));
      client.once('data', (request: Buffer) => {
        const isName = request[3] === 3;
        const end = isName ? 5 + (request[4] ?? 0) : 8;
        const host = isName ? request.toString('latin1', 5, end) : request.subarray(4, 8).join('.');
        const port = request.readUInt16BE(end);
        asked.push(`${host}:${port}`);
        const upstream = connect(port, host, () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          upstream.pipe(client).pipe(upstream);
        });
        upstream.on('error', () => client.destroy());
      });
    });
  });
}

/** Lets in who is known. */
function answer(socket: TLSSocket, line: string, isKnown: boolean, seen: string[]): void {
  const [tag = '', name = ''] = line.split(' ');
  if (name === 'AUTHENTICATE') seen.push(line.slice(tag.length + 1));
  socket.write(`${tag} ${name === 'AUTHENTICATE' && !isKnown ? 'NO' : 'OK'} done\r\n`);
}

describe('the way to a server', () => {
  const through = async (scheme: string, proxy: Server, secret = '') => {
    const server = await startScripted();
    const port = await listening(proxy);
    try {
      const url = `imap://ann@127.0.0.1:${server.port}/`;
      const { connection } = await openSession({ url, password, proxy: `${scheme}://${secret}127.0.0.1:${port}` });
      await logout(connection);
      return `127.0.0.1:${server.port}`;
    } finally {
      await server.close();
      proxy.close();
    }
  };

  it('leads through an HTTP proxy, with its name and password, also when the greeting comes with the answer', async () => {
    const asked: string[] = [];
    const place = await through('http', httpProxy(asked, 'proxy:secret'), 'proxy:secret@');
    expect(asked).toEqual([place]);
  });

  it('ends in a clear error where the proxy refuses', async () => {
    const refused = through('http', httpProxy([], 'proxy:secret'), 'proxy:wrong@');
    await expect(refused).rejects.toMatchObject({ name: 'RemoteError', code: 'IMAP_CONNECT' });
  });

  it('names the proxy that is not there', async () => {
    for (const proxy of ['socks5://127.0.0.1:1', 'http://127.0.0.1:1']) {
      const opened = openSession({ url: 'imap://ann@127.0.0.1:143/', password, proxy });
      await expect(opened).rejects.toMatchObject({
        code: 'IMAP_CONNECT',
        message: expect.stringContaining('through the proxy 127.0.0.1:1'),
      });
    }
  });

  it('leads through a SOCKS5 proxy', async () => {
    const asked: string[] = [];
    const place = await through('socks5', socksProxy(asked));
    expect(asked).toEqual([place]);
  });
});

describe('who one is', () => {
  it('is shown by a client certificate with EXTERNAL', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailferry-tls-'));
    const pem = (name: string) => {
      const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.pem`)];
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      const files = ['-keyout', key, '-out', cert];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject, ...files], { stdio: 'ignore' });
      return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    };
    const [host, ann, eve] = [pem('localhost'), pem('ann'), pem('eve')];
    rmSync(directory, { recursive: true });
    const seen: string[] = [];
    const sockets = new Set<TLSSocket>();
    const server = createTls({ ...host, ca: ann.cert, requestCert: true, rejectUnauthorized: false }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=EXTERNAL] ready\r\n');
      socket.on('data', (chunk: Buffer) => {
        const isKnown = socket.authorized && socket.getPeerCertificate().subject.CN === 'ann';
        for (const line of chunk
          .toString('latin1')
          .split('\r\n')
          .filter((text) => text !== ''))
          answer(socket, line, isKnown, seen);
      });
    });
    const port = await listening(server);
    const enter = (certificate: { cert: string; key: string }) => {
      const options: AccountOptions = { url: `imaps://ann@localhost:${port}/`, auth: 'external', trust: { ca: host.cert, certificate } };
      return openSession(options);
    };
    const { connection } = await enter(ann);
    connection.destroy();
    expect(seen).toEqual(['AUTHENTICATE EXTERNAL YW5u']);
    await expect(enter(eve)).rejects.toMatchObject({ code: 'IMAP_LOGIN' });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('is proven by a new token at each reconnect of an upload', async () => {
    const server = await startScripted({
      capabilities: 'IMAP4rev1 SASL-IR AUTH=XOAUTH2 LITERAL+ MULTIAPPEND UIDPLUS NAMESPACE',
      onAppend: (n) => (n < 2 ? 'drop' : undefined),
    });
    let n = 0;
    const token = async () => `token-${n++}`;
    const maker = new MessageMaker();
    const messages = Array.from({ length: 5 }, (_, k) => maker.make(['INBOX'], `Subject: s${k}\nMessage-ID: <${k}@x>\n\n${k}\n`));
    const patience = { firstWaitMs: 5, longestWaitMs: 20, tries: 10 };
    const target = await imapTarget({ url: `imap://ann@127.0.0.1:${server.port}/`, token, settleMs: 20, lateMs: 20, patience });
    const report = await transfer(storeOf({ folders: [{ path: ['INBOX'] }], messages }), target);
    await target[Symbol.asyncDispose]();
    await server.close();
    expect(report.totals).toMatchObject({ written: 5, failed: 0 });
    const tokens = server.commands
      .filter((line) => line.includes('AUTHENTICATE'))
      .map((line) => /Bearer (token-\d+)/.exec(Buffer.from(line.split(' ').at(-1) ?? '', 'base64').toString())?.[1]);
    expect(tokens.length).toBeGreaterThan(2);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
