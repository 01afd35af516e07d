import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dovecotHome, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import { maildirTarget, openMbox, transfer } from '../../src/index.js';

const scratch = mkdtempSync(join(tmpdir(), 'mailferry-uidl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.runIf(hasDovecot())('POP3 UIDLs of a real pop3d', () => {
  it.each([
    ['uw', '%08Xv%08Xu'],
    ['cyrus', '%v.%u'],
    ['%08Xu%08Xv', '%08Xu%08Xv'],
    ['%u', '%u'],
    ['%v-%u', '%v-%u'],
  ])('%s: the Maildir has those of the mbox, whatever the new server makes of its own', async (format, served) => {
    const home = mkdtempSync(join(scratch, 'home-'));
    mkdirSync(join(home, 'mail'));
    copyFileSync('test-fixtures/mbox/dovecot/input.mbox', join(home, 'mbox'));
    const before = dovecotHome(home, 'mbox:~/in/mail:INBOX=~/in/mbox', `pop3_uidl_format=${served}`);
    {
      await using source = await openMbox(join(home, 'mbox'), { pop3Uidl: format });
      await using target = await maildirTarget(join(home, 'Maildir'));
      await transfer(source, target);
    }
    expect(before.uidl.length).toBeGreaterThan(0);
    expect(dovecotHome(join(home, 'Maildir'), 'maildir:~/in', 'pop3_uidl_format=new-%v-%u').uidl).toEqual(before.uidl);
  });
});
