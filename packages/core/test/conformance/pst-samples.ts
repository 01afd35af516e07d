// A PST of our own writer with messages whose MIME form can be written down: whole transport headers and a text, nothing to be invented.
import { type FolderSpec, type MessageSpec, writePstFile } from '@mailferry/pst-writer';
import { digestCrlf } from '../../src/formats/content/digest.js';
import type { FolderPath } from '../../src/model/folder.js';
import type { TrueMessage } from './stores.js';

interface PstSample {
  readonly folder: FolderPath;
  readonly n: number;
  readonly body: string;
  /** The body as it has to come out, with its encoding. */
  readonly mime: { readonly charset: string; readonly encoding: string; readonly text: string };
  readonly flags: readonly string[];
}

const INBOX: FolderPath = ['INBOX'];
const SENT: FolderPath = ['Отправленные'];
const DEEP: FolderPath = ['Работа', '2003'];

function ascii(folder: FolderPath, n: number, body: string, flags: readonly string[] = []): PstSample {
  const text = /\r\n$/.test(body) ? body : `${body}\r\n`;
  return { folder, n, body, mime: { charset: 'utf-8', encoding: '7bit', text }, flags };
}

const SAMPLES: readonly PstSample[] = [
  ascii(INBOX, 1, 'Hello.\r\n'),
  ascii(INBOX, 2, 'Read.\r\n', ['\\Seen']),
  ascii(INBOX, 3, 'No line end', ['\\Seen', '\\Flagged']),
  ascii(INBOX, 4, 'I am here twice.\r\n'),
  ascii(INBOX, 4, 'I am here twice.\r\n'),
  {
    ...ascii(INBOX, 6, 'Grüße aus dem Norden = gute Grüße.\r\n', ['\\Answered', '\\Seen', 'Red_Category']),
    mime: { charset: 'utf-8', encoding: 'quoted-printable', text: 'Gr=C3=BC=C3=9Fe aus dem Norden =3D gute Gr=C3=BC=C3=9Fe.\r\n' },
  },
  ascii(SENT, 7, 'From here on nothing is a separator.\r\n', ['\\Seen']),
  ascii(SENT, 8, 'A line.\r\n\r\nAnd one more.\r\n', ['\\Seen', '$Forwarded', '$Important']),
  ascii(DEEP, 9, `${`${'0123456789abcdef'.repeat(4)}\r\n`.repeat(66_000)}`),
  ascii(DEEP, 10, 'The last one.\r\n', ['\\Flagged', '\\Answered', '\\Seen']),
];

const FIRST = Date.UTC(2003, 1, 28, 23, 59, 50);

function dateOf({ n }: PstSample): Date {
  return new Date(FIRST + n * 86_400_000);
}

function header(sample: PstSample): string {
  const date = dateOf(sample).toUTCString().replace('GMT', '+0000');
  return [
    `Received: from a.example by b.example; ${date}`,
    'From: Ann <ann@example.org>',
    'To: bob@example.org',
    `Subject: message ${sample.n}`,
    `Date: ${date}`,
    `Message-ID: <${sample.n}@example.org>`,
    '',
  ].join('\r\n');
}

function specOf(sample: PstSample): MessageSpec {
  const has = (flag: string): boolean => sample.flags.includes(flag);
  const verb = has('\\Answered') ? 102 : 104;
  return {
    subject: `message ${sample.n}`,
    body: sample.body,
    headers: `${header(sample)}\r\n`,
    date: dateOf(sample),
    flags: has('\\Seen') ? 1 : 0,
    properties: [
      ...(has('\\Answered') || has('$Forwarded') ? [[0x1081_0003, verb] as const] : []),
      ...(has('\\Flagged') ? [[0x1090_0003, 2] as const] : []),
      ...(has('$Important') ? [[0x0017_0003, 2] as const] : []),
    ],
    named: has('Red_Category') ? [{ set: 'PS_PUBLIC_STRINGS', name: 'Keywords', type: 0x101f, value: ['Red Category'] }] : [],
    recipients: [{ address: 'bob@example.org' }],
  };
}

function messagesIn(folder: FolderPath): MessageSpec[] {
  return SAMPLES.filter((sample) => sample.folder === folder).map(specOf);
}

/** Writes the samples, with a contact and a folder of items that are no mail beside them. */
export function writePstSamples(path: string): void {
  const folders: FolderSpec[] = [
    { name: 'Posteingang', specialUse: 'inbox', messages: messagesIn(INBOX) },
    { name: 'Отправленные', specialUse: 'sent', messages: messagesIn(SENT) },
    { name: 'Работа', folders: [{ name: '2003', messages: messagesIn(DEEP) }] },
    { name: 'Kontakte', specialUse: 'contacts', containerClass: 'IPF.Contact', messages: [{ class: 'IPM.Contact', subject: 'Ann' }] },
  ];
  writePstFile(path, { folders });
}

/** What a store has to say of the samples, made from the samples alone. */
export function pstTruth(): TrueMessage[] {
  return SAMPLES.map((sample) => {
    const { charset, encoding, text } = sample.mime;
    const fields = `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n`;
    return {
      folder: sample.folder,
      sha256: digestCrlf([Buffer.from(`${header(sample)}${fields}\r\n${text}`)]).sha256,
      flags: sample.flags,
      internalDate: dateOf(sample).getTime(),
    };
  });
}
