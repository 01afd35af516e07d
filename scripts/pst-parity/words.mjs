// Texts in many scripts with the code pages that can hold them, and the octets of a text in a code page (the inverse of TextDecoder's tables).

/** Words of a script, and the Windows code pages that have all of its letters. */
const SCRIPTS = [
  [
    'The ferry leaves at seven from pier two; bring 3 boxes of apples (and "pens")',
    [20127, 1252, 28591, 28605, 1251, 932, 936, 65001, 50220],
  ],
  ['Grüße aus Köln: Äpfel, Öl, Übung, naïve façade, señor, Øre, 100 £', [1252, 28591, 28605, 65001]],
  ['“Smart” – quotes — 5 € … naïve ‘café’ Œuvre', [1252, 65001]],
  ['Привет из Москвы, отчёт за ноябрь готов, ещё раз спасибо', [1251, 20866, 28595, 65001]],
  ['Γειά σας από την Αθήνα, η συνάντηση είναι αύριο', [1253, 28597, 65001]],
  ['שלום רב מחר ישיבה בשעה שבע', [1255, 28598, 65001]],
  ['مرحبا الاجتماع غدا صباحا في المكتب', [1256, 65001]],
  ['Zażółć gęślą jaźń, příliš žluťoučký kůň, őrült űrhajó', [1250, 65001]],
  ['会議 は 明日 です 資料 を 添付 します カタカナ ひらがな', [932, 51932, 50220, 65001]],
  ['会议 明天 下午 三点 请 查收 附件 谢谢', [936, 54936, 65001]],
  ['회의 는 내일 오후 입니다 첨부 파일 을 확인 하세요', [949, 65001]],
  ['會議 明天 下午 請 查收 附件 謝謝 臺灣', [950, 65001]],
  ['ก ข ค สวัสดี ครับ ประชุม พรุ่งนี้', [874, 65001]],
  ['emoji 😀 👩‍👩‍👧 🇩🇪 ﬁ ½ ∑ 𝒳 naïve مرحبا 会議', [65001]],
].map(([words, pages]) => ({ words: words.split(' '), pages }));

const LABELS = {
  20127: 'ascii',
  28591: 'iso-8859-1',
  28605: 'iso-8859-15',
  28595: 'iso-8859-5',
  28597: 'iso-8859-7',
  28598: 'iso-8859-8',
  20866: 'koi8-r',
};
Object.assign(LABELS, {
  932: 'shift_jis',
  936: 'gbk',
  54936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  51932: 'euc-jp',
  50220: 'iso-2022-jp',
  65001: 'utf-8',
});

/** The name of a code page for MIME. */
export const charsetOf = (page) => LABELS[page] ?? `windows-${page}`;

const HIGH_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const tables = new Map();

/** Character → octets, for charsets of one or two octets a character. */
function tableOf(label) {
  const known = tables.get(label);
  if (known) return known;
  const [table, decoder] = [new Map(), new TextDecoder(label, { fatal: true })];
  const add = (...octets) => {
    try {
      const text = decoder.decode(Uint8Array.from(octets));
      if ([...text].length === 1 && !table.has(text)) table.set(text, octets);
    } catch {}
  };
  for (let first = 0; first < 256; first++) add(first);
  // Node 20 reads windows-1252 as ISO 8859-1.
  if (label === 'windows-1252') for (const [i, char] of [...HIGH_1252].entries()) if (char !== ' ') table.set(char, [0x80 + i]);
  for (let first = 0x81; first < 255; first++) for (let second = 0x40; second < 255; second++) add(first, second);
  tables.set(label, table);
  return table;
}

function toIso2022(text) {
  let [out, isWide] = ['', false];
  for (const char of text) {
    const ascii = char < '\u0080';
    if (ascii === isWide) out += ascii ? '\x1b(B' : '\x1b$B';
    isWide = !ascii;
    const octets = tableOf('euc-jp').get(char) ?? [63];
    out += ascii ? char : String.fromCharCode(...octets.map((octet) => octet & 0x7f));
  }
  return Buffer.from(isWide ? `${out}\x1b(B` : out, 'latin1');
}

/** The octets of a text in a code page that has all of its characters. */
export function encode(text, page) {
  if (page === 65001) return Buffer.from(text);
  if (page === 50220) return toIso2022(text);
  const table = tableOf(charsetOf(page));
  return Buffer.from(
    [...text].flatMap((char) => {
      const octets = table.get(char);
      if (octets === undefined) throw new Error(`code page ${page} has no ${JSON.stringify(char)}`);
      return octets;
    }),
  );
}

export const pick = (random, list) => list[random.between(0, list.length)];
export const chance = (random, percent) => random.between(0, 100) < percent;
export const scriptOf = (random, pages) =>
  pick(random, pages ? SCRIPTS.filter((script) => script.pages.some((page) => pages.includes(page))) : SCRIPTS);

/** So many words of a script. */
export const phrase = (random, script, count) => Array.from({ length: count }, () => pick(random, script.words)).join(' ');

const ODD_LINES = [
  'From here on it is different',
  '.',
  '..',
  '-- ',
  '>From quoted',
  '--boundary',
  'Subject: not a header',
  '=3D=20',
  '\ttab',
  '  blanks  ',
  '',
];

/** A text of some lines, CRLF between them; a few are odd, and now and then one is longer than mail allows. */
export function textOf(random, script) {
  const lines = Array.from({ length: random.between(1, 9) }, () => {
    if (chance(random, 20)) return pick(random, ODD_LINES);
    return phrase(random, script, chance(random, 4) ? 400 : random.between(1, 25));
  });
  return [phrase(random, script, 3), ...lines].join('\r\n');
}

/** True for a text that a code page has all letters of. */
export function canHold(text, page) {
  try {
    encode(text, page);
    return true;
  } catch {
    return false;
  }
}

/** A property by its id and type. */
export const tag = (id, type, value) => [id * 65536 + type, value];

/** A line of a header has no control characters and blanks only between words. */
export const oneLine = (text) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
