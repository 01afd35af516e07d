import { digestCrlf, type Message, type TransferEvent, toCrlf, transfer } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImapTargetOptions, imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { otherPeers } from '../peers.js';
import { MessageMaker, sha256, storeOf } from '../sources.js';

const FILLER = `${'lorem ipsum '.repeat(6)}\n`.repeat(16_000);

/** Messages that servers trip over; the name is in the body as `trap:NAME;`. */
function traps(): Message[] {
  const maker = new MessageMaker();
  const head = (name: string) => `From: a@example.org\nSubject: trap\nMessage-ID: <${name}@traps>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\n`;
  const make = (name: string, text: string, more: Partial<Message> = {}) => maker.make(['Traps'], text.replace('%', `trap:${name};`), more);
  const plain = (name: string, more: Partial<Message> = {}, body = '%\n') => make(name, `${head(name)}\n${body}`, more);
  return [
    plain('plain'),
    plain('nul', {}, '% a\0b\n'),
    make('nul-header', `X-Odd: a\0b\n${head('nul-header')}\n%\n`),
    plain('bare-cr', {}, '% a\rb\n'),
    plain('last-cr', {}, '% a\r'),
    plain('mixed-ends', {}, '% a\r\nb\nc\r\n'),
    make('header-8bit', `X-Name: caf\xe9\n${head('header-8bit')}\n%\n`),
    make('header-utf8', `To: Andr\xc3\xa9 <andre@example.org>\n${head('header-utf8')}\n%\n`),
    make('header-bad', `${head('header-bad')}this line has no colon\nTo: b@example.org\n\n%\n`),
    make('header-only', `${head('header-only')}X-Name: %\n`),
    make('header-unended', `${head('header-unended')}X-Name: %`),
    make('empty', ''),
    plain('line-100k', {}, `%${'x'.repeat(100_000)}\n`),
    plain('no-final-end', {}, '% end'),
    plain('date-1885', { internalDate: Date.UTC(1885, 0, 1) }),
    plain('date-1969', { internalDate: Date.UTC(1969, 5, 1) }),
    plain('date-2037', { internalDate: Date.UTC(2037, 5, 1) }),
    plain('date-2140', { internalDate: Date.UTC(2140, 5, 1) }),
    plain('keywords', { flags: new Set(['\\Seen', 'work', '$Forwarded', 'NonJunk']) }),
    plain('keyword-bracket', { flags: new Set(['kw]x']) }),
    plain('keyword-8bit', { flags: new Set(['caf\xe9']) }),
    plain('keyword-60', { flags: new Set(['k'.repeat(60)]) }),
    plain('flag-recent', { flags: new Set(['\\Recent', '\\Foo', '\\Flagged']) }),
    // Above 1 MiB a message is streamed: it is judged by its pieces.
    plain('large', {}, `%\n${FILLER}`),
    plain('large-nul', {}, `%\n${FILLER}a\0b\n`),
    make('large-nul-header', `X-Odd: a\0b\n${head('large-nul-header')}\n%\n${FILLER}`),
    plain('large-bare-cr', {}, `%\n${FILLER}a\rb\n${FILLER}`),
    plain('large-last-cr', {}, `%\n${FILLER}a\r`),
    make('large-header-8bit', `X-Name: caf\xe9\n${head('large-header-8bit')}\n%\n${FILLER}`),
    make('large-header-bad', `${head('large-header-bad')}this line has no colon\nTo: b@example.org\n\n%\n${FILLER}`),
    plain('large-no-final-end', {}, `%\n${FILLER}end`),
    plain('large-mixed-ends', {}, `%\r\n${FILLER}b\r\n`),
  ];
}

const nameOf = (text: string) => /trap:([a-z0-9-]+);/.exec(text)?.[1] ?? 'empty';

interface Fate {
  readonly refused: readonly string[];
  readonly altered: readonly string[];
}

const others = otherPeers().map(({ title, host, port, password, place }) => {
  const url = `imap://${place('traps').user}@${host}:${port}/`;
  return { title, options: { url, password: async () => password, trust: { isInsecure: true } }, secret: password };
});

async function forecast(options: ImapTargetOptions): Promise<Fate> {
  const refused: string[] = [];
  const altered = new Set<string>();
  const observe = (event: TransferEvent) => {
    if (event.type !== 'delivery') return;
    const { message, status, issues = [] } = event.delivery;
    const name = nameOf(Buffer.from(message.content.bytes()).toString('latin1'));
    if (status === 'failed') refused.push(name);
    else if (issues.length > 0) altered.add(name);
  };
  await using target = await imapTarget({ ...options, isDryRun: true });
  const report = await transfer(storeOf({ folders: [{ path: ['Traps'] }], messages: traps() }), target, { observe });
  expect(report.totals.written + report.totals.failed).toBe(traps().length);
  return { refused: refused.sort(), altered: [...altered].sort() };
}

async function observed(options: ImapTargetOptions, secret: string): Promise<Fate> {
  const refused: string[] = [];
  let mailbox = '';
  {
    await using target = await imapTarget(options);
    await transfer(storeOf({ folders: [{ path: ['Traps'] }], messages: traps() }), target, {
      observe: (event) => {
        if (event.type === 'delivery' && event.delivery.status === 'failed') {
          refused.push(nameOf(Buffer.from(event.delivery.message.content.bytes()).toString('latin1')));
        }
      },
    });
    mailbox = target.plan().folders[0]?.mailbox ?? '';
  }
  const stored = await fetchAll(options.url, secret, mailbox);
  const altered = traps()
    .map((message) => ({ message, name: nameOf(Buffer.from(message.content.bytes()).toString('latin1')) }))
    .filter(({ name }) => !refused.includes(name))
    .filter(
      ({ message, name }) =>
        stored.get(name) !== lineOf(sha256(toCrlf([message.content.bytes()])), message.internalDate, [...message.flags]),
    )
    .map(({ name }) => name);
  expect([...stored.keys()].sort()).toEqual(
    traps()
      .map((message) => nameOf(Buffer.from(message.content.bytes()).toString('latin1')))
      .filter((name) => !refused.includes(name))
      .sort(),
  );
  return { refused: refused.sort(), altered: altered.sort() };
}

function lineOf(hash: string, ms: number, flags: readonly string[]): string {
  return `${hash} ${Math.floor(ms / 1000)} ${flags
    .filter((flag) => flag !== '\\Recent')
    .sort()
    .join(' ')}`;
}

async function fetchAll(url: string, secret: string, mailbox: string): Promise<Map<string, string>> {
  const { hostname, port, username } = new URL(url);
  const client = new ImapFlow({
    host: hostname,
    port: Number(port),
    secure: false,
    auth: { user: username, pass: secret },
    logger: false,
    doSTARTTLS: false,
  });
  await client.connect();
  const found = new Map<string, string>();
  await client.mailboxOpen(mailbox, { readOnly: true });
  for await (const message of client.fetch('1:*', { source: true, flags: true, internalDate: true, uid: true })) {
    const source = message.source ?? Buffer.alloc(0);
    const date = message.internalDate instanceof Date ? message.internalDate : new Date(String(message.internalDate));
    found.set(nameOf(source.toString('latin1')), lineOf(sha256(source), date.getTime(), [...(message.flags ?? [])]));
  }
  await client.logout();
  return found;
}

describe.skipIf(!hasDovecot())('the forecast over mail that servers trip over', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(async () => {
    await dovecot?.stop();
  });

  it('is what Dovecot then does', async () => {
    const options = { url: dovecot.url('traps'), password: async () => 'pw' };
    const said = await forecast(options);
    expect(said.refused).toEqual(['empty']);
    expect(said.altered).toContain('nul');
    expect(await observed(options, 'pw')).toEqual(said);
  });

  for (const { title, options, secret } of others) {
    it(`is what ${title} then does`, async () => {
      const said = await forecast(options);
      process.stderr.write(`${title}: ${JSON.stringify(said)}\n`);
      expect(await observed(options, secret)).toEqual(said);
    });
  }

  it('has a digest for each trap', () => {
    expect(new Set(traps().map(({ content }) => digestCrlf(content.chunks()).sha256)).size).toBe(traps().length);
  });
});
