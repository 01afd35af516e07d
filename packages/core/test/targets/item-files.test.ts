import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareItemFiles, type Item, type MailTarget, memoryTarget, withItemFiles } from '../../src/index.js';

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

  it('are one a folder, and keep what they have', async () => {
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
    expect(readFileSync(join(root, 'items/Contacts.vcf'), 'utf8').match(/UID:./g)).toEqual(['UID:a', 'UID:b', 'UID:c']);
  });

  it('of folders whose names differ in case only have a number, since a file system may take them for one', async () => {
    await statuses(target(), [contact('a'), contact('b', ['CONTACTS']), contact('c', ['contacts'])]);
    expect(readdirSync(join(root, 'items')).sort()).toEqual(['CONTACTS-2.vcf', 'Contacts.vcf', 'contacts-3.vcf']);
    expect(await statuses(target(), [contact('a'), contact('b', ['CONTACTS']), contact('c', ['contacts'])])).toEqual([
      'a alreadyPresent',
      'b alreadyPresent',
      'c alreadyPresent',
    ]);
  });

  it('tell what they have and the run did not bring', async () => {
    await statuses(target(), [contact('a'), event('e'), contact('b'), contact('c', ['Old'])]);
    const again = target();
    await statuses(again, [contact('b'), event('e')]);
    const kept = again.issues.map(({ code, where, note }) => `${code} ${where?.path?.slice(root.length)} ${note}`);
    expect(kept).toEqual(['ITEMS_KEPT /items/Contacts.vcf 1 beside 1 of this run', 'ITEMS_KEPT /items/Old.vcf 1, and none of this run']);
    const whole = target();
    await statuses(whole, [contact('a'), event('e'), contact('b'), contact('c', ['Old'])]);
    expect(whole.issues).toEqual([]);
  });

  it('are compared with what they should have', async () => {
    const items = [contact('a'), event('e'), contact('b')];
    const states = async (sought: readonly Item[]) => {
      async function* each(): AsyncGenerator<Item> {
        yield* sought;
      }
      const found: string[] = [];
      for await (const { item, path, state } of compareItemFiles(each(), join(root, 'items')))
        found.push(`${item.uid} ${state} ${path.slice(root.length)}`);
      return found;
    };
    expect((await states(items)).map((text) => text.split(' ')[1])).toEqual(Array(3).fill('missing'));
    expect(readdirSync(root)).toEqual([]);
    await statuses(target(), items);
    expect((await states(items)).map((text) => text.split(' ')[1])).toEqual(Array(3).fill('equal'));
    writeFileSync(join(root, 'items/Contacts.vcf'), 'BEGIN:VCARD\r\nUID:b\r\nTEL:1\r\nEND:VCARD\r\n');
    expect(await states(items)).toEqual(['a missing /items/Contacts.vcf', 'b altered /items/Contacts.vcf', 'e equal /items/Calendar.ics']);
  });

  it('hold the items of two stores, in whatever order they come and however often', async () => {
    const [one, other] = [
      [event('b'), contact('d'), contact('a')],
      [event('a'), contact('c'), contact('b')],
    ];
    const files = () => ['Calendar.ics', 'Contacts.vcf'].map((name) => readFileSync(join(root, 'items', name), 'utf8'));
    for (const items of [one, other])
      expect(await statuses(target(), items)).toEqual(expect.arrayContaining([expect.stringMatching(/written$/)]));
    const first = files();
    expect(first.map((text) => text.match(/UID:./g)?.join(' '))).toEqual(['UID:a UID:b', 'UID:a UID:b UID:c UID:d']);
    for (const items of [one, other])
      expect((await statuses(target(), items)).map((status) => status.slice(2))).toEqual(Array(3).fill('alreadyPresent'));
    expect(files()).toEqual(first);
    rmSync(join(root, 'items'), { recursive: true });
    for (const items of [other, one]) await statuses(target(), items);
    expect(files()).toEqual(first);
  });

  it('keep of one contact the version that was changed last, whichever comes first', async () => {
    const version = (tel: string, day: string): Item => {
      const text = `BEGIN:VCARD\r\nUID:a\r\nTEL:${tel}\r\nREV:202401${day}T080000Z\r\nEND:VCARD\r\n`;
      return { ...contact('a'), text };
    };
    const [old, current, equal] = [version('1', '02'), version('2', '09'), version('3', '09')];
    const tels = () => readFileSync(join(root, 'items/Contacts.vcf'), 'utf8').match(/(?<=TEL:)./g);
    for (const items of [
      [old, current],
      [current, old],
    ]) {
      expect((await statuses(target(), items)).sort()).toEqual(['a alreadyPresent', 'a written']);
      expect(tels()).toEqual(['2']);
      // An older one that comes alone takes nothing back.
      expect(await statuses(target(), [old])).toEqual(['a alreadyPresent']);
      expect(tels()).toEqual(['2']);
      rmSync(join(root, 'items'), { recursive: true });
    }
    await statuses(target(), [current, equal]);
    expect(tels()).toEqual(['2', '3']);
    await statuses(target(), [version('4', '30')]);
    expect(tels()).toEqual(['4']);
  });

  it('keep each occurrence of a series that lies there alone, and the series', async () => {
    const part = (day: string, changed: string) =>
      `BEGIN:VEVENT\r\nUID:s\r\nLAST-MODIFIED:202401${changed}T080000Z\r\n${day === '' ? '' : `RECURRENCE-ID:202401${day}\r\n`}END:VEVENT\r\n`;
    const items = [part('01', '09'), part('02', '08'), part('', '07')].map((text): Item => ({ ...event('s'), text }));
    await statuses(target(), items);
    expect(await statuses(target(), items)).toEqual(Array(3).fill('s alreadyPresent'));
    expect(readFileSync(join(root, 'items/Calendar.ics'), 'utf8').match(/BEGIN:VEVENT/g)).toHaveLength(3);
  });

  it('are not put into a directory of somebody else where one user has to own it', async () => {
    mkdirSync(join(root, 'items'));
    const foreign = withItemFiles(memoryTarget(), join(root, 'items'), { ownedBy: (process.getuid?.() ?? 0) + 1 });
    await expect(statuses(foreign, [contact('a')])).rejects.toMatchObject({ code: 'TARGET_OWNER' });
    expect(readdirSync(join(root, 'items'))).toEqual([]);
  });

  it('are made with the directories above, and say what is in the way', async () => {
    const deep = (path: string) => withItemFiles(memoryTarget(), path);
    expect(await statuses(deep(join(root, 'no/such/items')), [contact('a')])).toEqual(['a written']);
    writeFileSync(join(root, 'file'), '');
    await expect(statuses(deep(join(root, 'file/items')), [contact('a')])).rejects.toMatchObject({
      code: expect.stringMatching(/^TARGET_E/),
    });
  });

  it('replace an item by a newer one of the same UID, with all its parts', async () => {
    const part = (text: string) => `BEGIN:VEVENT\r\n${text}\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n`;
    const series = { ...event('s'), text: part('UID:s-is-lo\r\n ng') + part('UID:s-is-long\r\nRECURRENCE-ID:20200101') };
    await statuses(target(), [series, event('t')]);
    expect(await statuses(target(), [series])).toEqual(['s alreadyPresent']);
    expect(await statuses(target(), [{ ...series, text: part('UID:s-is-long\r\nSUMMARY:BEGIN:VEVENT') }])).toEqual(['s written']);
    const calendar = readFileSync(join(root, 'items/Calendar.ics'), 'utf8');
    expect(calendar.match(/UID:.*/g)).toEqual(['UID:s-is-long', 'UID:t']);
    expect(calendar.match(/(?<=^(?:BEGIN|END):).*$/gm)).toEqual([
      'VCALENDAR',
      ...['VTIMEZONE', 'VTIMEZONE'],
      'VEVENT',
      'VALARM',
      'VALARM',
      'VEVENT',
      'VEVENT',
      'VEVENT',
      'VCALENDAR',
    ]);
  });

  it('tell time zones of one name and different rules apart, each time the same', async () => {
    const name = '(UTC-05:00) Eastern Time, with a name so long that the line of each time of it must be folded';
    const zoned = (uid: string, rule: string): Item => {
      const zone = `BEGIN:VTIMEZONE\r\nTZID:${name.replace(',', '\\,')}\r\nCOMMENT:${rule}\r\nEND:VTIMEZONE\r\n`;
      const start = `DTSTART;TZID="${name}":20060402T090000`.replace(/^(.{75})(.*)$/, '$1\r\n $2');
      const text = `${zone}BEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:DTSTART\\;TZID="${name}":\r\n${start}\r\nEND:VEVENT\r\n`;
      return { ...event(uid), text };
    };
    const items = [zoned('a', 'since 2007'), zoned('b', 'until 2006'), zoned('c', 'since 2007'), event('d')];
    expect(await statuses(target(), items)).toEqual(['a written', 'b written', 'c written', 'd written']);
    const path = join(root, 'items', 'Calendar.ics');
    const text = readFileSync(path, 'utf8');
    const calendar = new ICAL.Component(ICAL.parse(text));
    const zones = calendar
      .getAllSubcomponents('vtimezone')
      .map((zone) => [zone.getFirstPropertyValue('tzid'), zone.getFirstPropertyValue('comment')]);
    expect(zones).toEqual([
      [name, 'since 2007'],
      [`${name} (2)`, 'until 2006'],
      ['Europe/Berlin', null],
    ]);
    const used = calendar.getAllSubcomponents('vevent').map((one) => one.getFirstProperty('dtstart')?.getParameter('tzid'));
    expect(used).toEqual([name, `${name} (2)`, name, undefined]);
    expect(text.match(/SUMMARY:.*/g)).toEqual(Array.from({ length: 3 }, () => `SUMMARY:DTSTART\\;TZID="${name}":`));
    for (const line of text.split('\r\n').filter((each) => each.startsWith('DTSTART'))) expect(line.length).toBeLessThanOrEqual(75);
    expect(await statuses(target(), items.slice(0, 3).reverse())).toEqual(['c alreadyPresent', 'b alreadyPresent', 'a alreadyPresent']);
    expect(readFileSync(path, 'utf8')).toBe(text);
    // In another order, and one a run: which rules keep the plain name is a matter of the rules.
    rmSync(join(root, 'items'), { recursive: true });
    for (const item of [...items].reverse()) await statuses(target(), [item]);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect((await statuses(target(), items)).map((status) => status.slice(2))).toEqual(Array(4).fill('alreadyPresent'));
  });

  it('keep what somebody else wrote into them, and leave out what is no whole item', async () => {
    mkdirSync(join(root, 'items'));
    const name = 'X-WR-CALNAME:ours';
    const own = 'BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:ours\nBEGIN:VEVENT\nSUMMARY:no uid\nEND:VEVENT\nBEGIN:VEVENT\nUID:cut';
    writeFileSync(join(root, 'items/Calendar.ics'), own);
    await statuses(target(), [event('e')]);
    const calendar = readFileSync(join(root, 'items/Calendar.ics'), 'utf8');
    expect(calendar).toContain(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${name}\r\nBEGIN:VTIMEZONE`);
    expect(calendar).toContain('BEGIN:VEVENT\r\nSUMMARY:no uid\r\nEND:VEVENT\r\n');
    expect(calendar.match(/UID:.*/g)).toEqual(['UID:e']);
    expect(await statuses(target(), [event('e')])).toEqual(['e alreadyPresent']);
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

  it('leave a file alone that is something else, and are found again beside it', async () => {
    mkdirSync(join(root, 'items'));
    writeFileSync(join(root, 'items/Calendar.ics'), 'my own notes\n');
    writeFileSync(join(root, 'items/Contacts.vcf'), '\n');
    await statuses(target(), [event('e'), contact('c')]);
    expect(readdirSync(join(root, 'items')).sort()).toEqual(['Calendar-2.ics', 'Calendar.ics', 'Contacts.vcf']);
    expect(readFileSync(join(root, 'items/Calendar.ics'), 'utf8')).toBe('my own notes\n');
    expect(await statuses(target(), [event('e'), contact('c')])).toEqual(['e alreadyPresent', 'c alreadyPresent']);
    expect(target().holdsItems?.([event('e'), contact('c')])).toBe(true);
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
