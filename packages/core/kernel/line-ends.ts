// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs into src/formats/content/line-ends.generated.ts.
// A line end is CR LF or LF; a CR alone is text. `before` is the octet before the text, 0 where there is none: what lies before it in memory may be
// something else.

const LF: v128 = i8x16.splat(10);
const CR: v128 = i8x16.splat(13);

/** Bits of the 16 octets at `at` that are an LF without a CR before it. */
// @ts-ignore: decorator
@inline
function bareLineFeeds(at: usize): i32 {
  return i8x16.bitmask(v128.andnot(i8x16.eq(v128.load(at), LF), i8x16.eq(v128.load(at - 1), CR)));
}

/** How many LF in `length` octets at `source` have no CR before them. */
export function countBareLineFeeds(source: usize, length: i32, before: i32): i32 {
  if (length == 0) return 0;
  let count: i32 = load<u8>(source) == 10 && before != 13 ? 1 : 0;
  let i: i32 = 1;
  for (; i + 16 <= length; i += 16) count += popcnt(bareLineFeeds(source + i));
  const rest = length - i;
  if (rest > 0) count += popcnt(bareLineFeeds(source + i) & ((1 << rest) - 1));
  return count;
}

/** Copies `length` octets with CR LF for every bare LF; returns the octets written. `target` needs 2 × length + 32 octets. */
export function copyAsCrlf(source: usize, length: i32, target: usize, before: i32): i32 {
  if (length == 0) return 0;
  let to = target;
  const first = load<u8>(source);
  if (first == 10 && before != 13) {
    store<u8>(to, 13);
    to += 1;
  }
  store<u8>(to, first);
  to += 1;
  for (let i: i32 = 1; i < length; i += 16) {
    const from = source + i;
    const octets = length - i < 16 ? length - i : 16;
    let mask = bareLineFeeds(from);
    if (octets < 16) mask &= (1 << octets) - 1;
    v128.store(to, v128.load(from));
    while (mask != 0) {
      const k = ctz(mask);
      store<u8>(to + k, 13);
      to += 1;
      v128.store(to + k, v128.load(from + k));
      mask &= mask - 1;
    }
    to += octets;
  }
  return <i32>(to - target);
}
