// Bodies at random: plain text, HTML in many code pages that are told, not told or told wrongly, RTF of every kind, and none.
import { compressRtf, htmlRtf, nativeRtf, textRtf, uncompressedRtf } from './rtf.mjs';
import { chance, charsetOf, encode, pick, tag, textOf } from './words.mjs';

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const KINDS = [
  'text',
  'text',
  'html',
  'html',
  'text+html',
  'text+html',
  'rtf',
  'text+rtf',
  'rtf-html',
  'text+rtf-html',
  'rtf-text',
  'text+rtf-text',
  'text+html+rtf-html',
  'none',
];
/** Code pages that RTF has no number for, or that no letter of it can be in alone. */
const NOT_IN_RTF = [50220, 51932, 20127, 65001, 54936, 28605];

/** HTML with a line of the text in each paragraph, and pictures. */
function htmlOf(text, images, meta) {
  const lines = text.split('\r\n').map((line) => `<p>${escaped(line)}</p>`);
  const pictures = images.map((id) => `<img src="cid:${id}">`);
  return `<html><head>${meta}<title>t</title></head>\r\n<body>\r\n${lines.join('\r\n')}\r\n${pictures.join('\r\n')}</body></html>`;
}

/** The RTF of a body of a kind; none for most. */
function rtfOf(random, kinds, script, text, html) {
  const page =
    pick(
      random,
      script.pages.filter((each) => !NOT_IN_RTF.includes(each)),
    ) ?? 1252;
  const octets = script.pages.includes(page) && chance(random, 50) ? (char) => encode(char, page) : undefined;
  const pack = chance(random, 70) ? compressRtf : uncompressedRtf;
  const property = (rtf) => tag(0x1009, 0x102, pack(rtf));
  if (kinds.includes('rtf-html')) return [property(htmlRtf(html, page, octets))];
  if (kinds.includes('rtf-text')) return [property(textRtf(text, page, octets))];
  return kinds.includes('rtf') ? [property(nativeRtf(text, page, octets)), tag(0x1016, 3, 2)] : [];
}

/** HTML as octets of a code page, which a property, a meta tag or both tell; or, where strings are that, in Unicode. */
function storedHtml(random, html, page, says, strings) {
  const told = says === 'meta' ? [] : [tag(0x3fde, 3, says === 'lies' ? 20127 : page)];
  const isWide = strings.page === undefined && chance(random, 12);
  return [isWide ? tag(0x1013, 0x1f, html) : tag(0x1013, 0x102, encode(html, page)), ...told];
}

/** Bodies: which properties, and what is to be read. */
export function bodiesOf(random, script, strings, images) {
  const kind = pick(random, KINDS);
  const kinds = kind.split('+');
  const text = textOf(random, script);
  const page = strings.page !== undefined && chance(random, 60) ? strings.page : pick(random, script.pages);
  const says = pick(random, ['cpid', 'cpid', 'cpid', 'meta', 'both', 'lies']);
  const html = htmlOf(
    text,
    images,
    says === 'cpid' ? '' : `<meta http-equiv="Content-Type" content="text/html; charset=${charsetOf(page)}">`,
  );
  const hasHtml = kinds.includes('html');
  // Of strings without a code page only those of 1252 and UTF-8 can be read.
  const isUntold = [undefined, 1252, 65001].includes(strings.page) && chance(random, 30) && !hasHtml;
  const properties = [
    ...(kinds[0] === 'text' ? [strings.put(0x1000, text)] : []),
    ...(hasHtml ? storedHtml(random, html, page, says, strings) : []),
    ...rtfOf(random, kinds, script, text, html),
    ...(strings.page === undefined || isUntold ? [] : [tag(0x3ffd, 3, strings.page)]),
  ];
  const truth = {
    kind,
    words: kind === 'none' ? undefined : text,
    text: kinds[0] === 'text' || kind === 'rtf-text' ? text : undefined,
    html: hasHtml || kinds.includes('rtf-html') ? html : undefined,
    isNative: kinds.includes('rtf'),
  };
  return { properties, truth };
}
