import { describe, expect, it } from 'vitest';
import { imapTarget } from '../../src/index.js';
import { presetFor } from '../../src/session/preset.js';
import { startScripted } from '../scripted-server.js';

describe('a server that is known by what it says of itself', () => {
  it('is recognised by greeting, ID or capabilities', () => {
    const said: readonly (readonly [readonly string[], string])[] = [
      [['Gimap ready for requests from 192.0.2.1 x1'], 'gmail'],
      [['ready', 'IMAP4REV1', 'X-GM-EXT-1'], 'gmail'],
      [['The Microsoft Exchange IMAP4 service is ready. [TABOAEMANgBQ]'], 'exchange'],
      [['ready', 'Microsoft.Exchange.Imap4.Imap4Server'], 'exchange'],
      [['mail.example.org Zimbra IMAP4rev1 server ready', 'Zimbra'], 'zimbra'],
      [['Stalwart IMAP4rev2 at your service.'], 'stalwart'],
      [['Dovecot (Debian) ready.'], 'dovecot'],
      [['example.org Cyrus IMAP 3.6.1-Debian server ready'], 'cyrus'],
      [['exchange.example.org Cyrus IMAP 3.6.1 server ready'], 'cyrus'],
      [['gmail.example.org ready', 'Dovecot'], 'dovecot'],
      [['Courier-IMAP ready. Copyright 1998-2021 Double Precision, Inc.'], 'courier'],
      [['IMAP ready'], 'unknown'],
    ];
    for (const [words, kind] of said) expect(presetFor(words).kind, words[0]).toBe(kind);
  });

  it('has its limits in the plan, in words, and kept', async () => {
    const plans = [];
    for (const greeting of ['Gimap ready for requests', 'The Microsoft Exchange IMAP4 service is ready.', 'IMAP ready']) {
      const server = await startScripted({ greeting: `* OK ${greeting}\r\n`, capabilities: 'IMAP4rev1 AUTH=PLAIN UIDPLUS NAMESPACE' });
      const target = await imapTarget({ url: `imap://ann@127.0.0.1:${server.port}/`, password: async () => 'pw', isDryRun: true });
      plans.push(target.plan());
      await target[Symbol.asyncDispose]();
      await server.close();
    }
    const [gmail, exchange, unknown] = plans;
    expect(gmail).toMatchObject({ preset: 'Gmail', method: 'synchronising' });
    expect(gmail?.advice).toContain('--stop-after 450M');
    expect(exchange?.advice).toContain('four messages a second');
    expect(unknown?.advice).toBeUndefined();
    expect(presetFor(['Microsoft Exchange'])).toMatchObject({ rate: 4, maxLine: 10_239, depth: 2 });
    expect(presetFor(['Gimap'])).toMatchObject({ maxMessage: 35_651_584, connections: 10 });
  });
});
