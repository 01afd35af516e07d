// Trees of mboxes as mail programs other than Thunderbird keep them: pine, mutt, elm, procmail, Eudora, Evolution, KMail, MMDF.
import * as zlib from 'node:zlib';
import { maildirFolder, numbered } from './directories.mjs';
import { ctime, mail, NAMES, octetsOf, paths, plainMbox, statusFields } from './mail.mjs';

const DELIMITER = '\x01\x01\x01\x01\n';

function mmdf(tree, folder) {
  const { rnd } = tree;
  let text = '';
  tree.folder(folder);
  for (let i = 0; i < 1 + rnd.below(4); i += 1) {
    const made = mail(rnd);
    const hasFrom = rnd.chance(60);
    const { fields, flags } = statusFields(rnd);
    text += `${DELIMITER}${hasFrom ? `From ann@example.org ${ctime(made.when)}\n` : ''}${octetsOf({ header: [...made.header, ...fields], body: made.body })}${DELIMITER}`;
    tree.expect(folder, octetsOf(made), { flags, when: made.when });
  }
  return text;
}

/** mutt and elm in the manner of Solaris: nothing quoted, the length of the body in a field; some lengths are wrong. */
function counted(tree, folder) {
  const { rnd } = tree;
  let text = '';
  tree.folder(folder);
  for (let i = 0; i < 1 + rnd.below(4); i += 1) {
    const made = mail(rnd);
    const { fields, flags } = statusFields(rnd);
    const length = made.body.reduce((sum, line) => sum + line.length + 1, 0);
    const declared = rnd.chance(15) ? length + 3 : length;
    text += `From ann@example.org ${ctime(made.when)}\n${octetsOf({ header: [...made.header, ...fields, `Content-Length: ${declared}`, `Lines: ${made.body.length}`], body: made.body })}\n`;
    tree.expect(folder, octetsOf({ ...made, header: [...made.header, `Lines: ${made.body.length}`] }), { flags, when: made.when });
  }
  return text;
}

const evolution = (tree, folder) => {
  const { rnd } = tree;
  let text = '';
  tree.folder(folder);
  for (let i = 0; i < 1 + rnd.below(4); i += 1) {
    const made = mail(rnd);
    const { fields, flags } = statusFields(rnd);
    const header = [
      ...made.header,
      `X-Evolution-Source: pop://ann@example.org/`,
      `X-Evolution: ${(i + 1).toString(16).padStart(8, '0')}-0010`,
    ];
    const body = made.body.map((line) => (line.startsWith('From ') ? `>${line}` : line));
    text += `From ann@example.org ${ctime(made.when)}\n${octetsOf({ header: [...header, ...fields], body })}\n`;
    tree.expect(folder, octetsOf({ header, body }), { flags, when: made.when });
  }
  return text;
};

const plain = (tree, folder) => plainMbox(tree, folder, { count: 1 + tree.rnd.below(5), eol: tree.rnd.chance(15) ? '\r\n' : '\n' });
const WRITERS = [plain, plain, counted, mmdf];
/** Names of files that are nobody's folder. */
const BESIDE = ['.pinerc', 'msglog.lock', 'procmail.log', 'addressbook.dat', 'sig.png', '.newsrc', 'aliases.db'];
const RUBBISH = [
  'From here on nothing is mail\n',
  'x = 1\n',
  '\x89PNG\r\n\x1a\n\0\0',
  'procmail: [1] Sat Jan  3 10:00:00 2004\nFrom ann@example.org  Sat Jan  3 10:00:00 2004\n Subject: hi\n  Folder: in\t\t100\n',
];

/** `Mail/` of pine, mutt, elm or procmail: a file a folder, directories as levels. */
export function plainTree(tree) {
  const { rnd } = tree;
  const written = new Set();
  for (const path of [['INBOX'], ...paths(rnd, 6)]) {
    const levels = path.slice(0, -1).map((name) => `${name}.d`);
    const folder = [...levels, path.at(-1)];
    const place = folder.join('/');
    if (written.has(place)) continue;
    written.add(place);
    const octets = Buffer.from(rnd.one(WRITERS)(tree, folder), 'latin1');
    if (rnd.chance(12)) tree.write(`${place}.gz`, zlib.gzipSync(octets));
    else if (rnd.chance(5) && zlib.zstdCompressSync !== undefined) tree.write(`${place}.zst`, zlib.zstdCompressSync(octets));
    else tree.write(place, octets);
  }
  for (const name of rnd.some(BESIDE, 30)) tree.foreign(name, rnd.one(RUBBISH));
}

/** Evolution before 3: `mbox`, `.cmeta` and `.ev-summary` beside each, children in `.sbd`. */
export function evolutionTree(tree) {
  const { rnd } = tree;
  for (const path of [['Inbox'], ...paths(rnd, 4)]) {
    const place = path.map((name, i) => (i < path.length - 1 ? `${name}.sbd` : name)).join('/');
    const folder = path[0] === 'Inbox' ? ['INBOX', ...path.slice(1)] : path;
    tree.write(place, evolution(tree, folder));
    tree.foreign(`${place}.cmeta`, 'CLMD\0\0\0\x01');
    tree.foreign(`${place}.ev-summary`, '\0\0\0\x18');
    if (rnd.chance(40)) tree.foreign(`${place}.ibex.index`, 'ibex6\0');
  }
}

/** Eudora: `In.mbx` with CRLF and `???@???` in From_ lines, `.toc` beside it, directories `NAME.fol`. */
export function eudoraTree(tree) {
  const { rnd } = tree;
  for (const path of [
    ['In'],
    ...paths(
      rnd,
      4,
      NAMES.filter((name) => !/[^\x20-\x7e]/.test(name) && name.length < 30),
    ),
  ]) {
    const place = path.map((name, i) => (i < path.length - 1 ? `${name}.fol` : `${name}.mbx`)).join('/');
    const folder = path[0] === 'In' ? ['INBOX', ...path.slice(1)] : path;
    let text = '';
    tree.folder(folder);
    for (let i = 0; i < 1 + rnd.below(4); i += 1) {
      const made = mail(rnd);
      const body = made.body.map((line) => (line.startsWith('From ') ? `>${line}` : line));
      const content = octetsOf({ header: made.header, body }, '\r\n');
      text += `From ???@??? ${ctime(made.when)}\r\n${content}\r\n`;
      tree.expect(folder, content, { when: made.when });
    }
    tree.write(place, text);
    tree.foreign(place.replace(/mbx$/, 'toc'), '1\0\0\x2a');
  }
  tree.foreign('descmap.pce', 'In,In.mbx,S,N\r\n');
  tree.foreign('Eudora.log', 'MAIN 1:log\r\n');
}

/** KMail: each folder an mbox or a Maildir, those below `A` in `.A.directory`, indexes hidden beside them. */
export function kmailTree(tree) {
  const { rnd } = tree;
  for (const path of [['inbox'], ...paths(rnd, 5)]) {
    const parents = path
      .slice(0, -1)
      .map((name) => `.${name}.directory/`)
      .join('');
    const name = path.at(-1);
    const folder = path[0] === 'inbox' ? ['INBOX', ...path.slice(1)] : path;
    if (rnd.chance(50)) maildirFolder(tree, `${parents}${name}/`, folder, 'mutt');
    else tree.write(`${parents}${name}`, plain(tree, folder));
    tree.write(`${parents}.${name}.index`, '# KMail-Index V1506\n\0');
  }
}

/** One tree with everything in it. */
export function mixture(tree) {
  const { rnd } = tree;
  plainTree(tree);
  numbered(tree, 'old mh/', ['old mh']);
  maildirFolder(tree, 'a Maildir/', ['a Maildir'], 'mutt');
  if (rnd.chance(50)) tree.foreign('packed.bz2', Buffer.from('BZh91AY&SY\x01\x02\x03\x04', 'latin1'));
}
