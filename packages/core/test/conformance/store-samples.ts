// Twelve messages, and writers that lay them out as each kind of source does.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestCrlf } from '../../src/formats/content/digest.js';
import type { FolderPath } from '../../src/model/folder.js';
import type { TrueMessage } from './stores.js';

/** A message with what a source can say of it. */
export interface Sample {
  readonly folder: FolderPath;
  readonly text: Buffer;
  readonly flags: readonly string[];
  /** Milliseconds since the epoch, whole seconds. */
  readonly date: number;
  readonly uid: number;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu Nov  9 22:33:52 2001` */
function ctime(time: number): string {
  const d = new Date(time);
  const day = String(d.getUTCDate()).padStart(2);
  return `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${day} ${d.toISOString().slice(11, 19)} ${d.getUTCFullYear()}`;
}

function received(time: number): string {
  const d = new Date(time);
  const date = `${DAYS[d.getUTCDay()]}, ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  return `Received: from a.example by b.example; ${date} ${d.toISOString().slice(11, 19)} +0000\n`;
}

const INBOX: FolderPath = ['INBOX'];
const SENT: FolderPath = ['sent-mail'];
const DEEP: FolderPath = ['Работа', '2003'];
const FIRST = Date.UTC(2003, 1, 28, 23, 59, 50);

function sample(folder: FolderPath, n: number, body: string | Buffer, flags: readonly string[] = []): Sample {
  const date = FIRST + n * 86_400_000;
  const head = `${received(date)}From: ann@example.org\nTo: bob@example.org\nSubject: message ${n}\nMessage-ID: <${n}@example.org>\n\n`;
  return { folder, text: Buffer.concat([Buffer.from(head), typeof body === 'string' ? Buffer.from(body) : body]), flags, date, uid: n * 3 };
}

const twin = sample(INBOX, 4, 'I am here twice.\n');

/** Line ends, 8-bit octets, an empty body, equal twins, a large message, From_ lines in bodies, all flags that every source knows. */
export const SAMPLES: readonly Sample[] = [
  sample(INBOX, 1, 'Hello.\n'),
  sample(INBOX, 2, 'Read.\n', ['\\Seen']),
  sample(INBOX, 3, '', ['\\Seen', '\\Flagged']),
  twin,
  { ...twin, uid: 15 },
  sample(INBOX, 6, Buffer.from([...Buffer.from('8-bit: '), 0xe9, 0xff, 0x80, 0x0a]), ['\\Answered', '\\Seen']),
  sample(SENT, 7, '>From the start it was quoted.\n', ['\\Seen']),
  sample(SENT, 8, 'A line.\n\nFrom here on nothing is a separator.\n', ['\\Seen', '\\Answered']),
  sample(SENT, 9, 'One\r\nTwo\r\n', ['\\Seen', '\\Flagged']),
  sample(DEEP, 10, 'Привет, мир.\n', ['\\Seen']),
  sample(DEEP, 11, `${'0123456789abcdef'.repeat(4)}\n`.repeat(66_000)),
  sample(DEEP, 12, 'The last one.\n', ['\\Flagged', '\\Answered', '\\Seen']),
];

/** What a store should say of the samples. */
export function truthOf(samples: readonly Sample[], kept: { flags?: boolean; uids?: boolean; folder?: FolderPath } = {}): TrueMessage[] {
  return samples.map(({ folder, text, flags, date, uid }) => ({
    folder: kept.folder ?? folder,
    sha256: digestCrlf([text]).sha256,
    flags: kept.flags === false ? [] : flags,
    internalDate: date,
    ...(kept.uids === true ? { uid } : {}),
  }));
}

/** An mbox with Status headers, as any Unix mail program writes it. */
export function mboxOf(samples: readonly Sample[], base?: string): Buffer {
  return Buffer.concat(
    samples.map(({ text, flags, date, uid }, index) => {
      const end = text.indexOf('\n\n');
      const own = [
        ...(base === undefined ? [] : [...(index === 0 ? [`X-IMAPbase: ${base}`] : []), `X-UID: ${uid}`]),
        `Status: ${flags.includes('\\Seen') ? 'RO' : 'O'}`,
        `X-Status: ${flags.includes('\\Answered') ? 'A' : ''}${flags.includes('\\Flagged') ? 'F' : ''}`,
      ];
      return Buffer.concat([
        Buffer.from(`From ann@example.org ${ctime(date)}\n`),
        text.subarray(0, end + 1),
        Buffer.from(`${own.join('\n')}\n`),
        text.subarray(end + 1),
        Buffer.from('\n'),
      ]);
    }),
  );
}

/** Writes files; directories are made on the way. */
export function writeTree(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const inFolder = (folder: FolderPath): Sample[] => SAMPLES.filter((one) => one.folder === folder);

/** A tree of mboxes with an INBOX, a folder and a folder within a directory. */
export function writeMboxTree(root: string): void {
  writeTree(root, {
    INBOX: mboxOf(inFolder(INBOX)),
    'sent-mail': mboxOf(inFolder(SENT)),
    'Работа/2003': mboxOf(inFolder(DEEP)),
  });
}

const LETTERS: readonly (readonly [string, string])[] = [
  ['\\Flagged', 'F'],
  ['\\Answered', 'R'],
  ['\\Seen', 'S'],
];

/** A Maildir, Maildir++ or LAYOUT=fs, with UIDs. */
export function writeMaildir(root: string, layout: 'maildir++' | 'fs', separator = ':'): void {
  const directories: [FolderPath, string][] = [
    [INBOX, '.'],
    [SENT, layout === 'fs' ? 'sent-mail' : '.sent-mail'],
    [DEEP, layout === 'fs' ? '&BCAEMAQxBD4EQgQw-/2003' : '.&BCAEMAQxBD4EQgQw-.2003'],
  ];
  for (const [folder, directory] of directories) {
    const lines = ['3 V1075713231 N500 G0123456789abcdef0123456789abcdef\n'];
    for (const inner of ['cur', 'new', 'tmp']) mkdirSync(join(root, directory, inner), { recursive: true });
    // Names fall where UIDs rise, so only the uidlist has the order.
    for (const { text, flags, date, uid } of inFolder(folder)) {
      const base = `${2_000_000_000 - uid}.M${uid}.host,S=${text.length}`;
      const letters = LETTERS.filter(([flag]) => flags.includes(flag)).map(([, letter]) => letter);
      const path = join(
        root,
        directory,
        letters.length === 0 ? 'new' : 'cur',
        letters.length === 0 ? base : `${base}${separator}2,${letters.join('')}`,
      );
      writeFileSync(path, text);
      utimesSync(path, date / 1000, date / 1000);
      lines.push(`${uid} :${base}\n`);
    }
    writeFileSync(join(root, directory, 'dovecot-uidlist'), lines.join(''));
  }
}

/** MH folders with sequences. */
export function writeMh(root: string): void {
  for (const folder of [INBOX, SENT, DEEP]) {
    const samples = inFolder(folder);
    const directory = folder === INBOX ? 'inbox' : folder.join('/');
    const numbered = (has: (one: Sample) => boolean) => samples.flatMap((one, index) => (has(one) ? [index + 9] : [])).join(' ');
    writeTree(root, {
      ...Object.fromEntries(samples.map(({ text }, index) => [`${directory}/${index + 9}`, text])),
      [`${directory}/.mh_sequences`]: [
        `unseen: ${numbered(({ flags }) => !flags.includes('\\Seen'))}`,
        `flagged: ${numbered(({ flags }) => flags.includes('\\Flagged'))}`,
        `replied: ${numbered(({ flags }) => flags.includes('\\Answered'))}`,
        'cur: 9\n',
      ].join('\n'),
    });
  }
}

/** Directories of .eml files. */
export function writeEml(root: string): void {
  for (const folder of [INBOX, SENT, DEEP]) {
    const directory = folder === INBOX ? '' : `${folder.join('/')}/`;
    writeTree(root, Object.fromEntries(inFolder(folder).map(({ text }, index) => [`${directory}${index + 1}.eml`, text])));
  }
}
