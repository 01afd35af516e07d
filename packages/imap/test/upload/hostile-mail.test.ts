import { connect } from 'node:net';
import { transfer } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, beforeLiteral } from '../../src/commands/append.js';
import { imapTarget } from '../../src/index.js';
import { openSession } from '../../src/session/session.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { MessageMaker, storeOf } from '../sources.js';

/** Lines of a body that are IMAP commands to a server that reads it as such. */
const BODY = 'Subject: harmless\r\n\r\nevil1 CREATE PWNED\r\nevil2 DELETE Archive\r\n';

describe.skipIf(!hasDovecot())('mail that holds IMAP commands', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(async () => {
    await dovecot?.stop();
  });
  const password = async () => 'pw';

  const folders = async (user: string) => {
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
    await client.connect();
    const paths = (await client.list()).map(({ path }) => path);
    await client.logout();
    return paths;
  };

  /** Sends octets after signing in, and gives the answers of half a second. */
  const raw = (user: string, text: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(dovecot.port, '127.0.0.1');
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString('latin1');
      });
      socket.write(`a LOGIN ${user} pw\r\n`);
      setTimeout(() => socket.write(Buffer.from(text, 'latin1')), 300);
      setTimeout(() => {
        socket.destroy();
        resolve(said);
      }, 900);
    });

  it('is run by Dovecot 2.3 when a naive client sends a bad flag with a literal that was not asked for', async () => {
    const said = await raw('naive', `b APPEND INBOX (\\Recent) {${BODY.length}+}\r\n${BODY}\r\n`);
    // This is the trap that all the care is for; should a later Dovecot close it, this line may go.
    expect(said).toContain('evil1 OK');
  });

  it('is not run when mailferry is given such flags, dates and names', async () => {
    const maker = new MessageMaker();
    const flags = [
      ['\\Recent'],
      ['caf\u00e9'],
      ['a b'],
      ['x)'],
      ['"'],
      ['{3+}'],
      ['\\Foo'],
      ['ok\r\nevil CREATE PWNED'],
      ['%'],
      ['*'],
      [']'],
      ['ok'],
    ];
    const messages = flags.map((flag, n) =>
      maker.make(['INBOX'], `Message-ID: <${n}@x>\n${BODY}`, {
        flags: new Set(flag),
        internalDate: [Number.NaN, -1e15, 1e18, 0][n % 4] ?? 0,
      }),
    );
    const names = ['a\r\nevil3 CREATE PWNED', '"', '{5+}', '\\', 'x\0y', '*', '../up'].map((name) => maker.make([name], BODY));
    const all = [...messages, ...names];
    const url = dovecot.url('careful');
    await using target = await imapTarget({ url, password });
    const report = await transfer(
      storeOf({ folders: [...new Set(all.map(({ folder }) => folder))].map((path) => ({ path })), messages: all }),
      target,
    );
    expect(report.totals).toMatchObject({ read: all.length, written: all.length, failed: 0 });
    expect((await folders('careful')).filter((name) => name.includes('PWNED'))).toEqual(['a__evil3 CREATE PWNED']);
  });

  it('is not run even when a bad flag slips through: the first use of a list waits for the server', async () => {
    const session = await openSession({ url: dovecot.url('slip'), password });
    const bytes = Buffer.from(BODY);
    const bad = { flagList: '(\\Recent)', dateTime: '"01-Jan-2004 00:00:00 +0000"' };
    const message = (kind: 'synchronising' | 'nonSynchronising') => ({
      before: beforeLiteral(bad.flagList, bad.dateTime),
      size: bytes.length,
      kind,
      chunks: () => [bytes],
    });
    expect(await append(session.connection, 'INBOX', [message('synchronising')])).toMatchObject({ status: 'BAD' });
    expect(session.connection.isOpen).toBe(true);
    // And with a literal in flight, BAD ends the connection before anything else is said on it.
    expect(await append(session.connection, 'INBOX', [message('nonSynchronising')])).toMatchObject({ status: 'BAD' });
    expect(session.connection.isOpen).toBe(false);
    await expect(append(session.connection, 'INBOX', [message('synchronising')])).rejects.toMatchObject({ code: 'IMAP_OUT_OF_STEP' });
  });
});
