// Attachments at random: names, types and data that nobody would choose, messages in messages, links and OLE objects.
import { createHash } from 'node:crypto';
import { canHold, chance, oneLine, pick } from './words.mjs';

const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');
const LINK = 'https://cloud.example.org/x';

const FILE_NAMES = [
  'report.pdf',
  'Größe & Maß.docx',
  '会議 資料.xlsx',
  `${'a'.repeat(240)}.txt`,
  '.profile',
  '.txt',
  'no extension',
  'C:\\temp\\x\\plan.doc',
  '../../etc/passwd',
  'con.txt',
  'a"b;c=d.txt',
  "it's 100%.txt",
  'emoji 😀.png',
  'abc\u202egnp.exe',
  'tab\tname.txt',
  'two  blanks.txt',
  'semi;colon.zip',
  "utf-8''x%20y.txt",
  'trailing dot.',
  'x.tar.gz',
  'new\r\nline.txt',
  'mail.eml',
  'picture.jpg',
  'q?*<>|.csv',
];
const TYPES = [
  undefined,
  undefined,
  'application/pdf',
  'text/plain',
  'text/plain; charset=utf-8',
  'image/png',
  'image',
  'APPLICATION/X-Thing',
  'message/rfc822',
  'multipart/mixed',
  'text/html',
  'x/y\0',
  'application/octet-stream',
];

function dataOf(random) {
  const kind = random.between(0, 8);
  if (kind === 0) return Buffer.alloc(0);
  if (kind === 1) return Buffer.from('line one\nline two\r\nline three\rend');
  if (kind === 2) return Buffer.from('Subject: a mail\r\nFrom: a@example.org\r\n\r\nbody of a file\r\n');
  return random.octets(kind === 3 ? random.between(8000, 60_000) : random.between(1, 600));
}

const baseName = (name) => oneLine(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));

/** A name, the properties that say it, and what is to be read of it. */
function nameOf(random, strings) {
  const fits = FILE_NAMES.filter((name) => !strings.page || canHold(name, strings.page));
  const name = chance(random, 10) ? undefined : pick(random, fits);
  if (name === undefined) return [{}, [], {}];
  return [
    { name: 'x' },
    [strings.put(0x3707, name), strings.put(0x3704, 'SHORT~1.TXT'), strings.put(0x3001, name)],
    { name: baseName(name) },
  ];
}

/** An attachment and the file that it is to be; a name only where that is certain. `inner` makes a mail, where one can be attached. */
export function attachmentOf(random, strings, inner) {
  const kind = random.between(0, 20);
  if (kind < 3 && inner !== undefined) {
    const { spec, truth } = inner();
    return [{ name: 'message', message: spec }, { mail: truth }];
  }
  const [named, properties, file] = nameOf(random, strings);
  if (kind === 3) return [{ ...named, method: 7, properties: [...properties, strings.put(0x370d, LINK)] }, { note: LINK }];
  if (kind === 4) {
    const ole = random.octets(random.between(100, 3000));
    return [{ ...named, ole, properties }, { sha256: sha256(ole) }];
  }
  const [data, mimeType] = [dataOf(random), pick(random, TYPES)];
  return [
    { ...named, data, ...(mimeType === undefined ? {} : { mimeType }), properties },
    { ...file, sha256: sha256(data) },
  ];
}

/** A picture that the HTML shows by its Content-ID; where there is no HTML, it is a file. */
export function pictureOf(random, strings, id, hasHtml) {
  const data = random.octets(80);
  const properties = [strings.put(0x3707, 'image.png')];
  return [
    { name: 'x', mimeType: 'image/png', contentId: id, data, properties },
    { name: 'image.png', sha256: sha256(data), cid: hasHtml ? id : undefined },
  ];
}
