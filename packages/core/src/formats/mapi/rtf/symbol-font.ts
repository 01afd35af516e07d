// Fonts whose letters are signs: Symbol and Wingdings. Text in them is right in that font alone, which plain text and most computers do not have: Outlook's
// smiley is a "J" there, its arrow an "à", a bullet "§". The signs that mail has are given by their Unicode characters; others stay as they are.

/** A font of signs. */
export type SymbolFont = 'symbol' | 'wingdings';

const GREEK_FROM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const GREEK_TO =
  '\u0391\u0392\u03a7\u0394\u0395\u03a6\u0393\u0397\u0399\u03d1\u039a\u039b\u039c\u039d\u039f\u03a0\u0398\u03a1\u03a3\u03a4\u03a5\u03c2\u03a9\u039e\u03a8\u0396' +
  '\u03b1\u03b2\u03c7\u03b4\u03b5\u03c6\u03b3\u03b7\u03b9\u03d5\u03ba\u03bb\u03bc\u03bd\u03bf\u03c0\u03b8\u03c1\u03c3\u03c4\u03c5\u03d6\u03c9\u03be\u03c8\u03b6';

const SYMBOL: ReadonlyMap<number, string> = new Map([
  ...[...GREEK_FROM].map((letter, i): [number, string] => [letter.charCodeAt(0), GREEK_TO.charAt(i)]),
  [0xa3, '\u2264'],
  [0xa5, '\u221e'],
  [0xab, '\u2194'],
  [0xac, '\u2190'],
  [0xad, '\u2191'],
  [0xae, '\u2192'],
  [0xaf, '\u2193'],
  [0xb3, '\u2265'],
  [0xb4, '\u00d7'],
  [0xb7, '\u2022'],
  [0xb8, '\u00f7'],
  [0xb9, '\u2260'],
  [0xba, '\u2261'],
  [0xbb, '\u2248'],
  [0xce, '\u2208'],
  [0xd6, '\u221a'],
  [0xdb, '\u21d4'],
  [0xde, '\u21d2'],
  [0xe5, '\u2211'],
  [0xf2, '\u222b'],
]);

const WINGDINGS: ReadonlyMap<number, string> = new Map([
  [0x28, '\u260e'],
  [0x2a, '\u2709'],
  [0x46, '\u261e'],
  [0x4a, '\u263a'],
  [0x4b, '\u{1f610}'],
  [0x4c, '\u2639'],
  [0x6c, '\u25cf'],
  [0x6e, '\u25a0'],
  [0x6f, '\u25a1'],
  [0x71, '\u2751'],
  [0x75, '\u25c6'],
  [0x76, '\u2756'],
  [0x9f, '\u2022'],
  [0xa7, '\u25aa'],
  [0xa8, '\u25fb'],
  [0xb7, '\u2022'],
  [0xd8, '\u27a2'],
  [0xdf, '\u2190'],
  [0xe0, '\u2192'],
  [0xe1, '\u2191'],
  [0xe2, '\u2193'],
  [0xe8, '\u2794'],
  [0xf0, '\u21e8'],
  [0xfb, '\u2717'],
  [0xfc, '\u2713'],
  [0xfd, '\u2612'],
  [0xfe, '\u2611'],
]);

/** Which font of signs a name is; undefined for fonts of letters. */
export function symbolFont(name: string): SymbolFont | undefined {
  return /^\s*Wingdings\b(?! ?[23])/i.test(name) ? 'wingdings' : /^\s*Symbol\b/i.test(name) ? 'symbol' : undefined;
}

/** The signs that octets mean in a font; octets that are none stay, and so does all text of other fonts. */
export function signs(octets: string, font: SymbolFont): string {
  const table = font === 'symbol' ? SYMBOL : WINGDINGS;
  return octets.replace(/[\x21-\xff]/g, (octet) => table.get(octet.charCodeAt(0)) ?? octet);
}

/** First and last of the private characters that Word writes for signs: F000 and the octet. */
const PRIVATE = 0xf000;

/** A private character of Word as the sign that it means; without a font of signs it is one of Symbol, which has the bullet. */
export function privateSign(unit: number, font: SymbolFont | undefined): string {
  const octet = unit - PRIVATE;
  const own = String.fromCharCode(unit);
  if (octet < 0x20 || octet > 0xff) return own;
  const sign = signs(String.fromCharCode(octet), font ?? 'symbol');
  return sign.charCodeAt(0) === octet && octet > 0x7f ? own : sign;
}
