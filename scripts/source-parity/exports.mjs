// What services and list managers hand out: Gmail Takeout, Mailman archives, Apple Mail.
import { gzipSync } from 'node:zlib';
import { ctime, mail, octetsOf, paths, plainMbox, quoted } from './mail.mjs';

/** System labels by language: inbox, sent, drafts, trash, spam, starred, unread, important, opened, archived. */
const LANGUAGES = [
  ['Inbox', 'Sent', 'Drafts', 'Trash', 'Spam', 'Starred', 'Unread', 'Important', 'Opened', 'Archived'],
  ['Posteingang', 'Gesendet', 'Entwürfe', 'Papierkorb', 'Spam', 'Markiert', 'Ungelesen', 'Wichtig', 'Geöffnet', 'Archiviert'],
  [
    'Boîte de réception',
    'Messages envoyés',
    'Brouillons',
    'Corbeille',
    'Spam',
    'Messages suivis',
    'Non lus',
    'Important',
    'Ouvert',
    'Archivé',
  ],
  ['Recibidos', 'Enviados', 'Borradores', 'Papelera', 'Spam', 'Destacados', 'No leídos', 'Importante', 'Abierto', 'Archivados'],
];
const FOLDERS = [
  [3, ['Trash']],
  [4, ['Spam']],
  [2, ['Drafts']],
  [1, ['Sent']],
  [0, ['INBOX']],
];
const LABELS = [
  'Work',
  'Arbeit/Projekte',
  'Семья',
  'a, b',
  'Ünï/日本',
  'R&D',
  "o'hara",
  'receipts 2019',
  '100%',
  'x/y/z',
  'say "hi"',
  'a.b',
];
const atom = (label) =>
  label
    .replace(/[\s(){%*"\\\]]+/g, '_')
    .replace(/^\\+/, '')
    .replace(/^\$+/, '');

/** The field as Takeout writes it: quoted where a comma or a quote is in it, in RFC 2047 words where it is not ASCII. */
function labelField(labels, isBase64) {
  const csv = labels.map((label) => (/[",]/.test(label) ? `"${label.replaceAll('"', '""')}"` : label)).join(',');
  if (/^[\x20-\x7e]*$/.test(csv)) return [`X-Gmail-Labels: ${csv}`];
  const words = [];
  for (let rest = [...csv]; rest.length > 0; ) {
    const piece = rest.splice(0, 18).join('');
    if (isBase64) words.push(`=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
    else
      words.push(
        `=?UTF-8?Q?${[...Buffer.from(piece)].map((octet) => (octet === 32 ? '_' : /[A-Za-z0-9]/.test(String.fromCharCode(octet)) ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`)).join('')}?=`,
      );
  }
  return words.map((word, i) => (i === 0 ? `X-Gmail-Labels: ${word}` : ` ${word}`));
}

/** Labels, and what they mean. */
function labelled(rnd, language) {
  const where = rnd.below(8);
  const own = rnd.some(LABELS, 15);
  // Older exports say nothing of what was read and archived.
  if (where > 4 && own.length === 0 && rnd.chance(40)) return { labels: [], folders: [['Archive']], flags: ['\\Seen'], keywords: [] };
  const system = FOLDERS.filter(([index]) => index === where);
  const [isUnread, isStarred, isImportant] = [rnd.chance(40), rnd.chance(20), rnd.chance(20)];
  const state = [...(isImportant ? [7] : []), ...(isStarred ? [5] : []), isUnread ? 6 : 8];
  const labels = [where > 4 ? 9 : where, ...state].map((index) => language[index]);
  const folders = [...system.map(([, path]) => path), ...own.map((label) => label.split('/'))];
  const flags = [...(isUnread ? [] : ['\\Seen']), ...(isStarred ? ['\\Flagged'] : []), ...(where === 2 ? ['\\Draft'] : [])];
  const keywords = [...(system.length > 0 ? own : own.slice(1)).map(atom), ...(isImportant ? ['$Important'] : [])];
  return { labels: [...labels, ...own], folders: folders.length === 0 ? [['Archive']] : folders, flags, keywords };
}

/** A message as Takeout writes it, and what it becomes. */
function exported(tree, language, eol, byFolder) {
  const { rnd } = tree;
  const made = mail(rnd);
  const facts = labelled(rnd, language);
  const id = `${1_500_000_000}${1_000_000_00 + rnd.below(899_999_999)}`;
  const own = [`X-GM-THRID: ${id}`, ...(facts.labels.length === 0 ? [] : labelField(facts.labels, rnd.chance(50)))];
  const stamp = ctime(made.when).replace(/ (\d{4})$/, ' +0000 $1');
  const header = [...own, ...made.header];
  const body = quoted(made.body, 'mboxo');
  // What the program that wrote it would read: one `>` less.
  const read = body.map((line) => line.replace(/^>From /, 'From '));
  const keywords = byFolder ? facts.keywords.filter((keyword) => keyword.startsWith('$')) : facts.keywords;
  for (const folder of byFolder ? facts.folders : facts.folders.slice(0, 1))
    tree.expect(folder, octetsOf({ header, body: read }, eol), { flags: facts.flags, keywords, when: made.when });
  return `From ${id}@xxx ${stamp}${eol}${octetsOf({ header, body }, eol)}${eol}`;
}

const TAKEOUT_FILES = [
  ['All mail Including Spam and Trash.mbox'],
  ['All mail Including Spam and Trash-001.mbox', 'All mail Including Spam and Trash-002.mbox'],
  ['Alle E-Mails einschließlich Spam- und Papierkorb-Nachrichten.mbox'],
  ['Work.mbox', 'Семья.mbox'],
];

/** A Takeout as it was unpacked: one file, several, or one for each label, with some mail in both. */
export function takeout(tree) {
  const { rnd } = tree;
  const language = rnd.one(LANGUAGES);
  const eol = rnd.chance(60) ? '\r\n' : '\n';
  const byFolder = rnd.chance(30);
  tree.args.push('--labels', byFolder ? 'folders' : 'keywords');
  tree.isUnordered = true;
  const root = rnd.one(['', 'Takeout/Mail/', 'Takeout/E-Mail/']);
  const files = rnd.one(TAKEOUT_FILES);
  const isByLabel = files.includes('Work.mbox');
  const both = isByLabel ? Array.from({ length: rnd.below(3) }, () => exported(tree, language, eol, byFolder)) : [];
  for (const file of files) {
    const own = Array.from({ length: 1 + rnd.below(8) }, () => exported(tree, language, eol, byFolder));
    tree.write(`${root}${file}`, (rnd.chance(50) ? [...own, ...both] : [...both, ...own]).join(''));
  }
  if (root === '') return;
  tree.foreign('Takeout/archive_browser.html', '<!DOCTYPE html><html><body>Takeout</body></html>\n');
  tree.foreign(`${root}User Settings/Filters.json`, '{"filter": []}\n');
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** A month as Pipermail writes it: addresses obscured, few fields. */
function month(tree, folder) {
  const { rnd } = tree;
  let text = '';
  for (let i = 0; i < 1 + rnd.below(4); i += 1) {
    const { body, when, n } = mail(rnd);
    const header = [
      'From: ann at example.org (Ann)',
      `Date: Sat, 3 Jan 2004 10:00:00 +0100`,
      `Subject: [list] ${n}`,
      ...(rnd.chance(50) ? ['In-Reply-To: <1@x>', 'References: <1@x>', '\t<2@x>'] : []),
      `Message-ID: <${n}@example.org>`,
    ];
    const content = octetsOf({ header, body: quoted(body, 'mboxo') });
    text += `From ann at example.org  ${ctime(when)}\n${content}\n`;
    tree.expect(folder, content, { when });
  }
  return text;
}

/** Archives of Mailman 2: downloaded months, or its tree of mboxes. */
export function mailman(tree) {
  const { rnd } = tree;
  const years = [2003, 2004].flatMap((year) => MONTHS.map((name) => `${year}-${name}`)).filter(() => rnd.chance(25));
  if (rnd.chance(60)) {
    if (years.length === 0) years.push('2004-May');
    for (const name of years) {
      const text = month(tree, ['INBOX']);
      const both = rnd.below(3);
      if (both !== 1) tree.write(`${name}.txt`, text);
      if (both !== 0) tree.write(`${name}.txt.gz`, gzipSync(Buffer.from(text, 'latin1')));
    }
    tree.foreign('index.html', '<html><body>The Archives</body></html>\n');
    return;
  }
  for (const list of ['boats', rnd.one(['list', 'l-1', 'dev_2', 'mailman'])]) {
    tree.write(`${list}.mbox/${list}.mbox`, plainMbox(tree, [list], { count: 1 + rnd.below(5) }));
    tree.directory(`${list}/attachments`);
    for (const name of years) {
      const other = { rnd, expect: () => undefined };
      const text = month(other, []);
      tree.write(`${list}/${name}.txt`, text);
      tree.left.add(`${list}/${name}.txt`);
      tree.foreign(`${list}/${name}/thread.html`, '<html></html>\n');
    }
    tree.foreign(`${list}/index.html`, '<html></html>\n');
    tree.foreign(`${list}/pipermail.pck`, '\x80\x02}q\x01.');
  }
}

const BITS = [
  [0, '\\Seen'],
  [2, '\\Answered'],
  [4, '\\Flagged'],
  [6, '\\Draft'],
  [8, '$Forwarded'],
];
const uuid = (rnd) => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => rnd.below(16).toString(16).toUpperCase());

/** One message with its property list. */
function emlx(rnd, folder, tree, name) {
  const made = mail(rnd);
  const set = BITS.filter(() => rnd.chance(30));
  const value = set.reduce((sum, [bit]) => sum + 2 ** bit, 0) + (rnd.chance(50) ? 2 ** 33 : 0);
  const octets = octetsOf(made);
  const when = made.when + 3;
  const list = `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<dict>\n\t<key>conversation-id</key>\n\t<integer>7</integer>\n\t<key>date-received</key>\n\t<integer>${when}</integer>\n\t<key>flags</key>\n\t<integer>${value}</integer>\n\t<key>subject</key>\n\t<string>flags</string>\n</dict>\n</plist>\n`;
  tree.write(name, `${String(octets.length).padEnd(10)}\n${octets}${list}`);
  const flags = set.map(([, flag]) => flag);
  tree.expect(folder, octets, {
    flags: flags.filter((flag) => flag.startsWith('\\')),
    keywords: flags.filter((flag) => flag.startsWith('$')),
    when,
  });
}

/** Bundles as Apple Mail exports them. */
function bundles(tree) {
  const { rnd } = tree;
  for (const path of [...paths(rnd, 4), ['Export']]) {
    const place = path.map((name) => `${name}.mbox`).join('/');
    tree.write(`${place}/mbox`, plainMbox(tree, path, { count: 1 + rnd.below(4) }));
    tree.foreign(`${place}/table_of_contents`, '\0\0\0\x01toc');
  }
}

/** Where Apple Mail keeps message `number`, from a mailbox on. */
function shardOf(number, hasShards) {
  if (!hasShards) return 'Messages';
  const thousands =
    number < 1000
      ? ''
      : `${String(Math.floor(number / 1000))
          .split('')
          .reverse()
          .join('/')}/`;
  return `Data/${thousands}Messages`;
}

/** The messages of one mailbox; numbers rise over all of them. */
function messagesOf(tree, path, numbers, placeOf) {
  const { rnd } = tree;
  for (let i = 0; i < 1 + rnd.below(4); i += 1) {
    numbers.last += 1 + rnd.below(rnd.chance(30) ? 4000 : 20);
    emlx(rnd, path, tree, `${placeOf(numbers.last)}/${numbers.last}${rnd.chance(8) ? '.partial' : ''}.emlx`);
  }
}

/** Mailboxes of Apple Mail: an account below `V10` (or `V2`), its messages in shards by their number; or bundles as it exports them. */
export function appleMail(tree) {
  const { rnd } = tree;
  if (rnd.chance(30)) return bundles(tree);
  const version = rnd.one(['V2', 'V4', 'V10', '']);
  const account = version === 'V2' ? 'IMAP-ann@imap.example.org' : uuid(rnd);
  const root = version === '' ? '' : `${version}/${account}/`;
  const hasShards = version !== '' && version !== 'V2';
  const suffix = () => (version === 'V2' && rnd.chance(10) ? 'imapmbox' : 'mbox');
  const numbers = { last: rnd.below(30) };
  for (const path of [['INBOX'], ...paths(rnd, 4)]) {
    const place = root + path.map((name) => `${name}.${suffix()}`).join('/');
    const inner = hasShards ? `${uuid(rnd)}/` : '';
    tree.foreign(`${place}/Info.plist`, '<?xml version="1.0"?><plist version="1.0"><dict/></plist>\n');
    messagesOf(tree, path, numbers, (number) => `${place}/${inner}${shardOf(number, hasShards)}`);
  }
  if (version !== '') tree.foreign(`${version}/MailData/Envelope Index`, 'SQLite format 3\0');
}
