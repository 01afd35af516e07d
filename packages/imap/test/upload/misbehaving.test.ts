import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, type TransferReport, transfer } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImapTargetOptions, imapTarget } from '../../src/index.js';
import { RateLimit } from '../../src/upload/window.js';
import { type Script, startScripted } from '../scripted-server.js';
import { MessageMaker, storeOf } from '../sources.js';

const QUICK = {
  settleMs: 20,
  lateMs: 20,
  patience: { firstWaitMs: 5, longestWaitMs: 20, longestAskedMs: 60, tries: 4 },
  timeoutMs: 1500,
} as const;

function mails(count: number, text = (n: number) => `mail ${n}`): Message[] {
  const maker = new MessageMaker();
  return Array.from({ length: count }, (_, n) =>
    maker.make(
      ['INBOX'],
      `From: a@example.org\nSubject: s${n}\nMessage-ID: <${n}@x>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\n\n${text(n)}\n`,
      {
        flags: new Set(['\\Seen']),
      },
    ),
  );
}

describe('a server that misbehaves', () => {
  let ledger: string;
  beforeAll(() => {
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(() => rmSync(ledger, { recursive: true, force: true }));

  const run = async (script: Script, messages: readonly Message[], more: Partial<ImapTargetOptions> = {}) => {
    const server = await startScripted(script);
    let report: TransferReport | undefined;
    let error: unknown;
    let refused: string | undefined;
    try {
      await using target = await imapTarget({
        url: `imap://ann@127.0.0.1:${server.port}/`,
        password: async () => 'pw',
        ledger,
        ...QUICK,
        ...more,
      });
      report = await transfer(storeOf({ folders: [{ path: ['INBOX'] }], messages }), target);
      refused = target.refused === undefined ? undefined : readFileSync(target.refused, 'latin1');
    } catch (thrown) {
      error = thrown;
    } finally {
      await server.close();
    }
    const subjects = server.stored.map(({ text }) => /Subject: (\S+)/.exec(text)?.[1] ?? '');
    const codes = Object.fromEntries((report?.issues ?? []).map(({ code, count }) => [code, count]));
    return { report, error, refused, server, subjects, codes };
  };
  const all = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`).sort();

  it('is sent each message once when it behaves', async () => {
    const { report, subjects } = await run({}, mails(250));
    expect(report?.totals).toMatchObject({ read: 250, written: 250 });
    expect(subjects.sort()).toEqual(all(250));
  });

  it('that throttles is waited for, as long as it asks, and the wait is in the report', async () => {
    for (const answer of [
      'NO Request is throttled. Suggested Backoff Time: 30 milliseconds',
      'NO [THROTTLED] slow down',
      'NO [LIMIT] too much',
      'NO [UNAVAILABLE] later',
      'NO [INUSE] locked',
      'BAD Request is throttled. Suggested Backoff Time: 40 milliseconds',
    ]) {
      const { report, codes, subjects, error } = await run({ onAppend: (n) => (n === 1 ? answer : undefined) }, mails(300));
      expect(error, answer).toBeUndefined();
      expect(report?.totals, answer).toMatchObject({ written: 300, failed: 0 });
      expect(codes['IMAP_SERVER_BUSY'], answer).toBe(1);
      expect(subjects.sort(), answer).toEqual(all(300));
    }
  });

  it('that never relents ends the run as temporary', async () => {
    const { error } = await run({ onAppend: () => 'NO [THROTTLED] slow down' }, mails(10));
    expect(error).toMatchObject({ code: 'IMAP_BUSY', retryable: true });
  });

  it('that says goodbye is called again', async () => {
    const { report, codes, subjects } = await run(
      { onAppend: (n) => (n === 1 ? { raw: '* BYE Session expired, please login again\r\n' } : undefined) },
      mails(300),
      {
        timeoutMs: 300,
      },
    );
    expect(report?.totals).toMatchObject({ written: 300 });
    expect(codes['IMAP_RECONNECTED']).toBeGreaterThan(0);
    expect(subjects.sort()).toEqual(all(300));
  });

  it('that is full ends the account with a clear word, the ledger whole', async () => {
    let isFull = true;
    const messages = mails(250);
    const server = await startScripted({ onAppend: (n) => (isFull && n >= 1 ? 'NO [OVERQUOTA] mailbox is full' : undefined) });
    const upload = async () => {
      await using target = await imapTarget({ url: `imap://full@127.0.0.1:${server.port}/`, password: async () => 'pw', ledger, ...QUICK });
      return await transfer(storeOf({ folders: [{ path: ['INBOX'] }], messages }), target);
    };
    await expect(upload()).rejects.toMatchObject({ name: 'TargetError', code: 'IMAP_OVERQUOTA' });
    isFull = false;
    const report = await upload();
    expect(report.totals).toMatchObject({ written: 150, alreadyPresent: 100 });
    expect(server.stored).toHaveLength(250);
    await server.close();
  });

  it('that refuses one message of many gets all the others; the one is kept with the reason', async () => {
    const poison = (messages: readonly string[]) => messages.some((text) => text.includes('poison'));
    const { report, refused, subjects } = await run(
      { onAppend: (_, messages) => (poison(messages) ? 'NO Message contains a virus' : undefined) },
      mails(230, (n) => (n === 117 ? 'From poison' : `mail ${n}`)),
    );
    expect(report?.totals).toMatchObject({ written: 229, failed: 1 });
    expect(subjects.sort()).toEqual(all(230).filter((subject) => subject !== 's117'));
    expect(refused).toContain('X-Mailferry-Refused: "Message contains a virus"\nX-Mailferry-Folder: "INBOX"\n');
    expect(refused).toContain('\n>From poison\n');
    expect(report?.issues.find(({ code }) => code === 'IMAP_MESSAGE_REFUSED')?.first[0]?.note).toBe('Message contains a virus');
  });

  it('that stores a part of a refused MULTIAPPEND does not get that part again', async () => {
    const stored: { uid: number; text: string }[] = [];
    const onAppend: NonNullable<Script['onAppend']> = (n, messages) => {
      if (n !== 1) return undefined;
      for (const text of messages.slice(0, 40)) stored.push({ uid: stored.length + 1, text });
      return 'NO out of luck in the middle';
    };
    const server = await startScripted({ stored, onAppend });
    await using target = await imapTarget({ url: `imap://part@127.0.0.1:${server.port}/`, password: async () => 'pw', ledger, ...QUICK });
    const report = await transfer(storeOf({ folders: [{ path: ['INBOX'] }], messages: mails(300) }), target);
    expect(report.totals).toMatchObject({ written: 300, failed: 0 });
    expect(server.stored.map(({ text }) => /Subject: (\S+)/.exec(text)?.[1] ?? '').sort()).toEqual(all(300));
    await server.close();
  });

  it('that names a limit is not sent what is above it', async () => {
    const { report, subjects, codes } = await run(
      { capabilities: 'IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ MULTIAPPEND UIDPLUS APPENDLIMIT=2000' },
      mails(5, (n) => 'x'.repeat(n === 2 ? 3000 : 10)),
    );
    expect(report?.totals).toMatchObject({ written: 4, failed: 1 });
    expect(subjects.sort()).toEqual(['s0', 's1', 's3', 's4']);
    expect(codes['IMAP_MESSAGE_TOO_LARGE']).toBe(1);
  });

  it('that loses the connection at one message again and again gets the others', async () => {
    const { report, subjects } = await run(
      { onAppend: (_, messages) => (messages.some((text) => text.includes('crash')) ? 'drop' : undefined) },
      mails(20, (n) => (n === 7 ? 'crash' : 'fine')),
      { patience: { firstWaitMs: 1, longestWaitMs: 2, tries: 30 } },
    );
    expect(report?.totals).toMatchObject({ written: 19, failed: 1 });
    expect(subjects.sort()).toEqual(all(20).filter((subject) => subject !== 's7'));
  });

  it('that answers BAD while mail is in flight loses the connection at once', async () => {
    const { report, server } = await run({ onAppend: (n) => (n === 1 ? 'BAD Error in IMAP command APPEND' : undefined) }, mails(300));
    expect(report?.totals).toMatchObject({ written: 300 });
    expect(server.connections).toBeGreaterThan(1);
  });

  const dead: readonly (readonly [string, Script, string])[] = [
    ['that sends garbage', { greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, 'IMAP_PROTOCOL'],
    ['that refuses in its greeting', { greeting: '* BYE overloaded\r\n' }, 'IMAP_BYE'],
    ['with an endless line', { greeting: `* OK ${'x'.repeat(200_000)}` }, 'IMAP_PROTOCOL'],
    ['that is silent', { greeting: '' }, 'IMAP_TIMEOUT'],
    [
      'that announces a huge literal',
      { onCommand: (line) => (line.includes('NAMESPACE') ? '* NAMESPACE {999999999999}\r\n' : undefined) },
      'IMAP_PROTOCOL',
    ],
    [
      'that answers a command that was never sent',
      { onCommand: (line) => (line.includes('NAMESPACE') ? 'zz99 OK hello\r\n' : undefined) },
      'IMAP_PROTOCOL',
    ],
    ['that goes silent after sign-in', { onCommand: (line) => (line.includes('NAMESPACE') ? '' : undefined) }, 'IMAP_TIMEOUT'],
    [
      'that nests without end',
      { onCommand: (line) => (line.includes('LIST') ? `* LIST ${'('.repeat(5000)}\r\n` : undefined) },
      'IMAP_PROTOCOL',
    ],
    [
      'that does not let us in',
      { onCommand: (line, tag) => (/LOGIN|AUTHENTICATE/.test(line) ? `${tag} NO [AUTHENTICATIONFAILED] no\r\n` : undefined) },
      'IMAP_LOGIN',
    ],
    [
      'that cannot let us in now',
      { onCommand: (line, tag) => (/LOGIN|AUTHENTICATE/.test(line) ? `${tag} NO [UNAVAILABLE] no\r\n` : undefined) },
      'IMAP_UNAVAILABLE',
    ],
    [
      'that has too many of our connections',
      {
        onCommand: (line, tag) =>
          /LOGIN|AUTHENTICATE/.test(line) ? `${tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n` : undefined,
      },
      'IMAP_UNAVAILABLE',
    ],
  ];
  for (const [title, script, code] of dead) {
    it(`${title} ends in a clear error and no hang`, async () => {
      const { error } = await run(script, mails(1), { timeoutMs: 400 });
      expect(error).toMatchObject({ code });
    });
  }

  it('that goes silent in the middle is given up and called again', async () => {
    const { report, subjects } = await run({ onAppend: (n) => (n === 1 ? 'silence' : undefined) }, mails(250), { timeoutMs: 300 });
    expect(report?.totals).toMatchObject({ written: 250 });
    expect(subjects.sort()).toEqual(all(250));
  });

  it('with fixed keywords loses those that it does not keep, one issue a message', async () => {
    const messages = mails(3).map((message) => ({ ...message, flags: new Set(['\\Seen', 'work', '$MDNSent', 'caf\u00e9', '\\Recent']) }));
    const { report, codes, server } = await run({ permanentFlags: '\\Seen \\Answered $MDNSent' }, messages);
    expect(report?.totals).toMatchObject({ written: 3 });
    expect(codes['IMAP_FLAG_DROPPED']).toBe(3);
    expect(server.commands.find((line) => line.includes('APPEND'))).toContain('(\\Seen $MDNSent)');
  });

  it('that refuses NUL gets a large message as a binary literal, in pieces', async () => {
    const greeting = '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ MULTIAPPEND UIDPLUS BINARY] Cyrus IMAP ready\r\n';
    const capabilities = 'IMAP4rev1 AUTH=PLAIN LITERAL+ MULTIAPPEND UIDPLUS BINARY NAMESPACE';
    const body = (n: number) => (n === 1 ? `${'z'.repeat(70)}\n`.repeat(20_000).concat('a\0b') : `mail ${n}`);
    const { report, server, subjects } = await run({ greeting, capabilities }, mails(3, body));
    expect(report?.totals).toMatchObject({ written: 3, failed: 0 });
    expect(subjects.sort()).toEqual(all(3));
    expect(server.commands.filter((line) => line.includes('APPEND') && line.includes('~'))).toHaveLength(1);
    const large = server.stored.find(({ text }) => text.length > 1 << 20)?.text ?? '';
    expect(large.endsWith('z\r\na\0b\r\n')).toBe(true);
    expect(large.length).toBe(mails(3, body)[1]?.content.crlfSize);
  });

  it('that is slow to read is waited for by one listener, however many pieces a message has', async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error) => warnings.push(name);
    process.on('warning', listen);
    const body = () => `${'w'.repeat(77)}\n`.repeat(150_000);
    const { report } = await run({}, mails(1, body));
    // A warning is told in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(report?.totals).toMatchObject({ written: 1 });
    expect(warnings).toEqual([]);
  });

  it('is sent no more messages a second than it bears', async () => {
    const sizes: number[] = [];
    const onAppend = (_: number, messages: readonly string[]) => {
      sizes.push(messages.length);
      return undefined;
    };
    const { report } = await run({ onAppend }, mails(60), { maxRate: 40 });
    expect(report?.totals).toMatchObject({ written: 60 });
    expect(sizes).toEqual([40, 20]);
    const limit = new RateLimit(40);
    // At the second 0, 1 and 10: what was not used up is not saved.
    expect([limit.delay(40, 0), limit.delay(20, 0), limit.delay(40, 1000), limit.delay(40, 10_000), limit.delay(1, 10_000)]).toEqual([
      0, 1000, 500, 0, 1000,
    ]);
    expect(new RateLimit(undefined).delay(1e6, 0)).toBe(0);
  });

  it('leaves no lock behind', () => {
    expect(readdirSync(ledger).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});
