import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, mailferry } from './run-program.js';

const MAKE = fileURLToPath(new URL('../../../scripts/make-pst.mjs', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'cli-pst-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const temporary = (): string => mkdtempSync(join(scratch, 'x-'));

function made(kind: string): string {
  const path = join(temporary(), `${kind}.pst`);
  execFileSync(process.execPath, [MAKE, '1', kind, path]);
  return path;
}

/** Messages by folder, as inspect counts them. */
async function folders(path: string, ...flags: string[]): Promise<Record<string, number>> {
  const run = await mailferry(['inspect', '--json', ...flags, path]);
  expect(run.status).toBe(0);
  const found = jsonLines(run.stdout).at(-1)?.['folders'] as { path: string[]; messages: number }[];
  return Object.fromEntries(found.map(({ path: names, messages }) => [names.join('/'), messages]));
}

describe('what is read of a PST', () => {
  const path = made('oddMail');

  it('is the mail, and more on request', async () => {
    expect(await folders(path)).toEqual({ INBOX: 16, Junk: 1 });
    expect(await folders(path, '--pst-include', 'sync-issues', '--pst-include', 'hidden')).toMatchObject({ 'Sync Issues': 1, Hidden: 1 });
    expect(await folders(path, '--pst-include', 'associated')).toMatchObject({ 'Associated Items/INBOX': 1 });
    expect(await folders(path, '--pst-include', 'search-folders')).toMatchObject({ INBOX: 16, 'Search Folders/Unread Mail': 2 });
    expect(await folders(path, '--recoverable')).toMatchObject({ 'Recoverable Items/Deletions': 1 });
    expect(Object.keys(await folders(path, '--pst-include', 'outside')).length).toBeGreaterThan(2);
    expect((await mailferry(['inspect', '--pst-include', 'everything', path])).status).toBe(64);
    const { stdout } = await mailferry(['inspect', path]);
    expect(stdout).toMatch(/not read by default: syncIssues \(--pst-include sync-issues reads it\)/);
    expect(stdout).toMatch(/not read by default: recoverableItems \(--recoverable reads it\)/);
  });

  it('has what was in a winmail.dat, or the file itself', async () => {
    const mails = async (...flags: string[]): Promise<string> => {
      const target = join(temporary(), 'maildir');
      expect((await mailferry(['convert', ...flags, path, target])).status).toBe(0);
      const names = readdirSync(join(target, 'cur'));
      return names.map((name) => readFileSync(join(target, 'cur', name), 'latin1')).join('');
    };
    expect(await mails()).toMatch(/filename=plan\.txt/);
    const kept = await mails('--keep-winmail');
    expect(kept).toMatch(/filename=winmail\.dat/);
    expect(kept).not.toMatch(/plan\.txt/);
  });

  it('keeps the mark of deletion on request', async () => {
    const flags = async (...more: string[]): Promise<string> => (await mailferry(['inspect', ...more, path])).stdout;
    expect(await flags()).not.toContain('\\Deleted');
    expect(await flags('--keep-deleted')).toContain('\\Deleted 1');
  });
});

describe('contacts, appointments and tasks of a PST', () => {
  const path = made('items');

  it('are files beside the target, files elsewhere, mail, or only counted', async () => {
    const root = temporary();
    const convert = async (name: string, ...flags: string[]) => {
      const run = await mailferry(['convert', '--json', ...flags, path, join(root, name)]);
      expect(run.status).toBe(0);
      return jsonLines(run.stdout).at(-1)?.['totals'];
    };
    expect(await convert('a')).toMatchObject({ read: 1, items: { read: 13, written: 13 } });
    expect(readdirSync(join(root, 'a-items')).sort()).toEqual(['Calendar.ics', 'Contacts.vcf', 'Journal.ics', 'Tasks.ics']);
    expect(await convert('b', '--items', join(root, 'elsewhere'), '--vcard', '3')).toMatchObject({ items: { written: 13 } });
    expect(readFileSync(join(root, 'elsewhere/Contacts.vcf'), 'utf8')).toContain('VERSION:3.0');
    expect(await convert('c', '--items', 'mail')).toMatchObject({ read: 14, written: 14, items: { read: 0 } });
    expect(await convert('d', '--items', 'none')).toMatchObject({ read: 1, items: { read: 13, filtered: 13 } });
    expect(readdirSync(root).filter((name) => name.endsWith('-items'))).toEqual(['a-items']);
    // Not wanted by this comparison, and not by the conversion.
    for (const args of [
      ['--items', 'none', path, join(root, 'a')],
      [path, join(root, 'd')],
    ]) {
      const { status, stdout } = await mailferry(['verify', ...args]);
      expect([status, stdout]).toEqual([
        0,
        expect.stringContaining('      13  contacts, appointments and the like are no mail and were not compared\n'),
      ]);
    }
    expect((await mailferry(['verify', '--items', join(root, 'd-items'), path, join(root, 'd')])).status).toBe(1);
    const verified = await mailferry(['verify', '--items', 'mail', path, join(root, 'c')]);
    expect([verified.status, verified.stderr]).toEqual([0, '']);
  });

  it('are written again when their files are gone, although nobody changed the PST', async () => {
    const target = join(temporary(), 'maildir');
    const convert = async (...flags: string[]) => {
      const run = await mailferry(['convert', '--json', ...flags, path, target]);
      expect(run.status).toBe(0);
      return jsonLines(run.stdout).at(-1)?.['totals'];
    };
    await convert();
    const files = () => readdirSync(`${target}-items`).map((name) => [name, readFileSync(join(`${target}-items`, name), 'utf8')]);
    const first = files();
    expect(await convert()).toMatchObject({ bytesRead: 0, items: { read: 13, alreadyPresent: 13 } });
    rmSync(join(`${target}-items`, 'Calendar.ics'));
    expect(await convert('--dry-run')).toMatchObject({ items: { read: 13, written: 13 } });
    expect(await convert()).toMatchObject({ written: 0, items: { read: 13, written: 8, alreadyPresent: 5 } });
    expect(files()).toEqual(first);
    rmSync(`${target}-items`, { recursive: true });
    expect(await convert()).toMatchObject({ written: 0, items: { read: 13, written: 13 } });
    expect(files()).toEqual(first);
    expect(await convert()).toMatchObject({ bytesRead: 0, items: { read: 13, alreadyPresent: 13 } });
  });

  it('are looked for by verify, and told when the run has fewer than their files', async () => {
    const target = join(temporary(), 'maildir');
    const converted = await mailferry(['convert', '--verify', path, target]);
    expect(converted.stdout).toContain('      13  of 13 contacts, appointments and the like are in the files beside it\n');
    expect((await mailferry(['convert', path, target])).stdout).toContain(
      `13  of 13 contacts, appointments and the like were in ${target}-items after the last run\n`,
    );
    rmSync(join(`${target}-items`, 'Calendar.ics'));
    const contacts = join(`${target}-items`, 'Contacts.vcf');
    writeFileSync(contacts, `${readFileSync(contacts, 'utf8')}BEGIN:VCARD\r\nUID:1\r\nEND:VCARD\r\n`);
    const verified = await mailferry(['verify', '--json', path, target]);
    const lines = jsonLines(verified.stdout);
    expect(lines.filter(({ type }) => type === 'difference').map(({ kind, note }) => `${kind} ${note}`)).toEqual(
      Array(8).fill('missing appointment'),
    );
    expect([verified.status, lines.at(-1)]).toMatchObject([1, { failures: 8, items: { expected: 13, equal: 5 } }]);
    const again = await mailferry(['convert', '--thorough', path, target]);
    expect(again.stderr).toContain(`notice[ITEMS_KEPT]`);
    expect((await mailferry(['verify', path, target])).status).toBe(0);
    expect((await mailferry(['verify', '--items', 'files', path, 'imap://ann@127.0.0.1:1/'])).status).toBe(64);
  });

  it('can be mail for inspect and upload, too', async () => {
    expect(await folders(path, '--items', 'mail')).toMatchObject({ Contacts: 2, Calendar: 8, Tasks: 2, Journal: 1, Notes: 1 });
    for (const command of ['convert', 'upload', 'inspect', 'verify']) {
      const { stdout } = await mailferry([command, '--help']);
      for (const flag of ['--items', '--vcard', '--recoverable', '--pst-include', '--keep-winmail', '--keep-deleted', '--codepage'])
        expect(stdout).toContain(flag);
    }
    expect((await mailferry(['upload', '--items', 'files', path, 'imap://ann@127.0.0.1:1/'])).status).toBe(64);
  });
});
