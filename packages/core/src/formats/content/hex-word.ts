/** Hexadecimal digits in lower case, from `from` up to `to`, as a number of 32 bits (with its sign). */
export function hexWord(digits: string, from: number, to: number): number {
  let word = 0;
  for (let at = from; at < to; at++) {
    const code = digits.charCodeAt(at);
    // the letters lie 9 above the digits once bit 6 is off
    word = (word << 4) | ((code & 0xf) + (code >> 6) * 9);
  }
  return word;
}
