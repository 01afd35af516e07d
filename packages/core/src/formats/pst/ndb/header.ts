import { SourceError } from '../../../errors.js';
import { pstCrc } from './checksum.js';
import type { DamageSink } from './damage.js';
import { type Layout, layoutOfVersion } from './layout.js';
import { hasPstMagic } from './magic.js';
import { u16, u32, uWord } from './octets.js';
import type { RandomAccess } from './random-access.js';

/** How blocks of data are encoded (bCryptMethod, [MS-PST] 2.2.2.6). */
export type CryptMethod = 'none' | 'permute' | 'cyclic';

/** What the reader takes from the header. */
export interface Header {
  /** Undefined when the version number is none that is known. */
  readonly layout: Layout | undefined;
  /** wVer: 14 or 15, 23, 36 or 37. */
  readonly version: number;
  /** `SM` a PST, `SO` an OST, `AB` an address book. */
  readonly client: string;
  readonly crypt: CryptMethod | undefined;
}

/** Where the two B-trees begin, and the size that the file had. */
export interface Root {
  readonly fileSize: number;
  readonly nodeTree: number;
  readonly blockTree: number;
}

const HEADER_SIZE = 580;

/**
 * Reads the header ([MS-PST] 2.2.2.6). A damaged one is used as far as it goes.
 *
 * ```
 *   0 dwMagic "!BDN"   4 dwCRCPartial (of 471 octets from 8)   8 wMagicClient "SM"   10 wVer   12 wVerClient
 * 461 bCryptMethod in ANSI files, 513 in others: 0 none, 1 PERMUTE, 2 CYCLIC
 * ```
 *
 * @throws {@link SourceError} PST_NOT_RECOGNISED when it is no PST at all
 */
export function readHeader(file: RandomAccess, damage: DamageSink, path: string): Header {
  const octets = file.readAt(0, HEADER_SIZE).slice();
  const client = String.fromCharCode(octets[8] ?? 0, octets[9] ?? 0);
  const hasMagic = hasPstMagic(octets);
  const version = u16(octets, 10);
  const layout = layoutOfVersion(version);
  if (octets.length < HEADER_SIZE || !(hasMagic || (client === 'SM' && layout !== undefined))) {
    throw new SourceError('PST_NOT_RECOGNISED', whyNot(file.size, hasMagic), {
      where: { path, offset: 0 },
      help: 'Check that it is the right file, and that the copy of it is whole.',
    });
  }
  if (!hasMagic || u32(octets, 4) !== pstCrc(octets.subarray(8, 8 + 471))) {
    damage('PST_HEADER_DAMAGED', 'the checksum of the header does not match', 4);
  }
  const crypt = layout === undefined ? undefined : CRYPT_METHODS[octets[layout.headerCrypt] ?? 0xff];
  return { layout, version, client, crypt };
}

function whyNot(size: number, hasMagic: boolean): string {
  if (size === 0) return 'the file is empty';
  return hasMagic ? `of the file the first ${size} octets are there, less than a header` : 'the file does not start like a PST or OST';
}

const CRYPT_METHODS: readonly CryptMethod[] = ['none', 'permute', 'cyclic'];

/**
 * Reads the root ([MS-PST] 2.2.2.5) as the layout has it.
 *
 * ```
 * ANSI     4 ibFileEof u32   20 BREFNBT { bid u32, ib u32 }   28 BREFBBT { bid, ib }
 * Unicode  4 ibFileEof u64   36 BREFNBT { bid u64, ib u64 }   52 BREFBBT { bid, ib }
 * ```
 */
export function readRoot(file: RandomAccess, layout: Layout): Root {
  const octets = file.readAt(0, HEADER_SIZE);
  const at = layout.headerRoot;
  const word = (offset: number): number => uWord(octets, at + offset, layout.isAnsi);
  return layout.isAnsi
    ? { fileSize: word(4), nodeTree: word(24), blockTree: word(32) }
    : { fileSize: word(4), nodeTree: word(44), blockTree: word(60) };
}
