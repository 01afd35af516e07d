import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Item, type MailTarget, memoryTarget, withItemFiles } from '../../src/index.js';

const ZONE = 'BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n';

function contact(uid: string, folder: readonly string[] = ['Contacts']): Item {
  return { kind: 'contact', folder, sourceId: uid, uid, format: 'vcard', text: `BEGIN:VCARD\r\nUID:${uid}\r\nEND:VCARD\r\n`, issues: [] };
}

function event(uid: string): Item {
  const text = `${ZONE}BEGIN:VEVENT\r\nUID:${uid}\r\nEND:VEVENT\r\n`;
  return { kind: 'appointment', folder: ['Calendar'], sourceId: uid, uid, format: 'icalendar', text, issues: [] };
}

async function statuses(target: MailTarget, items: readonly Item[]): Promise<string[]> {
  async function* each(): AsyncGenerator<Item> {
    yield* items;
  }
  const found: string[] = [];
  for await (const { item, status } of target.deliverItems?.(each()) ?? []) found.push(`${item.uid} ${status}`);
  return found;
}

describe('item files', () => {
  let root = '';
  const target = () => withItemFiles(memoryTarget(), join(root, 'items'));
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mailferry-items-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are one a folder, whole in every run', async () => {
    expect(await statuses(target(), [contact('a'), event('e'), contact('b'), event('f')])).toEqual([
      'a written',
      'b written',
      'e written',
      'f written',
    ]);
    expect(readdirSync(join(root, 'items')).sort()).toEqual(['Calendar.ics', 'Contacts.vcf']);
    const calendar = readFileSync(join(root, 'items/Calendar.ics'), 'utf8');
    expect(calendar.split('BEGIN:VTIMEZONE')).toHaveLength(2);
    expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n.*UID:e\r\n.*UID:f\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n$/s);
    expect(await statuses(target(), [contact('b'), contact('c')])).toEqual(['b alreadyPresent', 'c written']);
    expect(readFileSync(join(root, 'items/Contacts.vcf'), 'utf8').match(/UID:./g)).toEqual(['UID:b', 'UID:c']);
  });

  it('have names that every file system takes and that do not collide', async () => {
    await statuses(target(), [
      contact('a', ['A/B']),
      contact('b', ['a_b']),
      contact('c', ['..', '..', 'etc']),
      contact('d', ['é'.repeat(300)]),
    ]);
    const names = readdirSync(join(root, 'items')).sort();
    expect(names).toHaveLength(4);
    expect(names).toEqual(expect.arrayContaining(['A_B.vcf', 'a_b-2.vcf']));
    expect(names.every((name) => Buffer.byteLength(name) <= 210 && !name.startsWith('.'))).toBe(true);
  });

  it('are never written through a symbolic link', async () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'items'));
    await expect(statuses(target(), [contact('a')])).rejects.toMatchObject({ code: 'TARGET_SYMLINK' });
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  });

  it('make no directory when there is nothing to keep', async () => {
    expect(await statuses(target(), [])).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });
});
