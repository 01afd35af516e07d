// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs. Base64 in lines (RFC 2045 §6.8). The caller leaves 16 octets behind source and
// target: vectors read and write beyond the last octet.

const CRLF: u16 = 0x0a0d;

/** 12 octets of the 16 that are loaded, as 16 characters: four groups of six bits a word, then a letter each by a table of distances. */
// @ts-ignore: decorator
@inline
function encode12(at: usize): v128 {
  const w = v128.swizzle(v128.load(at), i8x16(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  const groups = v128.or(
    v128.or(v128.and(i32x4.shr_u(w, 10), i32x4.splat(0x3f)), v128.and(i32x4.shr_u(w, 6), i32x4.splat(0x003f0000))),
    v128.or(v128.and(i32x4.shl(w, 4), i32x4.splat(0x3f00)), v128.and(i32x4.shl(w, 8), i32x4.splat(0x3f000000))),
  );
  const isCapital = v128.and(i8x16.lt_s(groups, i8x16.splat(26)), i8x16.splat(13));
  const kind = v128.or(i8x16.sub_sat_u(groups, i8x16.splat(51)), isCapital);
  return i8x16.add(groups, v128.swizzle(i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0), kind));
}

/** Lines of 57 octets as lines of 76 characters, each with CRLF. */
export function base64Lines(source: usize, lines: i32, target: usize): void {
  for (let i: i32 = 0; i < lines; i += 1) {
    v128.store(target, encode12(source));
    v128.store(target, encode12(source + 12), 16);
    v128.store(target, encode12(source + 24), 32);
    v128.store(target, encode12(source + 36), 48);
    v128.store(target, encode12(source + 48), 64);
    store<u16>(target, CRLF, 76);
    source += 57;
    target += 78;
  }
}
