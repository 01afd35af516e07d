// One function for each file that broke a reader: see the torture table of the PST notes. Each gives the folders of a
// file, so that any variant and cipher can be tried with it.
import { deflateSync } from 'node:zlib';
import type { Property } from '../ltp/property.js';
import type { AttachmentSpec, FolderSpec, MessageSpec, PstSpec, RecipientSpec } from '../messaging/spec.js';
import { ordinaryMail, smallMail } from './mail.js';
import { Random } from './random.js';

/** The folders of a file. */
export type TortureCase = Pick<PstSpec, 'folders' | 'rootFolders' | 'searchFolders'>;

const RECIPIENTS = 2000;
const ATTACHMENTS = 600;
const PROPERTIES = 650;

function inbox(messages: Iterable<MessageSpec>): TortureCase {
  return { folders: [{ name: 'Inbox', specialUse: 'inbox', messages }] };
}

/** One mail to 2,000 recipients: row matrix in a subnode, heap of many blocks. */
export function manyRecipients(): TortureCase {
  const recipients = Array.from({ length: RECIPIENTS }, (_, index): RecipientSpec => {
    return { type: (index % 3) + 1, name: `Recipient ${index}`, address: `recipient${index}@example.org` };
  });
  return inbox([{ subject: 'two thousand recipients', body: 'hello all', recipients }]);
}

/** One mail with 600 attachments: an SIBLOCK above SLBLOCKs. */
export function manyAttachments(): TortureCase {
  const attachments = Array.from({ length: ATTACHMENTS }, (_, index): AttachmentSpec => {
    return { name: `part ${index}.txt`, data: Buffer.from(`content of part ${index}`) };
  });
  return inbox([{ subject: 'six hundred attachments', body: 'see attached', attachments }]);
}

/** One mail with 650 more properties: a BTH of two levels. */
export function manyProperties(): TortureCase {
  const properties = Array.from({ length: PROPERTIES }, (_, index): Property => [(0x6800 + index) * 0x10000 + 0x1f, `value ${index}`]);
  return inbox([{ subject: 'six hundred and fifty properties', body: 'still readable', properties }]);
}

/** Attachments that start like a zlib stream: one that is none, one of two blocks that both do so, one that is one. */
export function attachmentsLikeZlib(): TortureCase {
  const random = new Random(789);
  const small = Buffer.concat([Buffer.from([0x78, 0x9c]), random.octets(5000)]);
  const large = Buffer.concat([Buffer.from([0x78, 0x9c]), random.octets(20_000)]);
  large.set([0x78, 0x9c], 8176);
  const real = deflateSync(Buffer.from('inflate me not '.repeat(500)));
  const attachments = [small, large, real].map((data, index) => ({ name: `zlib ${index}.bin`, data }));
  return inbox([{ subject: 'attachments like zlib', body: 'byte for byte, please', attachments }]);
}

/** So many small mails in one folder; the torture is 60,000 of them. */
export function crowdedFolder(count: number): TortureCase {
  return inbox(crowd(count));
}

function* crowd(count: number): Generator<MessageSpec> {
  const random = new Random(count);
  for (let number = 0; number < count; number++) {
    yield smallMail(random, number);
  }
}

/** PtypString8 in windows-1252, and no property that says so. */
export function string8WithoutCodePage(): TortureCase {
  const properties: Property[] = [
    [0x001a001e, 'IPM.Note'],
    [0x0037001e, Buffer.from('Grüße für 20 \x80', 'latin1')],
    [0x1000001e, Buffer.from('Müller schrieb: \x84so nicht\x93\r\n', 'latin1')],
    [0x0c1a001e, Buffer.from('Jörg Müller', 'latin1')],
    [0x0c1f001e, 'joerg@example.org'],
    [0x0c1e001e, 'SMTP'],
    [0x0042001e, Buffer.from('Jörg Müller', 'latin1')],
  ];
  const recipients: RecipientSpec[] = [{ properties: [[0x3001001e, Buffer.from('Zoë', 'latin1')]], address: 'zoe@example.org' }];
  return inbox([{ properties, recipients }]);
}

/** 20 mails in the contents table, and 30 that are in the node tree alone. */
export function orphans(): TortureCase {
  const random = new Random(50);
  const mails = Array.from({ length: 50 }, (_, number): MessageSpec => ({ ...ordinaryMail(random, number, 20), isOrphan: number >= 20 }));
  return inbox(mails);
}

/** Properties of types that no one knows, and of known types with values that do not fit. */
export function unknownPropertyTypes(): TortureCase {
  const properties: Property[] = [
    [0x66010000, 0],
    [0x66020001, 0],
    [0x660300fd, Buffer.from('a restriction')],
    [0x660400fe, Buffer.from('rule actions')],
    [0x66050abc, 0x1234],
    [0x66061fff, Buffer.from('some octets')],
    [0x66070040, Buffer.from([1, 2, 3])],
    [0x66080048, Buffer.from([1, 2, 3])],
    [0x6609101f, Buffer.from([0xff, 0xff, 0xff, 0x7f])],
  ];
  const mail: MessageSpec = { subject: 'unknown property types', body: 'read me anyway', properties };
  return inbox([mail, { subject: 'the next mail', body: 'nothing odd here' }]);
}

const GERMAN: readonly (readonly [NonNullable<FolderSpec['specialUse']>, string, string])[] = [
  ['inbox', 'Posteingang', 'IPF.Note'],
  ['outbox', 'Postausgang', 'IPF.Note'],
  ['sent', 'Gesendete Elemente', 'IPF.Note'],
  ['trash', 'Gelöschte Elemente', 'IPF.Note'],
  ['drafts', 'Entwürfe', 'IPF.Note'],
  ['junk', 'Junk-E-Mail', 'IPF.Note'],
  ['calendar', 'Kalender', 'IPF.Appointment'],
  ['contacts', 'Kontakte', 'IPF.Contact'],
  ['journal', 'Journal', 'IPF.Journal'],
  ['notes', 'Notizen', 'IPF.StickyNote'],
  ['tasks', 'Aufgaben', 'IPF.Task'],
  ['syncIssues', 'Synchronisierungsprobleme', 'IPF.Note'],
  ['conflicts', 'Konflikte', 'IPF.Note'],
  ['localFailures', 'Lokale Fehler', 'IPF.Note'],
  ['serverFailures', 'Serverfehler', 'IPF.Note'],
];

/** Every special folder, under a German name; a folder named Sent Items is an ordinary one. */
export function localisedSpecialFolders(): TortureCase {
  const folders = GERMAN.map(([specialUse, name, containerClass]): FolderSpec => {
    const isMail = containerClass === 'IPF.Note';
    return { name, specialUse, containerClass, messages: isMail ? [{ subject: `in ${name}`, body: specialUse }] : [] };
  });
  return { folders: [{ name: 'Sent Items', messages: [{ subject: 'not sent', body: 'by me' }] }, ...folders] };
}

/** The folders of an eDiscovery export beside the IPM subtree. */
export function recoverableItems(): TortureCase {
  const names = ['Deletions', 'Purges', 'Versions', 'DiscoveryHolds'];
  const folders = names.map((name): FolderSpec => ({ name, messages: [{ subject: `recovered from ${name}`, body: 'deleted' }] }));
  return { ...inbox([{ subject: 'kept', body: 'kept' }]), rootFolders: [{ name: 'Recoverable Items', folders }] };
}

/** A mail at the bottom of so many folders. */
export function deepFolders(depth: number): TortureCase {
  let folder: FolderSpec = { name: `level ${depth}`, messages: [{ subject: 'at the bottom', body: 'deep' }] };
  for (let level = depth - 1; level > 0; level--) {
    folder = { name: `level ${level}`, folders: [folder] };
  }
  return { folders: [folder] };
}

/** A mail in a mail in a mail …, so many deep, each with a file of its own. */
export function deepEmbedded(depth: number): TortureCase {
  let mail: MessageSpec = { subject: `depth ${depth}`, body: 'innermost', attachments: [fileAt(depth)] };
  for (let level = depth - 1; level >= 0; level--) {
    mail = { subject: `depth ${level}`, body: 'outer', attachments: [fileAt(level), { name: 'mail', message: mail }] };
  }
  return inbox([mail]);
}

function fileAt(level: number): AttachmentSpec {
  return { name: `file ${level}.txt`, data: Buffer.from(`at depth ${level}`) };
}

/** Attachments of every method: by value (of one octet, of none, above one XBLOCK), by reference, cloud, OLE, embedded. */
export function attachmentMethods(): TortureCase {
  const random = new Random(7);
  const attachments: AttachmentSpec[] = [
    { name: 'one.bin', data: Buffer.from([1]) },
    { name: 'none.bin', data: Buffer.alloc(0) },
    { name: 'xxblock.bin', data: random.octets(9_000_000) },
    { name: 'reference.doc', method: 2, properties: [[0x370d001f, 'C:\\share\\reference.doc']] },
    { name: 'only.doc', method: 4, properties: [[0x370d001f, '\\\\server\\only.doc']] },
    { name: 'cloud.docx', method: 7, properties: [[0x370d001f, 'https://cloud.example.org/cloud.docx']] },
    { name: 'drawing', ole: random.octets(30_000), properties: [[0x370a0102, Buffer.from('2a864886f7140303', 'hex')]] },
    { name: 'mail', message: { subject: 'embedded', body: 'inside' } },
    { name: 'bild-größe.png', mimeType: 'image/png', contentId: 'bild@example.org', data: Buffer.from('89504e470d0a1a0a', 'hex') },
  ];
  return inbox([{ subject: 'every method', html: Buffer.from('<img src="cid:bild@example.org">'), attachments }]);
}

/** Values that need a subnode in a table and in a message: long text, long headers, many values. */
export function largeValues(): TortureCase {
  const random = new Random(8);
  const categories = Array.from({ length: 400 }, (_, index) => `category ${index}`);
  const mail = ordinaryMail(random, 1, 200_000);
  return inbox([
    { ...mail, subject: random.words(1000), named: [{ set: 'PS_PUBLIC_STRINGS', name: 'Keywords', type: 0x101f, value: categories }] },
    { subject: '', body: '', html: Buffer.alloc(0) },
    { subject: 'numbers', properties: NUMBERS },
  ]);
}

const NUMBERS: readonly Property[] = [
  [0x66110002, -2],
  [0x66120003, -3],
  [0x66130004, 1.5],
  [0x66140005, -2.25],
  [0x66150006, 123_456_789n],
  [0x66160007, 43_831.5],
  [0x6617000a, 0x8004010f],
  [0x6618000b, true],
  [0x66190014, -5n],
  [0x661a0040, new Date(0)],
  [0x661b0048, Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')],
  [0x661c1003, [1, -2, 3]],
  [0x661d1014, [1n, -2n]],
  [0x661e1040, [new Date(0), new Date(1_577_836_800_000)]],
  [0x661f1102, [Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')]],
  [0x6620101e, ['eins', 'zwei', 'fünf']],
  [0x66211002, [1, -2, 3]],
];
