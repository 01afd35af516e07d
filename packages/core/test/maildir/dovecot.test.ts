import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { dovecotHome, dovecotViews, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import { type Folder, type Message, maildirTarget, transfer } from '../../src/index.js';
import { sampleMessages, sampleStore } from '../conformance/targets.js';
import { asNobody, nobody, PollingDovecot, writeConfiguration } from './polling-dovecot.js';
import { readMaildir, textOf, uidlist } from './read-maildir.js';
import { startSample } from './run-sample.js';

const home: string = mkdtempSync(join(tmpdir(), 'mailferry-dovecot-'));
chmodSync(home, 0o755);
afterAll(() => rmSync(home, { recursive: true }));

/** UIDs by base name, as the last lines of the ledger say; those that it does not know are left out. */
function ledgerUids(root: string): Map<string, number> {
  const uids = new Map<string, number>();
  for (const line of textOf(join(root, 'mailferry-ledger')).split('\n')) {
    const [kind, folder, identity, uid] = line === '' ? [] : (JSON.parse(line) as [string, number, string, number]);
    if (kind === 'm' && folder === 0 && uid !== undefined && uid > 0) {
      uids.set(`${identity?.slice(0, 20)}${identity?.slice(64)}`, uid);
    }
  }
  return uids;
}

describe.runIf(hasDovecot())('a real Dovecot', () => {
  it('that polls during runs that are killed never gives UIDs of its own to our files', async () => {
    const place = join(home, 'polled');
    const root = join(place, 'Maildir');
    mkdirSync(place, { mode: 0o755 });
    const { uid, gid } = nobody();
    chownSync(place, Number(uid), Number(gid));
    writeConfiguration(home);
    const user = { SAMPLE_UID: uid, SAMPLE_GID: gid };
    const dovecot = new PollingDovecot(home, root);
    const polling = dovecot.poll();
    for (const wait of [60, 130, 350]) {
      const run = startSample([root, '400', '10', '0'], user);
      await run.begun;
      await sleep(wait);
      run.child.kill('SIGKILL');
      await run.ended;
      await sleep(60);
    }
    expect(await startSample([root, '400', '50', '0'], user).ended).toContain('"failed":0');
    await sleep(100);
    const seen = await dovecot.stop();
    await polling;
    expect(seen.errors).toEqual([]);
    expect(seen.polls).toBeGreaterThan(5);
    expect(seen.uidValidities).toEqual(['1143956134']);
    expect(seen.uidNexts).toEqual([...seen.uidNexts].sort((a, b) => a - b));

    const found = readMaildir(root);
    expect(found).toHaveLength(400);
    const listed = new Map(uidlist(root).map((entry) => [entry.base.split('.')[2]?.split(',')[0], entry.uid]));
    for (const [key, given] of ledgerUids(root)) expect(listed.get(key), key).toBe(given);
    const [view] = dovecotViews([root]);
    expect(view?.head).toMatchObject({ uidvalidity: 1143956134, uidnext: 100_000, errors: [] });
    expect(view?.messages).toHaveLength(found.filter(({ folder }) => folder[0] === 'INBOX').length);
  }, 120_000);

  it('lists the folders of LAYOUT=fs, subscriptions and POP3 UIDLs', async () => {
    const root = join(home, 'fs');
    const paths = [['INBOX'], ['a.b', 'c'], ['Été', 'cur'], ['~x'], ['100%'], ['a*b']];
    const folders: Folder[] = paths.map((path) => ({ path, subscribed: path.length > 1 }));
    const [sample] = sampleMessages();
    const messages = paths.map((folder, i): Message => {
      return { ...(sample as Message), folder, pop3Uidl: `uidl-${i}`, uid: 1, sourceId: `${i}` };
    });
    {
      await using target = await maildirTarget(root, { layout: 'fs', fsync: 'none' });
      await transfer(sampleStore(messages, folders), target);
    }
    const seen = dovecotHome(root, 'maildir:~/in:LAYOUT=fs');
    const names = ['INBOX', 'a.b/c', '&AMk-t&AOk-/cur_', '_x', '100%', 'a*b'];
    expect([...seen.folders].sort()).toEqual([...names].sort());
    expect([...seen.subscribed].sort()).toEqual(['&AMk-t&AOk-/cur_', 'a.b/c']);
    expect(seen.uidl).toEqual(['uidl-0']);
    for (const name of names) expect(seen.view[name]?.[1], name).toHaveLength(1);
    for (const name of names) expect(seen.view[name]?.[0].errors, name).toEqual([]);
  });

  it('takes the keywords that have no letter from mailferry-keywords.sh: KEYWORDS_EXHAUSTED', async () => {
    const root = join(home, 'keywords');
    const keywords = Array.from({ length: 29 }, (_, i) => `k${i}`);
    const [sample] = sampleMessages();
    const message: Message = { ...(sample as Message), flags: new Set(keywords) };
    {
      await using target = await maildirTarget(root, { fsync: 'none' });
      const report = await transfer(sampleStore([message], [{ path: ['INBOX'], keywords }]), target);
      expect(report.issues.map(({ code }) => code)).toContain('KEYWORDS_EXHAUSTED');
    }
    expect(dovecotViews([root])[0]?.messages[0]?.keywords).toHaveLength(26);
    const served = join(home, 'served');
    cpSync(root, served, { recursive: true });
    const configuration = writeConfiguration(home);
    execFileSync('chown', ['-R', 'nobody:nogroup', served]);
    const [program = '', ...rest] = asNobody(home);
    const doveadm = `doveadm -c ${configuration} -o mail_location=maildir:${served}`;
    execFileSync(program, [...rest, `DOVEADM=${doveadm}`, 'sh', join(served, 'mailferry-keywords.sh')]);
    const flags = execFileSync(program, [...rest, ...doveadm.split(' '), 'fetch', 'flags', 'all'], { encoding: 'utf8' });
    expect(flags.trim().split(/\s+/).slice(1).sort()).toEqual([...keywords].sort());
  });
});
