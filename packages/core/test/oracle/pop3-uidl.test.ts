import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dovecotHome, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import { type MailStore, maildirTarget, openMaildir, openMbox, transfer } from '../../src/index.js';

const scratch = mkdtempSync(join(tmpdir(), 'mailferry-uidl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** UIDLs of the Maildir that a source becomes, as a server with a format of its own gives them. */
async function uidlsAfter(home: string, source: MailStore): Promise<readonly string[]> {
  await using store = source;
  await using target = await maildirTarget(join(home, 'Maildir'));
  await transfer(store, target);
  return dovecotHome(join(home, 'Maildir'), 'maildir:~/in', 'pop3_uidl_format=new-%v-%u').uidl;
}

/** Headers of which Dovecot takes its MD5. */
const HEADERS = [
  'Date: Mon, 1 Jan 2001 00:00:00 +0000\nMessage-ID: <a@b>\n',
  'Received: from a by b; x\n\twith id; y\nDate: Mon, 1 Jan 2001 00:00:00 +0000\nMessage-ID: <a@b>\nReceived: second\n',
  'Delivered-To: a@b\nReceived: r\nStatus: RO\nDelivered-To: c@d\nX-Delivery-ID: 77\n',
  'Message-ID:\n <folded@b>\n',
  'Date:   spaces  \nmessage-id:<nospace>  \n',
  'Date : late colon\nMessage-ID:\t\ttab\n',
  'Subject: none\n Date: folded\n',
  'Date: cr\r\nMessage-ID: <x>\r\n y\r\n',
  'Date: a\nnot a header line\nMessage-ID: <\u00e4\0>\n',
  'Received: a\nReceived:\n b\nDate: d\n',
];

describe.runIf(hasDovecot())('POP3 UIDLs of a real pop3d', () => {
  it.each([
    ['uw', '%08Xv%08Xu'],
    ['cyrus', '%v.%u'],
    ['%08Xu%08Xv', '%08Xu%08Xv'],
    ['%5u.%-5u.%-05u.%3v.%1.2v.%-4.02v.%0.-4v', '%5u.%-5u.%-05u.%3v.%1.2v.%-4.02v.%0.-4v'],
    ['%Ru.%10Mv.%8UMm.%UXv%%', '%Ru.%10Mv.%8UMm.%UXv%%'],
    ['%g', '%g'],
    ['%{uidvalidity | hex(8)}%{uid | hex(8)}', '%08Xv%08Xu'],
  ])('%s: the Maildir has those of the mbox, whatever the new server makes of its own', async (format, served) => {
    const home = mkdtempSync(join(scratch, 'home-'));
    mkdirSync(join(home, 'mail'));
    copyFileSync('test-fixtures/mbox/dovecot/input.mbox', join(home, 'mbox'));
    const before = dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', `pop3_uidl_format=${served}`);
    expect(before.uidl.length).toBeGreaterThan(0);
    expect(await uidlsAfter(home, await openMbox(join(home, 'mbox'), { pop3Uidl: format }))).toEqual(before.uidl);
  });

  it('%m: the MD5 of any header', async () => {
    const home = mkdtempSync(join(scratch, 'md5-'));
    mkdirSync(join(home, 'mail'));
    const mails = HEADERS.map((header, i) => `From a@b Mon Jan  1 00:00:0${i} 2001\n${header}X-N: ${i}\n\nbody\n\n`);
    writeFileSync(join(home, 'mbox'), mails.join(''), 'latin1');
    const before = dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', 'pop3_uidl_format=%m');
    expect(before.uidl).toHaveLength(HEADERS.length);
    expect(await uidlsAfter(home, await openMbox(join(home, 'mbox'), { pop3Uidl: '%m' }))).toEqual(before.uidl);
  });

  it.each(['%f', '%g', '%Mf.%1.12f', '%08Xu%08Xv'])('%s: the Maildir has those of the Maildir that it was', async (format) => {
    const home = mkdtempSync(join(scratch, 'maildir-'));
    const old = join(home, 'old');
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(old, name), { recursive: true });
    const names = [
      'cur/1000000000.M1P1.host,S=24:2,S',
      'cur/1000000001.M2P2.host:2,',
      'cur/1000000002.M3P3.host,S=24:2,',
      'new/1000000003.Vfe.a',
    ];
    for (const [i, name] of names.entries()) writeFileSync(join(old, name), `From: a@b\nSubject: ${i}\n\nb\n`);
    const lines = ['5 :1000000000.M1P1.host,S=24', '9 Gits-guid :1000000001.M2P2.host', '11 Pkept.one :1000000002.M3P3.host,S=24'];
    writeFileSync(join(old, 'dovecot-uidlist'), `3 V1000 N30 G0123456789abcdef0123456789abcdef\n${lines.join('\n')}\n`);
    const before = dovecotHome(old, 'maildir:~/in', `pop3_uidl_format=${format}`);
    const after = await uidlsAfter(home, await openMaildir(old, { pop3Uidl: format }));
    // The server gives a UID to the fourth when it looks; it has none before.
    const isOfUid = format.includes('u');
    expect(after.slice(0, isOfUid ? 3 : 4)).toEqual(before.uidl.slice(0, isOfUid ? 3 : 4));
  });

  it('tells of messages in INBOX that get none', async () => {
    const home = mkdtempSync(join(scratch, 'none-'));
    copyFileSync('test-fixtures/mbox/dovecot/input.mbox', join(home, 'mbox'));
    await using source = await openMbox(join(home, 'mbox'), { pop3Uidl: '%f' });
    await using target = await maildirTarget(join(home, 'Maildir'));
    const { issues } = await transfer(source, target);
    expect(issues.find(({ code }) => code === 'UIDL_DROPPED')).toMatchObject({ count: 4 });
  });
});
