// Profiles as Thunderbird keeps them: accounts with mboxes or with a file for each message, indexes, sub-folders in `.sbd`.
import { ctime, mail, NAMES, octetsOf, paths, quoted } from './mail.mjs';

const TAGS = ['$label1', '$label3', 'work', 'nonjunk', 'junk', '$forwarded2', 'k_1'];
const OWN = ['Trash', 'Unsent Messages', 'Drafts', 'Sent', 'Templates', 'Archives'];
const BITS = [
  [0x0001, '\\Seen'],
  [0x0002, '\\Answered'],
  [0x0004, '\\Flagged'],
  [0x1000, '$Forwarded'],
];

/** Mork as Thunderbird writes it, with the name of the folder in it. */
function msf(rnd, name) {
  const value = [...Buffer.from(name, 'utf8')].map((octet) => {
    const char = String.fromCharCode(octet);
    if (octet > 0x7e || octet < 0x20) return `$${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    return /[()\\$]/.test(char) ? `\\${char}` : char;
  });
  return `// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n  (B8=numRefs)(84=forceReparse)(8C=folderName)(8D=MRUTime)(80=ns:msg:db:row:scope:dbfolderinfo:all)>\n\n<(89=1)(8B\n    =${value.join('')})(8C=12)>\n{1:^80 {(k^96:c)(s=9)} \n  [1(^84=0)(^8C^8B)(^8D=${rnd.below(100000)})]}\n`;
}

function state(rnd) {
  const set = BITS.filter(() => rnd.chance(35));
  const isExpunged = rnd.chance(12);
  const bits = set.reduce((sum, [bit]) => sum | bit, isExpunged ? 8 : 0);
  const tags = rnd.some(TAGS, 20);
  const hasMdn = rnd.chance(10);
  const fields = [`X-Mozilla-Status: ${bits.toString(16).padStart(4, '0')}`, `X-Mozilla-Status2: ${hasMdn ? '00800000' : '00000000'}`];
  if (rnd.chance(80) || tags.length > 0) fields.push(`X-Mozilla-Keys: ${tags.join(' ').padEnd(80)}`);
  const all = set.map(([, flag]) => flag);
  const flags = all.filter((flag) => flag.startsWith('\\'));
  return { fields, isExpunged, flags, keywords: [...all.filter((flag) => flag.startsWith('$')), ...(hasMdn ? ['$MDNSent'] : []), ...tags] };
}

/** One folder as an mbox: `From - ` with the local time, or (since 2023) a bare `From `. */
function mbox(tree, folder, { eol, isPop, count }) {
  const { rnd } = tree;
  let text = '';
  tree.folder(folder);
  for (let i = 0; i < count; i += 1) {
    const made = mail(rnd);
    const { fields, isExpunged, flags, keywords } = state(rnd);
    const own = [...(isPop ? ['X-Account-Key: account3', `X-UIDL: ${made.n}.abc`] : []), ...fields];
    const isBare = i > 0 && rnd.chance(10);
    text += `From ${isBare ? '' : `- ${ctime(made.when + 60)}`}${eol}`;
    text += octetsOf({ header: [...own, ...made.header], body: quoted(made.body, 'mboxrd') }, eol) + eol;
    const kept = { header: [...own, ...made.header], body: made.body };
    if (!isExpunged) tree.expect(folder, octetsOf(kept, eol), { flags, keywords, when: isBare ? made.when : made.when + 60 });
  }
  return text;
}

function store(tree, path, folder, { count }) {
  const { rnd } = tree;
  tree.folder(folder);
  tree.directory(`${path}/cur`);
  tree.directory(`${path}/tmp`);
  const made = Array.from({ length: count }, () => mail(rnd)).map((message, i) => ({
    message,
    name: `${1_500_000_000_000 + i * 7}${rnd.one(['', '.eml'])}`,
  }));
  for (const { message, name } of made) {
    const octets = octetsOf(message);
    tree.write(`${path}/cur/${name}`, octets);
    tree.expect(folder, octets, { when: message.when });
  }
}

/** The file that stands for a folder: hashed where Thunderbird hashes. */
function fileName(name, rnd) {
  const isOdd = Buffer.byteLength(name) > 55 || /[/\\:*?"<>|]/.test(name);
  return isOdd ? `${name.replace(/[^a-zA-Z0-9]/g, '').slice(0, 40)}${rnd.below(0xffffffff).toString(16).padStart(8, '0')}` : name;
}

/** The folders of an account. */
function account(tree, root, prefix, kind) {
  const { rnd } = tree;
  const eol = rnd.chance(25) ? '\r\n' : '\n';
  const inbox = kind === 'ImapMail' ? 'INBOX' : 'Inbox';
  const hasInbox = !root.endsWith('Local Folders') || rnd.chance(30);
  const isStore = rnd.chance(20);
  const real = [...NAMES, 'a/b', 'what?', 'q: "x" <y>', 'ж'.repeat(70)];
  const folders = [...(hasInbox ? [[inbox]] : []), ...rnd.some(OWN, 50).map((name) => [name]), ...paths(rnd, 4, real)];
  const places = new Map();
  for (const path of folders) {
    if (places.has(JSON.stringify(path))) continue;
    const parent = path.length > 1 ? `${places.get(JSON.stringify(path.slice(0, -1)))}.sbd` : root;
    const name = fileName(path.at(-1), rnd);
    const place = `${parent}/${name}`;
    places.set(JSON.stringify(path), place);
    tree.pending.push({ place, path, prefix, isInbox: path.length === 1 && path[0] === inbox, isStore, eol, isPop: kind === 'Mail', name });
  }
}

/** One folder: its mbox or its message files, and its index. */
function folder(tree, top, { place, path, prefix, isInbox, isStore, eol, isPop, name }) {
  const { rnd } = tree;
  const isTop = prefix === top;
  const target = isTop ? (/^inbox$/i.test(path[0]) ? ['INBOX', ...path.slice(1)] : path) : [prefix, ...path];
  // One Inbox is the largest by far.
  const count = isInbox ? (isTop ? 30 : rnd.below(2)) : rnd.below(5);
  // A store without a message shows nothing of itself.
  if (isStore) store(tree, place, target, { count: count + 1 });
  else tree.write(place, mbox(tree, target, { eol, isPop, count }));
  const isHashed = name !== path.at(-1);
  if (isHashed || rnd.chance(85)) tree.write(`${place}.msf`, msf(rnd, path.at(-1)));
}

const ROOTS = ['Mail/pop.example.org', 'Mail/pop.example-1.org', 'ImapMail/imap.example.org', 'ImapMail/Ünï'];

/** A profile; the account with the largest Inbox becomes the top. */
export function thunderbird(tree) {
  const { rnd } = tree;
  tree.pending = [];
  for (const root of ['Mail/Local Folders', ...rnd.some(ROOTS, 50)]) account(tree, root, root.split('/')[1], root.split('/')[0]);
  const inboxes = tree.pending.filter(({ isInbox }) => isInbox);
  const top = inboxes.length > 0 ? rnd.one(inboxes).prefix : tree.pending[0]?.prefix;
  for (const entry of tree.pending) folder(tree, top, entry);
  if (tree.pending.length === 0) return;
  tree.foreign('prefs.js', 'user_pref("mailnews.tags.work.tag", "Work");\n');
  tree.foreign('Mail/Local Folders/msgFilterRules.dat', 'version="9"\nlogging="no"\nname="x"\nenabled="yes"\n');
  tree.foreign('Mail/Local Folders/filterlog.html', '<html><body>Applied filter "x" to message from ann - Re: at 1/1/2004</body></html>\n');
  if (rnd.chance(50)) tree.foreign('global-messages-db.sqlite', 'SQLite format 3\0\x01\x02');
}
