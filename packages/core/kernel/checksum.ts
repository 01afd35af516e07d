// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs. A checksum of octets in blocks of 64: sixteen numbers of 32 bits, each of which
// takes every sixteenth word by the round of XXH32. A round can be undone, so that a change within one word is never missed.

const PRIME1: v128 = i32x4.splat(<i32>0x9e3779b1);
const PRIME2: v128 = i32x4.splat(<i32>0x85ebca77);

// @ts-ignore: decorator
@inline
function round(state: v128, words: v128): v128 {
  const sum = i32x4.add(state, i32x4.mul(words, PRIME2));
  return i32x4.mul(v128.or(i32x4.shl(sum, 13), i32x4.shr_u(sum, 19)), PRIME1);
}

/** Takes `blocks` blocks at `source` into the 64 octets at `state`. */
export function mix(source: usize, blocks: i32, state: usize): void {
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  for (const end = source + (blocks << 6); source < end; source += 64) {
    a = round(a, v128.load(source));
    b = round(b, v128.load(source, 16));
    c = round(c, v128.load(source, 32));
    d = round(d, v128.load(source, 48));
  }
  v128.store(state, a);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}
