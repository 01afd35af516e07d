// A file with a bit of everything that every reader should manage.
import { createHash } from 'node:crypto';
import type { AttachmentSpec, Cipher, FolderSpec, MessageSpec, PstSpec, VariantName } from '../src/index.js';

/** Every layout and cipher that the writer offers. */
export const FORMS: readonly (readonly [VariantName, Cipher, boolean])[] = [
  ['unicode', 'none', false],
  ['unicode', 'permute', false],
  ['unicode', 'cyclic', false],
  ['ansi', 'none', false],
  ['ansi', 'permute', false],
  ['ansi', 'cyclic', false],
  ['ost4k', 'none', false],
  ['ost4k', 'none', true],
  ['ost4k', 'permute', true],
  ['ost4k', 'cyclic', false],
];

/** The message with this number; each 5th has an attachment of up to 95 kB and an embedded message. */
function sampleMessage(number: number): MessageSpec {
  const subject = number % 3 === 0 ? `RE: Message ${number}` : `Message ${number}`;
  return {
    subject,
    body: 'Grüße aus dem Büro\r\n'.repeat(number * 8),
    headers: `From: anna@example.org\r\nTo: bob@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${number}@example.org>\r\n\r\n`,
    date: new Date(1_577_836_800_000 + number * 60_000),
    flags: number % 2,
    properties: [
      [0x0042001f, 'Anna'],
      [0x0064001f, 'SMTP'],
      [0x0065001f, 'anna@example.org'],
      [0x0c1a001f, 'Anna'],
      [0x0c1e001f, 'SMTP'],
      [0x0c1f001f, 'anna@example.org'],
    ],
    named: [
      { set: 'PS_PUBLIC_STRINGS', name: 'Keywords', type: 0x101f, value: ['Red', 'Blau'] },
      { set: 'PSETID_Common', name: 0x8503, type: 0x000b, value: true },
    ],
    recipients: [
      { type: 1, name: 'Bob', address: 'bob@example.org' },
      { type: 3, name: 'Cy', address: 'cy@example.org' },
    ],
    attachments: number % 5 === 0 ? sampleAttachments(number) : [],
  };
}

function sampleAttachments(number: number): AttachmentSpec[] {
  const data = Buffer.alloc(number * 1000 + 5, number + 1);
  const inner: MessageSpec = {
    subject: `inner ${number}`,
    body: 'inside',
    recipients: [{ address: 'dee@example.org' }],
    attachments: [{ name: 'in.txt', data: Buffer.from(`inside of ${number}`) }],
  };
  return [
    { name: `file ${number}.bin`, mimeType: 'application/octet-stream', data },
    { name: 'mail.msg', message: inner },
  ];
}

const MESSAGES: readonly MessageSpec[] = Array.from({ length: 100 }, (_, number) => sampleMessage(number));

/** SHA-256 of each attachment by value: of the messages, and of the embedded ones. */
export function sampleHashes(): { readonly outer: string[]; readonly inner: string[] } {
  const attachments = MESSAGES.flatMap((message) => message.attachments ?? []);
  const hashes = (list: readonly AttachmentSpec[]): string[] =>
    list.flatMap(({ data }) => (data === undefined ? [] : [sha256(data)])).sort();
  return { outer: hashes(attachments), inner: hashes(attachments.flatMap(({ message }) => message?.attachments ?? [])) };
}

/** A hash as text. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** 103 messages below the IPM subtree, one beside it, one FAI item, a search folder, special folders with German names. */
export function samplePst(variant: VariantName, cipher: Cipher, compress: boolean): PstSpec {
  const inbox: FolderSpec = {
    name: 'Posteingang',
    specialUse: 'inbox',
    messages: [...MESSAGES, { subject: 'a view', class: 'IPM.Microsoft.FolderDesign.NamedView', isAssociated: true }],
    folders: [{ name: 'Projekt', messages: [sampleMessage(1), sampleMessage(2)] }],
  };
  return {
    variant,
    cipher,
    compress,
    folders: [
      inbox,
      { name: 'Gelöschte Elemente', specialUse: 'trash' },
      { name: 'Entwürfe', specialUse: 'drafts', messages: [sampleMessage(7)] },
      { name: 'Junk-E-Mail', specialUse: 'junk' },
    ],
    rootFolders: [{ name: 'Recoverable Items', folders: [{ name: 'Purges', messages: [sampleMessage(3)] }] }],
    searchFolders: [{ name: 'Ungelesen', messages: [0, 2, 4] }],
  };
}
