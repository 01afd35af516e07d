// A PST in a Maildir, asked of a real Dovecot: the flags, keywords and dates that it serves are those of the properties, worked out here anew from
// the table in docs/formats/pst.md. The files of items are read by two parsers that are not ours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TORTURE_CASES, writePstFile } from '@mailferry/pst-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { dovecotHome, hasDovecot } from '../../../../scripts/oracle/dovecot.ts';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import { digestCrlf, maildirTarget, openStore, transfer, withItemFiles } from '../../src/index.js';
import { decorateStore, replaceInMessage } from '../../src/pipeline/decorate.js';
import { EXTRACTOR_DATA, openOctets } from '../pst/memory-access.js';

const CORPUS = '../shared/corpus/pst';
const scratch = mkdtempSync(join(tmpdir(), 'pst-dovecot-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Cases whose messages are more than a repetition of one. */
const MADE = [
  'items',
  'oddMail',
  'localisedSpecialFolders',
  'recoverableItems',
  'orphans',
  'string8WithoutCodePage',
  'deepEmbedded',
  'attachmentMethods',
];

function made(name: string): string {
  const path = join(scratch, `${name}.pst`);
  writePstFile(path, TORTURE_CASES[name]?.() ?? { folders: [] });
  return path;
}

const sources: string[] = [
  ...MADE.map(made),
  ...readdirSync(EXTRACTOR_DATA).map((name) => join(EXTRACTOR_DATA, name)),
  ...(existsSync(CORPUS) ? readdirSync(CORPUS).map((name) => join(CORPUS, name)) : []),
].filter((path) => /\.[op]st$/.test(path) && !path.includes('5ce764'));

const number = (message: MapiMessage, id: number): number => {
  const value = message.property(id);
  return typeof value === 'number' ? value : 0;
};

/** System flags by properties. */
function expectedFlags(message: MapiMessage): string[] {
  const [bits, verb, icon, status] = [0x0e07, 0x1081, 0x1080, 0x0e17].map((id) => number(message, id)) as [number, number, number, number];
  const isItem = /^IPM\.(?:Contact|DistList|AbchPerson|Appointment|Task(?!Request)|Activity|StickyNote)\b/i.test(
    String(message.property(0x001a)),
  );
  return [
    ...([102, 103].includes(verb) || [0x105, 0x113, 0x114].includes(icon) || (status & 0x200) !== 0 ? ['\\Answered'] : []),
    ...((bits & 8) !== 0 && !isItem ? ['\\Draft'] : []),
    ...(number(message, 0x1090) === 2 || (status & 2) !== 0 ? ['\\Flagged'] : []),
    ...((bits & 1) !== 0 ? ['\\Seen'] : []),
  ];
}

/** Keywords by properties, but for $Junk, which is a matter of the folder. */
function expectedKeywords(message: MapiMessage): string[] {
  const [verb, icon] = [number(message, 0x1081), number(message, 0x1080)];
  const importance = message.property(0x0017);
  const isReceiptDone = message.property(0x0029) === true && (number(message, 0x0e07) & 0x101) === 1;
  const categories = message.named('00020329-0000-0000-c000-000000000046', 'Keywords');
  const names = Array.isArray(categories) ? categories.map(String) : [];
  return [
    ...(verb === 104 || [0x106, 0x115, 0x116].includes(icon) ? ['$Forwarded'] : []),
    ...(number(message, 0x1090) === 1 ? ['$FlagComplete'] : []),
    ...(importance === 2 ? ['$Important'] : importance === 0 ? ['$LowImportance'] : []),
    ...(isReceiptDone ? ['$MDNSent'] : []),
    ...names.map((name) => name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ /g, '_')),
  ].sort();
}

function expectedDate(message: MapiMessage): string {
  const ms = [0x0e06, 0x0039, 0x3007, 0x3008].map((id) => message.property(id)).find((value) => typeof value === 'number') ?? 0;
  return new Date(Math.floor(Number(ms) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

interface Told {
  readonly sha256: string;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  readonly date: string;
}

const byHash = (a: Told, b: Told): number => (a.sha256 < b.sha256 ? -1 : 1);

/** Converts everything as mail; gives what the properties of each delivered message say. */
async function convert(path: string, target: string): Promise<Told[]> {
  const store = openOctets(readFileSync(path));
  const told: Told[] = [];
  await using source = await openStore(path, { itemsAs: 'mail', recoverable: true });
  await using maildir = await maildirTarget(target, { fsync: 'none' });
  const listening = decorateStore(source, {
    message: (converted) => {
      const { message } = store.message(Number(converted.sourceId.replace('nid:', '')));
      if (message === undefined) throw new Error(`${path} lacks ${converted.sourceId}`);
      const { sha256 } = digestCrlf([converted.content.bytes()]);
      const junk = converted.flags.has('$Junk') ? ['$Junk'] : [];
      const keywords = [...expectedKeywords(message), ...junk].sort();
      told.push({ sha256, flags: expectedFlags(message), keywords, date: expectedDate(message) });
      return replaceInMessage(converted, {});
    },
  });
  const report = await transfer(listening, maildir);
  expect(report.totals).toMatchObject({ read: told.length, written: told.length, failed: 0 });
  return told.sort(byHash);
}

describe.runIf(hasDovecot())('a real Dovecot on the Maildir of a PST', () => {
  it.each(sources.map((path) => [basename(path), path]))('%s', { timeout: 120_000 }, async (name, path) => {
    const target = join(scratch, `${name}.maildir`);
    const told = await convert(path, target);
    const { view } = dovecotHome(target, 'maildir:~/in');
    const found = Object.values(view).flatMap(([head, messages]) => {
      expect(head.errors).toEqual([]);
      return messages.map(({ sha256, flags, keywords, date }): Told => ({ sha256, flags, keywords, date }));
    });
    expect(found.sort(byHash)).toEqual(told);
    rmSync(target, { recursive: true, force: true });
  });
});

const PARSE = `
import icalendar, json, sys, vobject
counts = {}
cards = {}
for path in sys.argv[1:]:
    text = open(path, encoding='utf-8', newline='').read()
    if path.endswith('.ics'):
        calendar = icalendar.Calendar.from_ical(text)
        parts = [part for part in calendar.walk()]
        assert not any(part.errors for part in parts), (path, [part.errors for part in parts])
        first = sorted(str(part['UID']) for part in parts if 'UID' in part)
        second = sorted(inner.uid.value for inner in vobject.readOne(text).getChildren() if hasattr(inner, 'uid'))
    else:
        first = [line[4:] for line in text.replace('\\r\\n ', '').split('\\r\\n') if line.startswith('UID:')]
        found = list(vobject.readComponents(text))
        second = [card.uid.value for card in found]
        assert all(card.fn.value and card.behavior is not None for card in found), path
        cards[path] = [[card.uid.value, card.version.value, card.fn.value, sorted(mail.value for mail in card.contents.get('email', []))] for card in found]
    assert first == second, (path, first, second)
    counts[path] = len(set(first))
json.dump({'counts': counts, 'cards': cards}, sys.stdout)`;

/** The second reader of vCards, which shares nothing with the first one. */
const VCARDS = fileURLToPath(new URL('../../../../scripts/oracle/vcards.pl', import.meta.url));

function hasParsers(): boolean {
  const isThere =
    spawnSync('/usr/bin/python3', ['-c', 'import icalendar, vobject']).status === 0 &&
    spawnSync('/usr/bin/perl', ['-MText::vCard::Addressbook', '-e', '1']).status === 0;
  if (!isThere && process.env['ORACLE'] === 'required')
    throw new Error('python3-icalendar, python3-vobject and libtext-vcard-perl are required by ORACLE=required');
  if (!isThere) process.stderr.write('SKIPPED: python3-icalendar, python3-vobject or libtext-vcard-perl is not installed\n');
  return isThere;
}

describe.runIf(hasParsers())('files of items', () => {
  it.each([3, 4] as const)('of every source, with vCard %i, are read by parsers that are not ours', { timeout: 300_000 }, async (vcard) => {
    const uids = new Set<string>();
    const files: string[] = [];
    for (const path of sources) {
      const directory = join(scratch, `items-${vcard}-${basename(path)}`);
      await using source = await openStore(path, { vcard });
      await using maildir = await maildirTarget(`${directory}.maildir`, { fsync: 'none' });
      const report = await transfer(source, withItemFiles(maildir, directory));
      expect(report.totals.items.failed).toBe(0);
      await using again = await openStore(path, { vcard });
      for await (const { folder, format, uid } of again.items?.() ?? []) uids.add(`${path}\0${folder.join('\0')}\0${format}\0${uid}`);
      const names = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
      files.push(...names.filter((name) => /\.(?:ics|vcf)$/.test(name)).map((name) => join(directory, name)));
      rmSync(`${directory}.maildir`, { recursive: true, force: true });
    }
    const run = spawnSync('/usr/bin/python3', ['-c', PARSE, ...files], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const { counts, cards } = JSON.parse(run.stdout) as { counts: Record<string, number>; cards: Record<string, unknown[]> };
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(uids.size);
    const second = spawnSync('/usr/bin/perl', [VCARDS, ...files.filter((name) => name.endsWith('.vcf'))], { encoding: 'utf8' });
    expect(second.stderr).toBe('');
    expect(JSON.parse(second.stdout)).toEqual(cards);
    expect(Object.values(cards).flat().length).toBeGreaterThan(1);
    expect(uids.size).toBeGreaterThan(13);
  });
});
