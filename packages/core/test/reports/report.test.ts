import { describe, expect, it } from 'vitest';
import type { Books, Delivery, FolderReport, Message, TransferReport } from '../../src/index.js';
import { buildReport, MemoryContent, ReportTally, reportToHtml, reportToJson, reportToText } from '../../src/index.js';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</title></svg><b>',
  "' onload='x",
  'a\u001b[2Jb\u202egnp.exe',
  '&amp;',
];

function books(read: number, failed = 0, filtered = 0): Books {
  const filteredBy = { option: filtered, expunged: 0, removedByUser: 0, duplicate: 0 };
  return { read, written: read - failed - filtered, alreadyPresent: 0, updated: 0, filtered, filteredBy, failed };
}

function folder(name: string, read: number, failed = 0, filtered = 0): FolderReport {
  return { path: [name], ...books(read, failed, filtered), bytes: read * 1000, oldest: 1e12, newest: 1.1e12, years: { 2001: read } };
}

function transferOf(
  folders: readonly FolderReport[],
  { unchanged, ...changes }: Partial<TransferReport> & { unchanged?: number } = {},
): TransferReport {
  const sum = (pick: (books: Books) => number) => folders.reduce((total, next) => total + pick(next), 0);
  const totals = books(
    sum(({ read }) => read),
    sum(({ failed }) => failed),
    sum(({ filtered }) => filtered),
  );
  return {
    source: { location: '/srv/<b>old</b>', format: 'mbox', dialect: 'mboxrd' },
    target: { location: '/srv/Maildir', format: 'maildir' },
    started: 1_700_000_000_000,
    ended: 1_700_000_002_000,
    totals: { ...totals, items: books(0), bytesRead: 4000, bytesWritten: 3000, ...(unchanged === undefined ? {} : { unchanged }) },
    folders,
    issues: [
      { code: 'DATE_FROM_FILE', count: 3, first: [{ where: { path: HOSTILE[1] ?? '', offset: 1_234_567 }, note: HOSTILE[0] ?? '' }] },
    ],
    dates: { fromLine: 5, internalDate: 0, received: 2, date: 0, property: 0, file: 3, none: 0 },
    leftAlone: [{ path: HOSTILE[4] ?? '', reason: 'a picture' }],
    interrupted: false,
    ...changes,
  };
}

function message(size: number): Message {
  return {
    identity: 'x',
    sourceId: HOSTILE[2] ?? '',
    folder: [HOSTILE[0] ?? ''],
    content: new MemoryContent(new Uint8Array(size)),
    flags: new Set(),
    internalDate: Date.UTC(2001, 5),
    dateSource: 'fromLine',
    issues: [{ code: 'DATE_FROM_HEADER' }],
  };
}

function reportOf(transfer: TransferReport, deliveries: readonly Delivery[] = []) {
  const tally = new ReportTally(() => ({ subject: HOSTILE[3] ?? '', from: HOSTILE[1] ?? '' }));
  for (const delivery of deliveries) tally.add(delivery);
  return buildReport(transfer, {
    command: 'convert',
    dryRun: false,
    tally,
    versions: { mailferry: '1' },
    options: { folder: [HOSTILE[0] ?? ''] },
    next: [],
  });
}

/** Each element that is opened is closed, in order; what is void is not. */
function tagsBalance(page: string): boolean {
  const open: string[] = [];
  const markup = page.replace(/<style>.*?<\/style>/s, '');
  for (const [, slash, name = '', rest = ''] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return false;
    } else if (name !== 'meta' && !rest.endsWith('/')) open.push(name);
  }
  return open.length === 0;
}

describe('the verdict', () => {
  it.each([
    [transferOf([folder('INBOX', 12)]), 'All 12 messages are in the Maildir /srv/Maildir.'],
    [transferOf([folder('INBOX', 1)]), '1 of 1 message is in the Maildir /srv/Maildir.'],
    [
      transferOf([folder('INBOX', 12)], { unchanged: 12 }),
      'Nothing changed in the source since all 12 messages came to the Maildir /srv/Maildir.',
    ],
    [
      transferOf([folder('INBOX', 48_213, 3, 9)], { unchanged: 48_201 }),
      'Nothing changed in the source since 48,201 of 48,213 messages came to the Maildir /srv/Maildir.',
    ],
    [transferOf([]), 'There was no message to bring to the Maildir /srv/Maildir.'],
    [transferOf([folder('INBOX', 48_213, 3, 9)]), '48,201 of 48,213 messages are in the Maildir /srv/Maildir.'],
    [
      transferOf([folder('INBOX', 12)], { interrupted: true }),
      'Interrupted: 12 of 12 messages read so far are in the Maildir /srv/Maildir.',
    ],
  ])('is one sentence', (transfer, sentence) => {
    expect(reportOf(transfer).verdict).toBe(sentence);
  });
});

describe('the HTML', () => {
  const deliveries: Delivery[] = [
    { message: message(500), status: 'written' },
    { message: message(5000), status: 'failed', failure: { code: 'DATE_FROM_FILE', note: HOSTILE[0] ?? '' } },
  ];
  const report = reportOf(transferOf(HOSTILE.map((name, index) => folder(name, 10 + index, 1, 2))), deliveries);
  const page = reportToHtml(report);

  it('is well-formed, with no script, no network and nothing that a name put in', () => {
    expect(tagsBalance(page)).toBe(true);
    expect(page).not.toMatch(/<script|<img|<b>old|<[^>]*\son[a-z]+=|javascript:|https?:|@import|url\(|<link|<iframe/i);
    expect(page).toContain("default-src 'none'");
    expect(['\u001b', '\u202e'].some((character) => page.includes(character))).toBe(false);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  });

  it('has the same numbers as the object, in charts and in tables', () => {
    for (const { read, written, filtered, failed } of report.folders) {
      expect(page).toContain([read, written, 0, filtered, failed].map((count) => `<td class="n">${count}</td>`).join(''));
      expect(page).toMatch(new RegExp(`<title>[^<]*: ${written} written</title>`));
    }
    expect(page).toContain(`<b>${report.totals.read}</b>read`);
    expect(page).toContain('2001: 75 Source');
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('@media print');
  });

  it('stays whole with five hundred folders', () => {
    const many = reportToHtml(reportOf(transferOf(Array.from({ length: 500 }, (_, index) => folder(`f${index}`, index)))));
    expect(tagsBalance(many)).toBe(true);
    expect(many).toContain('other folders');
    expect(many.match(/<tr><td class="t">f\d+<\/td>/g)).toHaveLength(500);
  });

  it('charts the largest folders by name and counts the others, of which there are two at least', () => {
    const pageOf = (count: number) =>
      reportToHtml(reportOf(transferOf(Array.from({ length: count }, (_, index) => folder(`f${index}`, index + 1)))));
    expect(pageOf(25)).not.toContain('other folders');
    expect(pageOf(26)).toContain('2 other folders');
    expect(pageOf(1100)).toContain('1,076 other folders');
  });
});

describe('text and JSON', () => {
  const report = reportOf(transferOf([folder(HOSTILE[4] ?? '', 10)]));

  it('know no size of what was not looked at, since nothing changed', () => {
    const { oldest: _, newest: __, ...kept } = folder('kept', 7);
    const transfer = transferOf([{ ...kept, bytes: 0 }, folder('new', 2)], { unchanged: 7 });
    expect(reportToText(reportOf(transfer))).toMatch(/kept +7 +7 +0 +0 +0 +- +- +-\n/);
    expect(reportToText(reportOf(transfer))).toMatch(/new +2 +2 +0 +0 +0 +2\.0 KiB/);
  });

  it('say the same', () => {
    expect(JSON.parse(reportToJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
    const text = reportToText(report);
    expect(text.split('\n')[0]).toBe(report.verdict);
    expect(text).toContain('      "><img src=x onerror=alert(1)> @ 1,234,567: <script>alert(1)</script>');
    expect(text).toContain('  3  dates taken from the file');
    expect(['\u001b', '\u202e'].some((character) => text.includes(character))).toBe(false);
  });

  it('name subjects only where a describer was given', () => {
    const bare = new ReportTally();
    bare.add({ message: message(1), status: 'written' });
    expect(bare.details).toEqual([]);
  });
});
