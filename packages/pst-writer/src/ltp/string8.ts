// PtypString8 in windows-1252, the code page that the test files use. For others the caller gives the octets.

/** The characters of windows-1252 at 0x80 to 0x9F; the five undefined ones stand for themselves. */
const HIGH =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** A string in windows-1252, without a terminator; what it lacks becomes "?". */
export function encodeString8(text: string): Uint8Array {
  return Buffer.from(text.replace(/[\u0080-\u009f\u0100-\uffff]/g, to1252), 'latin1');
}

function to1252(character: string): string {
  const index = HIGH.indexOf(character);
  return index === -1 ? '?' : String.fromCharCode(0x80 + index);
}
