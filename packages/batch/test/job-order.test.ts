import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BatchLock } from '../src/batch-lock.js';
import type { Job } from '../src/job.js';
import { factsOfReport, readJobMessage } from '../src/job-message.js';
import { absoluteJob, orderOf } from '../src/job-order.js';
import { isPerson, parsePasswd } from '../src/passwd.js';
import { readSecret } from '../src/secret.js';

const job = (more: Partial<Job> = {}): Job => ({
  id: 'ann',
  user: 'ann',
  sources: ['mbox:/home/ann/mail:INBOX=/var/mail/ann'],
  target: '/home/ann/Maildir',
  priority: 0,
  options: {},
  ...more,
});

describe('the order of a job', () => {
  it('is a command of the program', () => {
    expect(
      orderOf(job({ options: { layout: 'fs', verify: true, owner: 'vmail' }, folderMap: '/m' }), {
        defaults: { layout: 'maildir++', fsync: 'none' },
        dryRun: true,
        lanes: 0,
      }),
    ).toEqual({
      command: 'convert',
      args: ['mbox:/home/ann/mail:INBOX=/var/mail/ann', '/home/ann/Maildir'],
      flags: { layout: ['fs'], fsync: ['none'], 'folder-map': ['/m'], 'dry-run': ['1'] },
      lanes: 0,
    });
  });

  it('compares only what was written', () => {
    expect(orderOf(job({ options: { verify: true } })).flags).toEqual({ verify: ['1'] });
    expect(orderOf(job({ options: { verify: true } }), { dryRun: true }).flags).toEqual({ 'dry-run': ['1'] });
  });

  it('signs in at a server as the login, the user, or whom the URL names', () => {
    const target = 'imaps://mail.example.org/';
    expect(orderOf(job({ target }), { password: 'x' })).toMatchObject({ command: 'upload', flags: { user: ['ann'] }, password: 'x' });
    expect(orderOf(job({ target, login: 'ann@new', authUser: 'admin' })).flags).toEqual({ user: ['ann@new'], 'auth-user': ['admin'] });
    expect(orderOf(job({ target: 'imaps://a.b@mail.example.org/' }), { passwordFile: '/p' }).flags).toEqual({ 'password-file': ['/p'] });
  });

  it('has none of what the batch decides', () => {
    for (const name of ['config', 'log-file', 'report', 'json', 'dry-run'])
      expect(() => orderOf(job({ options: { [name]: 'x' } }))).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
    expect(() => orderOf(job(), { defaults: { owner: 'x' } })).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
    expect(() => orderOf(job({ sources: ['-'] }))).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });

  it('means the same in every directory', () => {
    const moved = absoluteJob(
      job({ sources: ['mail/x', 'mbox:mail:INBOX=/var/mail/ann', '/a', 'maildir:'], target: 'imaps://x/', folderMap: 'map' }),
      '/srv',
    );
    expect(moved).toMatchObject({
      sources: ['/srv/mail/x', 'mbox:/srv/mail:INBOX=/var/mail/ann', '/a', 'maildir:'],
      target: 'imaps://x/',
      folderMap: '/srv/map',
    });
  });
});

describe('what the process of a job says', () => {
  it('is believed in its form alone', () => {
    expect(readJobMessage({ type: 'end', exitStatus: 3e9, code: 'x'.repeat(500), message: 7 })).toEqual({
      type: 'end',
      exitStatus: 255,
      code: 'x'.repeat(80),
    });
    expect(readJobMessage({ type: 'progress', messages: -1, bytesRead: 'many', bytesTotal: Number.NaN })).toEqual({
      type: 'progress',
      messages: 0,
      bytesRead: 0,
    });
    for (const bad of [null, 7, 'end', {}, { type: 'report', report: null }, { type: 'report' }, []])
      expect(readJobMessage(bad)).toBeUndefined();
    expect(factsOfReport({ verdict: 7, totals: { read: '9', written: 2 } })).toMatchObject({ totals: { read: 0, written: 2 } });
    const failures = [{ code: 'PST_BLOCK_CRC', count: 13 }, { code: 'no code', count: 1 }, null, { code: 'DISK_FULL', count: '7' }];
    expect(factsOfReport({ verdict: 'two are there', failures })).toEqual({ verdict: '13 PST_BLOCK_CRC; two are there' });
    expect([factsOfReport(null), factsOfReport({ totals: null })]).toEqual([{}, {}]);
  });
});

describe('secrets', () => {
  it('are read when the job runs, and not shown when that fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-'));
    const path = join(folder, 'pw');
    writeFileSync(path, 'correct horse\nbattery\n');
    expect(await readSecret({ kind: 'file', path })).toBe('correct horse');
    expect(await readSecret({ kind: 'command', command: 'printf "staple\\nno"' })).toBe('staple');
    writeFileSync(path, 'user,source,target,password\nann,/a,/b,pw1\nbob,/a,/b,\n');
    expect(await readSecret({ kind: 'manifest', path, record: 1 })).toBe('pw1');
    for (const bad of [
      { kind: 'manifest', path, record: 2 },
      { kind: 'file', path: join(folder, 'none') },
      { kind: 'command', command: 'echo secret >&2; echo secret; exit 3' },
    ] as const) {
      const error: unknown = await readSecret(bad).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'IMAP_NO_SECRET' });
      expect(JSON.stringify([error, String(error)])).not.toContain('secret"');
    }
    rmSync(folder, { recursive: true });
  });
});

describe('the lock of a batch', () => {
  it('is held by one, taken over from the dead, and given back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lock-'));
    const path = join(folder, 'state.jsonl');
    {
      using _lock = new BatchLock(path);
      expect(() => new BatchLock(path)).toThrow(expect.objectContaining({ code: 'BATCH_RUNNING', retryable: true }));
    }
    new BatchLock(path)[Symbol.dispose]();
    // A number that another process has by now, a process that never was, and one of another machine.
    writeFileSync(`${path}.lock`, `${process.pid} 1 ${process.env['HOSTNAME'] ?? ''}`.replace(/ $/u, ' elsewhere'));
    expect(() => new BatchLock(path)).toThrow(expect.objectContaining({ code: 'BATCH_RUNNING' }));
    rmSync(folder, { recursive: true });
  });
});

describe('passwd', () => {
  it('tells people from services', () => {
    const text =
      'root:x:0:0::/root:/bin/sh\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n+nis\n# no\nbad:x:y:z::/:\nnobody:x:65534:65534::/nonexistent:\nдаша:x:2000:100::/home/даша:\n';
    expect(parsePasswd(text).filter(isPerson)).toEqual([
      { user: 'ann', uid: 1000, gid: 1000, home: '/home/ann' },
      { user: 'даша', uid: 2000, gid: 100, home: '/home/даша' },
    ]);
  });
});
