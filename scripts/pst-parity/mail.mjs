// One mail at random, as the PST writer takes it, and what a reader of the converted mail has to find.
import { bodiesOf } from './bodies.mjs';
import { attachmentOf, pictureOf } from './files.mjs';
import { categoriesOf, datesOf, flagsOf } from './marks.mjs';
import { personOf, recipientOf, senderOf } from './people.mjs';
import { canHold, chance, encode, phrase, pick, scriptOf } from './words.mjs';

/** Strings of one object: Unicode, or octets of a code page. */
function stringsOf(random, script, isAnsi) {
  const isWide = !isAnsi && chance(random, 75);
  const page = isWide
    ? undefined
    : pick(
        random,
        script.pages.filter((each) => ![50220, 51932, 20127].includes(each)),
      );
  const put = (id, text) => (page === undefined ? [id * 65536 + 0x1f, text] : [id * 65536 + 0x1e, encode(text, page)]);
  return { page, put };
}

const SUBJECTS = [
  (r, s) => phrase(r, s, r.between(1, 8)),
  (r, s) => `RE: ${phrase(r, s, 4)}`,
  (r, s) => `AW: FW: ${phrase(r, s, 3)}`,
  (r, s) => phrase(r, s, 150),
  (r, s) => `${phrase(r, s, 2)}\r\n${phrase(r, s, 2)}\tend`,
  (r, s) => ` ${phrase(r, s, 2)}  ${phrase(r, s, 2)} `,
  () => '=?utf-8?Q?already_encoded?= and =?bogus',
  () => 'a: b, "c" <d@e> (f) \\ g; h@i.j',
  () => 'x'.repeat(1200),
  () => '',
  () => ': leading colon',
  (r, s) => `[list] ${phrase(r, s, 2)} \u0007bell`,
  () => 'RE:',
];

const CLASSES = [
  'IPM.Note',
  'IPM.Note',
  'IPM.Note',
  'IPM.Note',
  'IPM.Note',
  'ipm.note',
  'IPM.Note.Custom.Form',
  'IPM.Post',
  '',
  'IPM.Document.txt',
  'IPM.Foo',
  'IPM.Note.Rules.OofTemplate.Microsoft',
  'IPM.Recall.Report',
  'IPM.NotesThing',
  'IPM',
];
const WIRE_DATE = new Date(Date.UTC(2011, 2, 3, 4, 5, 6));
const FIRST = 'Received: from a.example (b.example [192.0.2.1])\r\n\tby c.example with ESMTP id 1;\r\n Thu, 03 Mar 2011 04:05:06 +0000';
const LAST = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary="abc"\r\nContent-Transfer-Encoding: 7bit\r\nX-Last: kept';
const SENDER = `From: =?utf-8?B?${Buffer.from('Ännë Wire').toString('base64')}?= <wire@example.org>\r\nTo: "Smith, Bob" <bob@example.org>,\r\n\tcarl@example.org`;
const WHOLE = (subject) =>
  `${SENDER}\r\nDate: ${WIRE_DATE.toUTCString().replace('GMT', '+0000')}\r\nSubject: ${subject}\r\nMessage-ID: <wire@example.org>`;
const GUISES = {
  none: () => undefined,
  part: () => `${FIRST}\r\nX-Part: yes\r\n${LAST}\r\n\r\n`,
  whole: (whole) => `${whole}\r\n\r\n`,
  lf: (whole) => `${whole}\r\n\r\n`.replace(/\r\n/g, '\n'),
  noEnd: (whole) => `${whole}\r\n`,
  ms: (whole) => `Microsoft Mail Internet Headers Version 2.0\r\n${whole}\r\n\r\n`,
  body: (whole) => `${whole}\r\n\r\n--abc\r\nContent-Type: text/plain\r\n\r\n`,
};

/** Transport headers: none, whole ones in several guises, or a part of them. What they say beats the properties: {properties, truth}. */
function headersOf(random, strings) {
  const guise = pick(random, ['none', ...Object.keys(GUISES)]);
  const subject = pick(random, ['plain subject of headers', 'what came over the wire']);
  const raw = GUISES[guise](`${FIRST}\r\n${WHOLE(subject)}\r\n${LAST}`);
  if (raw === undefined) return { properties: [], truth: {} };
  const kept = { kept: 'X-Last' };
  const to = [
    ['Smith, Bob', 'bob@example.org'],
    ['', 'carl@example.org'],
  ];
  const said = {
    subject,
    from: ['Ännë Wire', 'wire@example.org'],
    to,
    cc: [],
    headerDate: WIRE_DATE.getTime(),
    messageId: '<wire@example.org>',
  };
  return { properties: [strings.put(0x007d, raw)], truth: guise === 'part' ? kept : { ...said, ...kept } };
}

const pairs = (list) => list.map(({ name, address }) => [name, address]);

/** The subject as it is stored: mostly behind U+0001 and the length of its prefix ([MS-PST] 2.5.3.1.1.1). */
function storedSubject(random, subject) {
  const prefix = /^[^\s:]{1,3}: /.exec(subject)?.[0] ?? '';
  return chance(random, 80) ? `\u0001${String.fromCharCode(prefix.length + 1)}${subject}` : subject;
}

/** Pictures that an HTML body shows, by their ids. */
function imagesOf(random) {
  if (!chance(random, 25)) return [];
  return [`image${random.between(1, 1e6)}.png@01D0`, ...(chance(random, 30) ? ['second@x'] : [])];
}

/** Recipients of To, Cc and Bcc; now and then very many. */
function listsOf(random, peopleOf) {
  return [1, 2, 3].map((type) => peopleOf(chance(random, 2) ? 200 : random.between(0, type === 1 ? 4 : 2)));
}

/** A mail: {spec, truth}. */
export function mailOf(random, isAnsi, depth = 0) {
  const script = scriptOf(random);
  const strings = stringsOf(random, script, isAnsi);
  const fits = (text) => strings.page === undefined || canHold(text, strings.page);
  const subject = pick(random, SUBJECTS.map((make) => make(random, script)).filter(fits));
  const peopleOf = (count) => Array.from({ length: count }, () => personOf(random, script, strings)).filter(({ name }) => fits(name));
  const [author] = peopleOf(2);
  const lists = listsOf(random, peopleOf);
  const images = imagesOf(random);
  const body = bodiesOf(random, script, strings, images);
  const inner = depth < 5 ? () => mailOf(random, isAnsi, depth + 1) : undefined;
  const attached = Array.from({ length: chance(random, 50) ? 0 : random.between(1, 4) }, () => attachmentOf(random, strings, inner));
  attached.push(...images.map((id) => pictureOf(random, strings, id, body.truth.html !== undefined)));
  const [flags, categories, dates] = [flagsOf(random), categoriesOf(random, strings, isAnsi), datesOf(random)];
  const headers = headersOf(random, strings);
  const mailClass = pick(random, CLASSES);
  const sender = author ? senderOf(author, random) : [];
  const spec = {
    class: mailClass,
    flags: flags.bits,
    properties: [
      strings.put(0x0037, storedSubject(random, subject)),
      ...dates.properties,
      ...sender,
      ...body.properties,
      ...flags.properties,
      ...headers.properties,
    ],
    named: categories.named,
    recipients: lists.flatMap((list, i) => list.map((person) => recipientOf(random, person, i + 1, isAnsi))),
    attachments: attached.map(([each]) => each),
  };
  const [to, cc, bcc] = lists.map(pairs);
  const read = {
    subject,
    from: author && [author.name, author.address],
    to,
    cc,
    bcc,
    headerDate: dates.headerDate,
    ...body.truth,
    ...headers.truth,
  };
  const stored = {
    class: mailClass,
    page: strings.page,
    files: attached.map(([, file]) => file),
    flags: [...flags.flags, ...categories.flags].sort(),
    date: dates.date,
  };
  return { spec, truth: { ...read, ...stored } };
}
