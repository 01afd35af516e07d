// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs. What a reader of mbox searches for in every octet: From_ lines, and
// the header fields whose names it knows. May read 64 octets behind a text, but finds nothing there.

const LF: v128 = i8x16.splat(10);
const SPACE: v128 = i8x16.splat(0x20);
const F: v128 = i8x16.splat(0x46);
const UPPER_A: v128 = i8x16.splat(0x41);
const LETTERS: v128 = i8x16.splat(26);
const CASE: v128 = i8x16.splat(0x20);
const INDEX: v128 = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

/** Where "F" and, four octets on, a space stand behind 16 octets: rarer in mail than a line feed, and in base64 not at all. */
// @ts-ignore: decorator
@inline
function starts(at: usize): v128 {
  return v128.and(i8x16.eq(v128.load(at, 1), F), i8x16.eq(v128.load(at, 5), SPACE));
}

/**
 * Offsets of the octets LF and ">" with "From " behind them in `length` octets at `source`, from `from` on, in order: to `out`, `limit` at most.
 * Returns how many there were.
 */
export function findFroms(source: usize, from: i32, length: i32, out: usize, limit: i32): i32 {
  const end = length - 5;
  let count: i32 = 0;
  for (let i = from; i < end; i += 64) {
    const at = source + i;
    const a = starts(at);
    const b = starts(at + 16);
    const c = starts(at + 32);
    const d = starts(at + 48);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    let mask =
      <u64>i8x16.bitmask(a) | (<u64>i8x16.bitmask(b) << 16) | (<u64>i8x16.bitmask(c) << 32) | (<u64>i8x16.bitmask(d) << 48);
    while (mask != 0) {
      const k = i + <i32>ctz(mask);
      if (k >= end) return count;
      const before = load<u8>(source + k);
      if ((before == 0x0a || before == 0x3e) && load<u32>(source + k, 1) == 0x6d6f7246) {
        if (count == limit) return count;
        store<i32>(out + (count << 2), k);
        count += 1;
      }
      mask &= mask - 1;
    }
  }
  return count;
}

/** Copies octets to where they do not overlap: the engine copies what is shared word by word. */
export function copy(source: usize, length: i32, target: usize): void {
  let i: i32 = 0;
  for (; i + 64 <= length; i += 64) {
    const a = v128.load(source + i);
    const b = v128.load(source + i, 16);
    const c = v128.load(source + i, 32);
    const d = v128.load(source + i, 48);
    v128.store(target + i, a);
    v128.store(target + i, b, 16);
    v128.store(target + i, c, 32);
    v128.store(target + i, d, 48);
  }
  for (; i < length; i++) store<u8>(target + i, load<u8>(source + i));
}

/** Offset behind the LF that ends the line at `at`, or `length`. */
function lineAfter(source: usize, at: i32, length: i32): i32 {
  for (let i = at; i < length; i += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(source + i), LF));
    if (mask != 0) return min(i + ctz(mask) + 1, length);
  }
  return length;
}

// @ts-ignore: decorator
@inline
function isBlank(octet: u8): bool {
  return octet == 0x20 || octet == 0x09;
}

/** Sixteen octets in lower case, 0 from `length` on. */
// @ts-ignore: decorator
@inline
function lowered(at: usize, length: i32): v128 {
  const octets = v128.load(at);
  const isUpper = i8x16.lt_u(i8x16.sub(octets, UPPER_A), LETTERS);
  return v128.and(v128.or(octets, v128.and(isUpper, CASE)), i8x16.lt_s(INDEX, i8x16.splat(<i8>length)));
}

/** Number of the name that ends before the blanks or the colon at `end`; -1 where it is none of the `count` names, 32 octets each, at `names`. */
function nameNumber(at: usize, end: usize, names: usize, count: i32): i32 {
  const length = <i32>(end - at);
  const first = lowered(at, min(length, 16));
  const second = lowered(at + 16, max(length - 16, 0));
  for (let i: i32 = 0; i < count; i++) {
    const name = names + (i << 5);
    if (v128.any_true(v128.xor(first, v128.load(name)))) continue;
    if (!v128.any_true(v128.xor(second, v128.load(name, 16)))) return i;
  }
  return -1;
}

/**
 * Reads a header block from line start `at` on. Of each field whose name is among `names`, four numbers go to `out`: number of the name, offset of the
 * field, of its value, of its end with its folded lines. Returns how many there were, `limit` at most; out[0] says where it stopped, out[1] why:
 * 0 the text is over, 1 behind a blank line, 2 the limit.
 */
export function headerFields(source: usize, at: i32, length: i32, names: usize, count: i32, out: usize, limit: i32): i32 {
  let found: i32 = 0;
  let why: i32 = 0;
  while (at < length) {
    const octet = load<u8>(source + at);
    const isCrlf = octet == 13 && at + 1 < length && load<u8>(source + at, 1) == 10;
    if (octet == 10 || isCrlf) {
      at += isCrlf ? 2 : 1;
      why = 1;
      break;
    }
    const start = at;
    at = lineAfter(source, at, length);
    const initial = octet | 0x20;
    // The names begin with c, s or x.
    if (initial != 0x63 && initial != 0x73 && initial != 0x78) continue;
    const limitOfName = min(start + 31, at);
    let end = start;
    while (end < limitOfName && load<u8>(source + end) != 0x3a && !isBlank(load<u8>(source + end))) end++;
    let colon = end;
    while (colon < at && isBlank(load<u8>(source + colon))) colon++;
    if (colon >= at || load<u8>(source + colon) != 0x3a) continue;
    const number = nameNumber(source + start, source + end, names, count);
    if (number < 0) continue;
    if (found == limit) {
      at = start;
      why = 2;
      break;
    }
    let value = colon + 1;
    while (value < length && isBlank(load<u8>(source + value))) value++;
    while (at < length && isBlank(load<u8>(source + at))) at = lineAfter(source, at, length);
    const field = out + 8 + (found << 4);
    store<i32>(field, number);
    store<i32>(field, start, 4);
    store<i32>(field, value, 8);
    store<i32>(field, at, 12);
    found++;
  }
  store<i32>(out, at);
  store<i32>(out, why, 4);
  return found;
}

// @ts-ignore: decorator
@inline
function isDigit(octet: u8): bool {
  return octet - 0x30 < 10;
}

/** Two digits, the first of which may be a blank where `blank` says so; -1 for anything else. */
function two(at: usize, blank: bool): i32 {
  const tens = load<u8>(at);
  const ones = load<u8>(at, 1);
  if (!isDigit(ones) || !(isDigit(tens) || (blank && tens == 0x20))) return -1;
  return (isDigit(tens) ? (tens - 0x30) * 10 : 0) + (ones - 0x30);
}

/** 0 to 11; -1 when the three letters are no month. */
function month(at: usize): i32 {
  const word = (<u32>load<u8>(at) | (<u32>load<u8>(at, 1) << 8) | (<u32>load<u8>(at, 2) << 16)) | 0x202020;
  switch (word) {
    case 0x6e616a: return 0;
    case 0x626566: return 1;
    case 0x72616d: return 2;
    case 0x727061: return 3;
    case 0x79616d: return 4;
    case 0x6e756a: return 5;
    case 0x6c756a: return 6;
    case 0x677561: return 7;
    case 0x706573: return 8;
    case 0x74636f: return 9;
    case 0x766f6e: return 10;
    case 0x636564: return 11;
    default: return -1;
  }
}

// @ts-ignore: decorator
@inline
function isGraph(octet: u8): bool {
  return octet > 0x20 && octet < 0x7f;
}

/**
 * Reads " Thu Nov  9 22:33:52 2001", 25 octets: year, month, day, hour, minute, second go to `out`. False when it is anything else, or no date.
 */
function ctime(at: usize, out: usize): bool {
  const hasShape =
    load<u8>(at) == 0x20 && load<u8>(at, 4) == 0x20 && load<u8>(at, 8) == 0x20 && load<u8>(at, 11) == 0x20 &&
    load<u8>(at, 14) == 0x3a && load<u8>(at, 17) == 0x3a && load<u8>(at, 20) == 0x20 &&
    isGraph(load<u8>(at, 1)) && isGraph(load<u8>(at, 2)) && isGraph(load<u8>(at, 3));
  if (!hasShape) return false;
  const centuries = two(at + 21, false);
  const years = two(at + 23, false);
  const name = month(at + 5);
  const day = two(at + 9, true);
  const hour = two(at + 12, false);
  const minute = two(at + 15, false);
  const second = two(at + 18, false);
  if (centuries < 0 || years < 0 || name < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return false;
  if (day > 31 || hour > 24 || minute > 59 || second > 61) return false;
  store<i32>(out, centuries * 100 + years);
  store<i32>(out, name, 4);
  store<i32>(out, max(day, 1), 8);
  store<i32>(out, hour, 12);
  store<i32>(out, minute, 16);
  store<i32>(out, second, 20);
  return true;
}

/** True when the line at `at` is a field whose name is among `names`. */
function isKnownField(source: usize, at: i32, length: i32, names: usize, count: i32): bool {
  const limit = min(at + 31, length);
  let end = at;
  while (end < limit && load<u8>(source + end) != 0x3a && !isBlank(load<u8>(source + end))) end++;
  let colon = end;
  while (colon < length && isBlank(load<u8>(source + colon))) colon++;
  if (colon + 2 >= length || load<u8>(source + colon) != 0x3a || load<u16>(source + colon, 1) == 0x2f2f) return false;
  return nameNumber(source + at, source + end, names, count) >= 0;
}

/**
 * Recognises a From_ line at `source` that ends with a date as ctime writes it, and behind it two header fields whose names are among `names`.
 * Returns the octets of the line with its line end, and the date in `out`; 0 when it is anything else.
 */
export function usualStart(source: usize, length: i32, names: usize, count: i32, out: usize): i32 {
  const next = lineAfter(source, 0, min(length, 256));
  if (next < 31 || load<u8>(source + next - 1) != 10) return 0;
  const end = next - (load<u8>(source + next - 2) == 13 ? 2 : 1);
  if (end < 30 || !ctime(source + end - 25, out)) return 0;
  if (!isKnownField(source, next, length, names, count)) return 0;
  let at = lineAfter(source, next, length);
  while (at < length && isBlank(load<u8>(source + at))) at = lineAfter(source, at, length);
  return at < length && isKnownField(source, at, length, names, count) ? next : 0;
}
