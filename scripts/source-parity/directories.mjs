// Messages in files of their own: MH and its relatives, Maildirs of many servers, directories of .eml.
import { ctime, mail, NAMES, octetsOf, paths } from './mail.mjs';

/** Fields of nmh: `1-3 5` for numbers. */
function ranges(numbers) {
  const out = [];
  for (const number of numbers) {
    const last = out.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else out.push([number, number]);
  }
  return out.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(' ');
}

function markFile(rnd, marks) {
  const isLittle = rnd.chance(80);
  const octets = Buffer.alloc(4 + marks.length * 8);
  const put = (value, at) => (isLittle ? octets.writeUInt32LE(value, at) : octets.writeUInt32BE(value, at));
  put(2, 0);
  marks.forEach(([number, bits], i) => {
    put(number, 4 + 8 * i);
    put(bits, 8 + 8 * i);
  });
  return octets;
}

const MH = [
  ['unseen', undefined],
  ['flagged', '\\Flagged'],
  ['replied', '\\Answered'],
  ['forwarded', '$Forwarded'],
];

/** What a program says of numbered messages: gives the flags of each, and writes its file. */
const RECORDERS = {
  mh(tree, place, numbers) {
    const { rnd } = tree;
    const sets = MH.map(([name]) => [name, rnd.some(numbers, 30)]);
    const text = sets
      .filter(([, set]) => set.length > 0)
      .map(([name, set]) => `${name}: ${ranges(set)}\n`)
      .join('');
    tree.write(`${place}.mh_sequences`, `${rnd.chance(50) ? `cur: ${numbers.at(-1) ?? 1}\n` : ''}${text}`);
    return (number) => [
      ...(sets[0][1].includes(number) ? [] : ['\\Seen']),
      ...MH.flatMap(([, flag], i) => (flag !== undefined && sets[i][1].includes(number) ? [flag] : [])),
    ];
  },
  mark(tree, place, numbers) {
    const { rnd } = tree;
    const marks = numbers.filter(() => rnd.chance(85)).map((number) => [number, rnd.below(64)]);
    tree.write(`${place}${tree.markName}`, markFile(rnd, marks));
    if (rnd.chance(50)) tree.write(`${place}.${tree.markName.slice(1, -5)}_cache`, '\0\0\0\x15');
    const known = new Map(marks);
    return (number) => {
      const bits = known.get(number) ?? 3;
      return [
        ...(bits & 2 ? [] : ['\\Seen']),
        ...(bits & 4 ? ['\\Flagged'] : []),
        ...(bits & 8 ? ['\\Deleted'] : []),
        ...(bits & 16 ? ['\\Answered'] : []),
        ...(bits & 32 ? ['$Forwarded'] : []),
      ];
    };
  },
  gnus(tree, place) {
    tree.write(`${place}.overview`, '1\tsubject\tann\n');
    if (tree.rnd.chance(50)) tree.write(`${place}.marks`, '((read ((1 . 3))))\n');
    return () => [];
  },
};

/** One folder of numbered messages. */
function numberedFolder(tree, place, folder, kind) {
  const { rnd } = tree;
  tree.folder(folder);
  const numbers = [];
  for (let i = 0; i < 1 + rnd.below(6); i += 1) numbers.push((numbers.at(-1) ?? 0) + 1 + (rnd.chance(30) ? rnd.below(2000) : 0));
  const flagsOf = RECORDERS[kind](tree, place, numbers);
  for (const number of numbers) {
    const made = mail(rnd);
    const octets = octetsOf(made);
    // Delivery agents leave a From_ line on top.
    const isDelivered = kind !== 'gnus' && rnd.chance(15);
    tree.write(`${place}${number}`, isDelivered ? `From ann@example.org ${ctime(made.when)}\n${octets}` : octets);
    const all = flagsOf(number);
    tree.expect(folder, octets, {
      flags: all.filter((flag) => flag.startsWith('\\')),
      keywords: all.filter((flag) => flag.startsWith('$')),
      when: made.when,
    });
  }
  if (rnd.chance(20)) tree.foreign(`${place},${numbers[0] + 5}`, 'From: x\nSubject: removed\n\nx\n');
}

/** A tree of folders with numbered messages, as nmh, Claws Mail, Sylpheed or Gnus leave it. */
export function numbered(tree, at = '', prefix = []) {
  const { rnd } = tree;
  const kind = rnd.one(['mh', 'mh', 'mark', 'gnus']);
  tree.markName = rnd.one(['.claws_mark', '.sylpheed_mark']);
  // A directory that is called by a number is a message to MH.
  const names = NAMES.filter((name) => !/^\d+$/.test(name));
  for (const path of [['inbox'], ...paths(rnd, 5, names)]) {
    const folder = path[0] === 'inbox' && prefix.length === 0 ? ['INBOX', ...path.slice(1)] : [...prefix, ...path];
    numberedFolder(tree, `${at}${path.join('/')}/`, folder, kind);
  }
}

const ENDINGS = ['.eml', '.eml', '.EML', '', '.txt', '.msg.eml'];

/** A directory of messages, named as people and programs name them. */
function savedFolder(tree, place, folder) {
  const { rnd } = tree;
  const ending = rnd.one(ENDINGS);
  const made = new Map();
  for (let i = 0; i < 1 + rnd.below(4); i += 1) made.set(`${rnd.one(['Re_ ', '', 'b', 'Zoë '])}${rnd.below(5000)}x${ending}`, mail(rnd));
  for (const [name, message] of made) {
    const eol = rnd.chance(50) ? '\r\n' : '\n';
    const octets = octetsOf(message, eol);
    const isSaved = /\.eml$/i.test(ending) && rnd.chance(20);
    tree.write(`${place}${name}`, isSaved ? `From ann@example.org ${ctime(message.when)}${eol}${octets}` : octets);
    tree.expect(folder, octets, { when: message.when });
  }
}

/** Directories of .eml. */
export function messageFiles(tree) {
  tree.isUnordered = true;
  savedFolder(tree, '', ['INBOX']);
  for (const path of paths(tree.rnd, 4)) savedFolder(tree, `${path.join('/')}/`, path);
}

const LETTERS = [
  ['D', '\\Draft'],
  ['F', '\\Flagged'],
  ['R', '\\Answered'],
  ['S', '\\Seen'],
  ['T', '\\Deleted'],
];
const KEYWORDS = ['$Forwarded', 'NonJunk', '$label1', 'work', 'a-b_c', "it's"];

/** Modified UTF-7 (RFC 3501 §5.1.3). */
export function utf7(name) {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) =>
    run === '&' ? '&-' : `&${Buffer.from(run, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`,
  );
}

/** The name of a file without flags, as each program makes it. */
const BASES = {
  dovecot: (rnd, when, octets) =>
    `${when}.M${rnd.below(999_999)}P${rnd.below(30_000)}.host,S=${octets.length}${rnd.chance(80) ? `,W=${octets.replace(/\n/g, '\r\n').length}` : ''}`,
  courier: (rnd, when, octets) =>
    `${when}.M${rnd.below(999_999)}P${rnd.below(30_000)}V0000000000000801I${rnd.below(99_999)}_0.host,S=${octets.length}`,
  qmail: (rnd, when) => `${when}.${rnd.below(30_000)}.host`,
  exim: (rnd, when) => `${when}.H${rnd.below(999_999)}P${rnd.below(30_000)}.host.example.org`,
  mutt: (rnd, when) => `${when}.R${rnd.below(999_999)}.host`,
  offlineimap: (rnd, when) => `${when}_0.${rnd.below(30_000)}.host,U=${rnd.below(999)},FMD5=7e33429f656f1e6e9d79b29c3f82c57e`,
};

/** What a server keeps beside the messages: gives the keywords that it knows of each. */
const KEEPERS = {
  dovecot(tree, place, lines, known) {
    const next = (lines.at(-1)?.uid ?? 0) + 1;
    const list = lines.map(({ uid, base }) => `${uid} :${base}\n`).join('');
    tree.write(`${place}dovecot-uidlist`, `3 V${1_100_000_000 + tree.rnd.below(99)} N${next} G0123456789abcdef0123456789abcdef\n${list}`);
    tree.write(`${place}dovecot-keywords`, known.map((keyword, i) => `${i} ${keyword}\n`).join(''));
  },
  courier(tree, place, lines, known) {
    const next = (lines.at(-1)?.uid ?? 0) + 1;
    tree.write(`${place}courierimapuiddb`, `1 1100000000 ${next}\n${lines.map(({ uid, base }) => `${uid} ${base}\n`).join('')}`);
    tree.write(`${place}maildirsize`, '1000000S\n100 1\n');
    const kept = lines.filter(({ keywords }) => keywords.length > 0);
    const list = kept.map(({ base, keywords }) => `${base}:${keywords.map((keyword) => known.indexOf(keyword)).join(' ')}\n`).join('');
    if (kept.length > 0) tree.write(`${place}courierimapkeywords/:list`, `${known.map((keyword) => `${keyword}\n`).join('')}\n${list}`);
    else tree.directory(`${place}courierimapkeywords`);
    for (const line of kept.filter(() => tree.rnd.chance(30))) {
      const changed = tree.rnd.some(known, 50);
      tree.write(
        `${place}courierimapkeywords/${tree.rnd.one(['', '.3682488.'])}${line.base}`,
        changed.map((keyword) => `${keyword}\n`).join(''),
      );
      line.keywords.splice(0, line.keywords.length, ...changed);
    }
  },
};

/** The flags of a message, and how its name says them. */
function maildirState(rnd, kind, known) {
  if (rnd.chance(15)) return { isNew: true, flags: [], keywords: [], info: '' };
  const set = LETTERS.filter(() => rnd.chance(25));
  const keywords = rnd.some(known, 40);
  const own = kind === 'dovecot' ? keywords.map((keyword) => String.fromCharCode(97 + known.indexOf(keyword))) : [];
  const letters = [...set.map(([letter]) => letter), ...own].join('');
  return { isNew: false, flags: set.map(([, flag]) => flag), keywords, info: letters === '' && rnd.chance(30) ? '' : `:2,${letters}` };
}

/** One Maildir as a server or a client keeps it. */
export function maildirFolder(tree, place, folder, kind) {
  const { rnd } = tree;
  for (const sub of ['cur', 'new', 'tmp']) tree.directory(`${place}${sub}`);
  tree.folder(folder);
  const known = kind in KEEPERS ? rnd.some(KEYWORDS, 50) : [];
  const lines = [];
  let when = 1_000_000_000 + rnd.below(100_000_000);
  for (let i = 0; i < rnd.below(6); i += 1) {
    const octets = octetsOf(mail(rnd));
    const { isNew, flags, keywords, info } = maildirState(rnd, kind, known);
    when += 1 + rnd.below(100_000);
    const base = BASES[kind](rnd, when, octets);
    tree.write(`${place}${isNew ? 'new' : 'cur'}/${base}${info}`, octets, when);
    lines.push({ uid: (lines.at(-1)?.uid ?? 0) + 1 + (rnd.chance(20) ? rnd.below(90) : 0), base, octets, flags, keywords, when });
  }
  KEEPERS[kind]?.(tree, place, lines, known);
  for (const { octets, ...facts } of lines) tree.expect(folder, octets, facts);
}

/** Maildir++, or folders in directories (mutt, offlineimap, LAYOUT=fs). */
export function maildir(tree, at = '') {
  const { rnd } = tree;
  const kind = rnd.one(['dovecot', 'dovecot', 'courier', 'qmail', 'exim', 'mutt', 'offlineimap']);
  const isFs = ['mutt', 'offlineimap'].includes(kind);
  const chosen = paths(
    rnd,
    5,
    NAMES.filter((name) => !name.includes('/')),
  );
  if (!isFs) maildirFolder(tree, at, ['INBOX'], kind);
  else maildirFolder(tree, `${at}INBOX/`, ['INBOX'], kind);
  for (const path of chosen) {
    const encoded = path.map(utf7);
    const place = isFs ? `${at}${path.join('/')}/` : `${at}.${encoded.join('.')}/`;
    maildirFolder(tree, place, path, kind);
    if (!isFs) tree.write(`${place}maildirfolder`, '');
  }
}
