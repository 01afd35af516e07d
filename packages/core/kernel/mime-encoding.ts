// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs. Quoted-printable (RFC 2045 §6.7), and what a text
// needs. The caller leaves 16 octets behind source and target: vectors read and write beyond the last octet.

const CR: u32 = 0x0d;
const LF: u32 = 0x0a;
const TAB: u32 = 0x09;
const SPACE: u32 = 0x20;
const EQUALS: u32 = 0x3d;
const CRLF: u16 = 0x0a0d;
const MOST: i32 = 76;

/** Puts a soft break into the line that ends at `end`, one octet or more too long, 76 octets or less after its start; gives the new end. */
// @ts-ignore: decorator
@inline
function softBreak(start: usize, end: usize): usize {
  let cut = start + 75;
  if (load<u8>(cut - 1) == EQUALS) cut -= 1;
  else if (load<u8>(cut - 2) == EQUALS) cut -= 2;
  // At most six octets lie behind the cut.
  const rest = load<u64>(cut);
  store<u8>(cut, EQUALS);
  store<u16>(cut, CRLF, 1);
  store<u64>(cut, rest, 3);
  return end + 3;
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u32 {
  return value + (value < 10 ? 0x30 : 0x37);
}

/** Text with CRLF line ends as quoted-printable; gives its size. */
export function quotedPrintable(source: usize, length: i32, target: usize): i32 {
  const sourceEnd = source + length;
  let at = source;
  let to = target;
  let line = target;
  while (at < sourceEnd) {
    const v = v128.load(at);
    // Plain is 0x20 to 0x7e without "=".
    const plain = v128.andnot(
      v128.and(i8x16.ge_s(v, i8x16.splat(0x20)), i8x16.lt_s(v, i8x16.splat(0x7f))),
      i8x16.eq(v, i8x16.splat(0x3d)),
    );
    let run: i32 = ctz<i32>(~i8x16.bitmask(plain) | 0x10000);
    if (at + run > sourceEnd) run = <i32>(sourceEnd - at);
    // A space before the end of a line is not plain.
    if (run > 0 && load<u8>(at + run - 1) == SPACE && (run == 16 || at + run == sourceEnd || load<u8>(at + run) == CR)) run -= 1;
    const room = MOST + 1 - <i32>(to - line);
    if (run > room) run = room;
    if (run > 0) {
      v128.store(to, v);
      at += run;
      to += run;
    } else {
      const octet: u32 = load<u8>(at);
      const next: u32 = at + 1 < sourceEnd ? load<u8>(at, 1) : CR;
      const isLineEnd = at + 1 >= sourceEnd || (next == CR && at + 2 < sourceEnd && load<u8>(at, 2) == LF);
      at += 1;
      // A CR that ends no line is no line end here (RFC 2045 §6.7, rule 4).
      if (octet == LF || (octet == CR && next == LF)) {
        store<u8>(to, octet);
        to += 1;
        line = to;
        continue;
      }
      if ((octet == SPACE || octet == TAB) && !isLineEnd) {
        store<u8>(to, octet);
        to += 1;
      } else {
        store<u8>(to, EQUALS);
        store<u8>(to, hexDigit(octet >> 4), 1);
        store<u8>(to, hexDigit(octet & 15), 2);
        to += 3;
      }
    }
    if (<i32>(to - line) > MOST) {
      const end = softBreak(line, to);
      // The new line begins after the break, which lies 75, 74 or 73 octets after the start of the old one.
      line += 78;
      if (load<u8>(line - 1) != LF) line -= load<u8>(line - 2) == LF ? 1 : 2;
      to = end;
    }
  }
  return <i32>(to - target);
}

/**
 * Counts of a text into `result`: octets above 127, controls but TAB, LF and the CR before an LF, and the octets of its longest line; u32 each.
 */
export function measure(source: usize, length: i32, result: usize): void {
  let high: u32 = 0;
  let controls: u32 = 0;
  let longest: i32 = 0;
  let line: i32 = 0;
  for (let i: i32 = 0; i < length; i += 16) {
    const v = v128.load(source + i);
    const inside: i32 = length - i >= 16 ? 0xffff : (1 << (length - i)) - 1;
    const crs = i8x16.bitmask(i8x16.eq(v, i8x16.splat(13))) & inside;
    const lfs = i8x16.bitmask(i8x16.eq(v, i8x16.splat(10))) & inside;
    let ends = crs | lfs;
    // What follows each octet: the last of a vector is followed by the first of the next.
    const followed = (lfs >> 1) | (i + 16 < length && load<u8>(source + i, 16) == LF ? 0x8000 : 0);
    const tabs = i8x16.bitmask(i8x16.eq(v, i8x16.splat(9)));
    const low = i8x16.bitmask(v128.or(i8x16.lt_u(v, i8x16.splat(32)), i8x16.eq(v, i8x16.splat(127)))) & inside;
    high += popcnt<i32>(i8x16.bitmask(v) & inside);
    controls += popcnt<i32>(low & ~(ends | tabs)) + popcnt<i32>(crs & ~followed);
    while (ends != 0) {
      const end = i + ctz<i32>(ends);
      longest = max<i32>(longest, end - line);
      line = end + 1;
      ends &= ends - 1;
    }
  }
  store<u32>(result, high);
  store<u32>(result, controls, 4);
  store<u32>(result, <u32>max<i32>(longest, length - line), 8);
}
