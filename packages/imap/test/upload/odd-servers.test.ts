import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FolderPath, type Message, openStore, type TransferReport, transfer } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImapTargetOptions, imapTarget, openImap, type UploadPlan } from '../../src/index.js';
import { type Script, type ScriptedServer, startScripted } from '../scripted-server.js';
import { MessageMaker, storeOf } from '../sources.js';

const QUICK = {
  settleMs: 20,
  lateMs: 20,
  patience: { firstWaitMs: 5, longestWaitMs: 20, longestAskedMs: 60, tries: 4 },
  timeoutMs: 1500,
} as const;

function mails(folder: FolderPath, count: number, more: (n: number) => Partial<Message> = () => ({})): Message[] {
  const maker = new MessageMaker();
  return Array.from({ length: count }, (_, n) => {
    const text = `From: a@example.org\nSubject: s${n}\nMessage-ID: <${n}@x>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\n\nmail ${n}\n`;
    return maker.make(folder, text, more(n));
  });
}

describe('a server that does what is allowed and rare', () => {
  let ledger: string;
  beforeAll(() => {
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(() => rmSync(ledger, { recursive: true, force: true }));

  interface Run {
    readonly report: TransferReport;
    readonly plan: UploadPlan;
    readonly codes: Readonly<Record<string, number>>;
  }
  const upload = async (server: ScriptedServer, messages: readonly Message[], more: Partial<ImapTargetOptions> = {}): Promise<Run> => {
    const url = `imap://ann@127.0.0.1:${server.port}/`;
    await using target = await imapTarget({ url, password: async () => 'pw', ledger, ...QUICK, ...more });
    const paths = new Map(messages.map(({ folder }) => [folder.join('/'), folder]));
    const report = await transfer(storeOf({ folders: [...paths.values()].map((path) => ({ path })), messages }), target);
    return { report, plan: target.plan(), codes: Object.fromEntries(report.issues.map(({ code, count }) => [code, count])) };
  };
  const withServer = async (script: Script, work: (server: ScriptedServer) => Promise<void>): Promise<void> => {
    const server = await startScripted(script);
    try {
      await work(server);
    } finally {
      await server.close();
    }
  };

  it('and cannot open a mailbox for the moment is asked again', async () => {
    for (const said of ['NO [UNAVAILABLE] later', 'NO [INUSE] locked', 'NO Server Unavailable. Try again later']) {
      let refusals = 0;
      const onCommand: Script['onCommand'] = (line, tag) =>
        line.includes(' SELECT ') && refusals++ < 2 ? `${tag} ${said}\r\n` : undefined;
      await withServer({ onCommand }, async (server) => {
        const { report } = await upload(server, mails(['INBOX'], 3));
        expect(report.totals, said).toMatchObject({ written: 3, failed: 0 });
      });
    }
  });

  it('and takes no more keywords gets the messages without those', async () => {
    let line = '';
    const script: Script = {
      onCommand: (text) => {
        if (text.includes(' APPEND ')) line = text;
        return undefined;
      },
      onAppend: () => (line.includes('extra') ? 'NO [LIMIT] Too many user flags in mailbox' : undefined),
    };
    await withServer(script, async (server) => {
      const messages = mails(['INBOX'], 40, (n) => ({ flags: new Set(n % 10 === 7 ? ['\\Seen', 'extra'] : ['\\Seen']) }));
      const { report, codes } = await upload(server, messages);
      expect(report.totals).toMatchObject({ written: 40, failed: 0 });
      expect(codes['IMAP_FLAG_DROPPED']).toBe(4);
    });
  });

  it('and has a limit for one message that it does not name takes the others', async () => {
    const isLong = (text: string): boolean => text.includes('mail 15');
    // What Dovecot says, and what nobody has heard yet.
    for (const said of ['Mail size is larger than the maximum size allowed by server configuration', 'no']) {
      const onAppend: Script['onAppend'] = (_, messages) => (messages.some(isLong) ? `NO [LIMIT] ${said}` : undefined);
      await withServer({ onAppend }, async (server) => {
        const { report, codes } = await upload(server, mails(['INBOX'], 40));
        expect(report.totals, said).toMatchObject({ written: 39, failed: 1 });
        expect(codes['IMAP_MESSAGE_REFUSED']).toBe(1);
      });
    }
  });

  it('and has a limit for everything is left alone after a while', async () => {
    await withServer({ onAppend: () => 'NO [LIMIT] no' }, async (server) => {
      await expect(upload(server, mails(['INBOX'], 40))).rejects.toMatchObject({ code: 'IMAP_BUSY', retryable: true });
    });
  });

  it('and refuses a keyword, in whatever words, gets the message without it', async () => {
    // The second is what Courier says of a keyword of digits alone.
    for (const said of ['BAD Invalid system or user flag', 'NO Error in IMAP command received by server.']) {
      let line = '';
      const script: Script = {
        onCommand: (text) => {
          if (text.includes(' APPEND ')) line = text;
          return undefined;
        },
        onAppend: () => (line.includes('2004') ? said : undefined),
      };
      await withServer(script, async (server) => {
        const { report, codes } = await upload(
          server,
          mails(['INBOX'], 3, (n) => ({ flags: new Set(n === 1 ? ['2004'] : []) })),
        );
        expect(report.totals, said).toMatchObject({ written: 3, failed: 0 });
        expect(codes['IMAP_FLAG_DROPPED'], said).toBe(1);
      });
    }
  });

  it('and answers SEARCH as IMAP4rev2 does is understood', async () => {
    const stored: { uid: number; text: string }[] = [];
    const onCommand: Script['onCommand'] = (line, tag) =>
      line.includes('SEARCH') ? `* ESEARCH (TAG "${tag}") UID ALL 1:${stored.length}\r\n${tag} OK done\r\n` : undefined;
    await withServer({ stored, onCommand }, async (server) => {
      await upload(server, mails(['INBOX'], 5));
      const { report } = await upload(server, mails(['INBOX'], 5));
      expect(report.totals).toMatchObject({ alreadyPresent: 5, filtered: 0 });
    });
  });

  it('and has little room left is not called too small for what is there already', async () => {
    const path = join(ledger, 'quota.mbox');
    const text = (n: number, size: number) =>
      `From a@x Mon Jan  6 12:00:00 2003\nSubject: ${n}\n\n${'x'.repeat(70)}\n`.padEnd(size, 'text\n');
    const script: Script = {
      capabilities: 'IMAP4rev1 AUTH=PLAIN UIDPLUS LITERAL+ QUOTA',
      onCommand: (line, tag) =>
        line.includes('GETQUOTAROOT') ? `* QUOTAROOT INBOX ""\r\n* QUOTA "" (STORAGE 90 100)\r\n${tag} OK done\r\n` : undefined,
    };
    await withServer(script, async (server) => {
      const warning = async (): Promise<string | undefined> => {
        await using store = await openStore(path, { fromTz: 'UTC' });
        const url = `imap://quota@127.0.0.1:${server.port}/`;
        await using target = await imapTarget({ url, password: async () => 'pw', ledger, ...QUICK });
        target.expect(store.bytes ?? 0, store.files);
        const [short] = target.issues.filter(({ code }) => code === 'IMAP_QUOTA_SHORT');
        await transfer(store, target, { fingerprint: 'a' });
        return short?.note;
      };
      writeFileSync(path, `${text(1, 20_000)}\n${text(2, 20_000)}\n`);
      expect(await warning()).toContain('39.1 KiB to upload, 10.0 KiB free');
      expect(await warning()).toBe(undefined);
      appendFileSync(path, `${text(3, 5000)}\n`);
      expect(await warning()).toBe(undefined);
      appendFileSync(path, `${text(4, 11_264)}\n`);
      expect(await warning()).toContain('11.0 KiB to upload, 10.0 KiB free');
    });
  });

  it('and speaks IMAP4rev2 only gets names in UTF-8, and nothing of IMAP4rev1', async () => {
    const sent = Buffer.from('* LIST (\\Sent \\Subscribed) "/" "Envoyés"\r\n', 'utf8').toString('latin1');
    const made: string[] = [];
    const script: Script = {
      capabilities: 'IMAP4rev2 AUTH=PLAIN',
      onCommand: (line, tag, literals) => {
        if (line.includes('CREATE')) made.push(...literals.map((name) => Buffer.from(name, 'latin1').toString('utf8')));
        if (line.includes(' LIST ')) return `${sent}${tag} OK done\r\n`;
        return line.includes('LSUB') ? `${tag} BAD what is LSUB\r\n` : undefined;
      },
    };
    await withServer(script, async (server) => {
      const messages = [...mails(['sent-mail'], 3), ...mails(['Größe & Co'], 2)];
      const { report, plan } = await upload(server, messages);
      expect(report.totals).toMatchObject({ written: 5, failed: 0 });
      expect(JSON.stringify(report.issues)).toContain('sent-mail → Envoyés (');
      expect(plan.folders.map(({ mailbox }) => mailbox)).toEqual(['Envoy&AOk-s', 'Gr&APYA3w-e &- Co']);
      expect(server.commands.filter((line) => /&|LSUB/.test(line))).toEqual([]);
      expect(made).toEqual(['Größe & Co']);
      expect(server.commands.join('\n')).toMatch(/AUTHENTICATE PLAIN \S/);
      const account = await openImap({ url: `imap://ann@127.0.0.1:${server.port}/`, password: async () => 'pw' });
      const folders = [];
      for await (const folder of account.folders()) folders.push([folder.path, folder.subscribed]);
      await account[Symbol.asyncDispose]();
      expect(folders).toEqual([[['Envoyés'], true]]);
    });
  });

  it('and has a name that holds no mail gets the folder made', async () => {
    let isMade = false;
    const onCommand: Script['onCommand'] = (line, tag) => {
      if (line.includes(' LIST '))
        return `* LIST (${isMade ? '' : '\\Noselect '}\\HasChildren) "/" Work\r\n* LIST () "/" Work/a\r\n${tag} OK done\r\n`;
      if (line.includes(' CREATE Work')) isMade = true;
      if (line.includes(' SELECT Work') && !isMade) return `${tag} NO [NONEXISTENT] no mail in this name\r\n`;
      return undefined;
    };
    await withServer({ onCommand }, async (server) => {
      const { report } = await upload(server, mails(['Work'], 3));
      expect(report.totals).toMatchObject({ written: 3 });
    });
  });

  it('and has a name that can never hold mail gets another folder', async () => {
    const onCommand: Script['onCommand'] = (line, tag) => {
      if (/ LIST "" "?\*/.test(line)) return `* LIST (\\Noselect \\HasChildren) "/" Work\r\n${tag} OK done\r\n`;
      if (/ LIST "" Work$/.test(line)) return `* LIST (\\Noselect \\HasChildren) "/" Work\r\n${tag} OK done\r\n`;
      if (/ CREATE Work$/.test(line)) return `${tag} NO [ALREADYEXISTS] there\r\n`;
      if (/ (SELECT|STATUS) Work\b(?!_)/.test(line)) return `${tag} NO no mail in this name\r\n`;
      return undefined;
    };
    await withServer({ onCommand }, async (server) => {
      const { report, plan, codes } = await upload(server, mails(['Work'], 3));
      expect(report.totals).toMatchObject({ written: 3 });
      expect(plan.folders).toMatchObject([{ mailbox: 'Work_2' }]);
      expect(codes['IMAP_FOLDER_RENAMED']).toBe(1);
    });
  });

  it('and has the folder in another case gets the mail into it', async () => {
    const onCommand: Script['onCommand'] = (line, tag) => {
      if (/ LIST "" /.test(line)) return `* LIST () "/" Projects\r\n${tag} OK done\r\n`;
      if (/ CREATE projects$/.test(line)) return `${tag} NO [ALREADYEXISTS] there\r\n`;
      return undefined;
    };
    for (const greeting of ['* OK The Microsoft Exchange IMAP4 service is ready.\r\n', '* OK IMAP ready\r\n'])
      await withServer({ greeting, onCommand }, async (server) => {
        const { report, plan } = await upload(server, mails(['projects'], 3));
        expect(report.totals).toMatchObject({ written: 3 });
        expect(plan.folders, greeting).toMatchObject([{ mailbox: 'Projects' }]);
      });
  });

  it('and keeps one copy of the same mail tells of the one that was there: it is not ours to take back', async () => {
    const stored: { uid: number; text: string }[] = [];
    let isKnown = false;
    const onAppend: Script['onAppend'] = () => (isKnown ? { raw: 'TAG OK [APPENDUID 7 1] done\r\n' } : undefined);
    await withServer({ stored, onAppend }, async (server) => {
      await upload(server, mails(['INBOX'], 1));
      isKnown = true;
      const [one, two] = mails(['INBOX'], 2);
      if (one === undefined || two === undefined) throw new Error('two messages');
      const { report } = await upload(server, [one, two]);
      expect(report.totals).toMatchObject({ written: 0, alreadyPresent: 2 });
    });
  });

  it('and drops the connection in any command is called again', async () => {
    for (const name of ['CREATE', 'STATUS', 'SUBSCRIBE', 'SEARCH', 'STORE', 'FETCH']) {
      let isCut = false;
      let flags = ['\\Seen'];
      const drop: { now: () => void } = { now: () => undefined };
      const onCommand: Script['onCommand'] = (line) => {
        if (isCut || !line.includes(` ${name} `)) return undefined;
        isCut = true;
        drop.now();
        return '';
      };
      await withServer({ onCommand }, async (server) => {
        drop.now = () => server.drop();
        const messages = () => mails(['Work'], 3, () => ({ flags: new Set(flags) }));
        const own = { ledger: mkdtempSync(join(ledger, 'own-')), subscribe: true };
        await upload(server, messages(), own);
        flags = ['\\Seen', '\\Flagged'];
        const { report } = await upload(server, messages(), own);
        await upload(server, messages(), { ...own, ledger: mkdtempSync(join(ledger, 'none-')) });
        expect(report.totals, name).toMatchObject({ alreadyPresent: 3 });
        expect(isCut, name).toBe(true);
        expect(server.stored.length, name).toBe(3);
      });
    }
  });

  it('and takes no flags any more keeps the messages as they are', async () => {
    const onCommand: Script['onCommand'] = (line, tag) => (line.includes(' STORE ') ? `${tag} NO [NOPERM] not yours\r\n` : undefined);
    await withServer({ onCommand }, async (server) => {
      await upload(server, mails(['INBOX'], 3));
      const { report, codes } = await upload(
        server,
        mails(['INBOX'], 3, (n) => ({ flags: new Set(n === 1 ? ['\\Flagged'] : []) })),
      );
      expect(report.totals).toMatchObject({ alreadyPresent: 3, updated: 0 });
      expect(codes['IMAP_FLAG_DROPPED']).toBe(1);
    });
  });

  it('and takes its time, saying so, is waited for; but not for ever', async () => {
    let tag = '';
    const onCommand: Script['onCommand'] = (line, its) => {
      if (line.includes(' APPEND ')) tag = its;
      return undefined;
    };
    let answer = (): void => undefined;
    const onAppend: Script['onAppend'] = () => {
      setTimeout(() => answer(), 2500);
      return 'silence';
    };
    await withServer({ onCommand, onAppend }, async (server) => {
      const words = setInterval(() => server.say('* OK Hang in there..\r\n'), 50);
      answer = () => server.say(`${tag} OK [APPENDUID 7 1] done\r\n`);
      expect((await upload(server, mails(['INBOX'], 1), { timeoutMs: 1000 })).codes['IMAP_RECONNECTED']).toBeUndefined();
      clearInterval(words);
    });
    await withServer({ onCommand: (line) => (line.includes('NAMESPACE') ? '' : undefined) }, async (server) => {
      const words = setInterval(() => server.say('* OK Hang in there..\r\n'), 20);
      await expect(upload(server, mails(['INBOX'], 1), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'IMAP_TIMEOUT' });
      clearInterval(words);
    });
  });
});
