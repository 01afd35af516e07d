// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.mjs. The ciphers of [MS-PST] 5.1 and 5.2, decoding.

/** PERMUTE: two octets at a time through a table of 65,536 pairs; `length` is rounded up to a multiple of 8. */
export function decodePermute(source: usize, length: i32, target: usize, pairs: usize): void {
  for (let i: i32 = 0; i < length; i += 8) {
    store<u16>(target + i, load<u16>(pairs + (<usize>load<u16>(source + i) << 1)));
    store<u16>(target + i, load<u16>(pairs + (<usize>load<u16>(source + i, 2) << 1)), 2);
    store<u16>(target + i, load<u16>(pairs + (<usize>load<u16>(source + i, 4) << 1)), 4);
    store<u16>(target + i, load<u16>(pairs + (<usize>load<u16>(source + i, 6) << 1)), 6);
  }
}

/** CYCLIC: three tables of 256 octets side by side (mpbbR, mpbbS, mpbbI), and a key that grows by one with every octet. */
export function decodeCyclic(source: usize, length: i32, target: usize, tables: usize, key: u32): void {
  let word: u32 = (key ^ (key >> 16)) & 0xffff;
  for (let i: i32 = 0; i < length; i += 1) {
    const low = word & 0xff;
    const high = word >> 8;
    const first: u32 = load<u8>(tables + ((load<u8>(source + i) + low) & 0xff));
    const second: u32 = load<u8>(tables + 256 + ((first + high) & 0xff));
    store<u8>(target + i, <u8>(load<u8>(tables + 512 + ((second - high) & 0xff)) - low));
    word = (word + 1) & 0xffff;
  }
}
