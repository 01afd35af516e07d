// [MS-PST] 5.1 (permutative) and 5.2 (cyclic) encoding of data blocks. The tables are the spec's mpbbCrypt: R, S and I,
// where I undoes R and S is its own inverse, so that I is derived here. Internal blocks are never encoded.

/** `bCryptMethod` of the header, [MS-PST] 2.2.2.6. */
export type Cipher = 'none' | 'permute' | 'cyclic';

const TABLE_R: Buffer = table(
  '41361362a8216ebbf416cc047f64e85d1ef2cb2a74c55e35d295479e962d9a884c7d843fdbac31b6485ff6c4d8398be7233b388ec8c1df25b120a546604e9cfb' +
    'aad35651457c550007c92b9d859b09a08fadb30f63ab894bd7a7155a716642bf264a6b98faea7753b270052cfd593a867ece06eb827857c78d43afb41cd45bcd' +
    'e2e9274fc3087280cfb0eff5286dbe304d3492d50e3c2232e5e4f99fc2d10a8112e1ee918376e397e6618a1779a4b7dc907a5c8c02a6ca69de501a1193b95287' +
    '58fced1d37491b6ae0293399bd6cd994f340546ff0c673b8d63e6518441fdd6710f10c19ecae03a1147ba90bfff8a3c0a201f72ebc2468750dfeba2fb5d0da3d',
);

const TABLE_S: Buffer = table(
  '14530f56b3c87a9ceb65481716159f02cc547c83000d0c0ba262a876dbd9edc7c5a4dcac8574d6d0a79bae9a967166c36399b8dd73928e847da55ed15d93b157' +
    '5150808952944f4e0a6bbc8d7f6e47464140440111cb033ff7f4e1a98f3c3af9fbf0193082092ec99da08649ee6f4d6dc42d813425871b88aafc06a11238fd4c' +
    '4272641337246a757743ffe6b44b365ce4d8353d45b92cecb7312b290768a30e697b189e2139be281a5b78f523ca2ab0af3efe048ce7e5983295d3f64ae8a6ea' +
    'e9f3d52f7020f21f0567ad5510cecde3273bdabad7c226d4911dd21c2233f8faf15aefcf90b68bb5bdc0bf08971e6ce261e0c6c159abbb58de5fdf60797eb28a',
);

const TABLE_I: Buffer = inverse(TABLE_R);

/** The number of a cipher in the header. */
export function cipherNumber(cipher: Cipher): number {
  return { none: 0, permute: 1, cyclic: 2 }[cipher];
}

/** Writes `data`, encoded, to the start of `out`. `bid` is the key of the cyclic cipher (its low 32 bits). */
export function encodeBlock(cipher: Cipher, data: Uint8Array, bid: number, out: Uint8Array): void {
  if (cipher === 'none') {
    out.set(data);
  } else if (cipher === 'permute') {
    encodePermute(data, out);
  } else {
    encodeCyclic(data, bid, out);
  }
}

function encodePermute(data: Uint8Array, out: Uint8Array): void {
  const table = TABLE_R;
  for (let i = 0; i < data.length; i++) {
    out[i] = table[data[i] as number] as number;
  }
}

/** [MS-PST] 5.2: the key is folded to 16 bits and counts up with each octet; encoding and decoding are the same. */
function encodeCyclic(data: Uint8Array, bid: number, out: Uint8Array): void {
  const low32 = bid % 0x1_0000_0000;
  let key = (low32 ^ (low32 >>> 16)) & 0xffff;
  for (let i = 0; i < data.length; i++) {
    const low = key & 0xff;
    const high = key >>> 8;
    const first = TABLE_R[((data[i] as number) + low) & 0xff] as number;
    const second = TABLE_S[(first + high) & 0xff] as number;
    out[i] = (TABLE_I[(second - high) & 0xff] as number) - low;
    key = (key + 1) & 0xffff;
  }
}

function table(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function inverse(of: Buffer): Buffer {
  const result = Buffer.alloc(256);
  for (let i = 0; i < 256; i++) {
    result[of[i] as number] = i;
  }
  return result;
}
