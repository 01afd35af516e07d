import { batchesOf, formatCount, type MailStore, type Message, toCrlf, type Witness, type WitnessKind, witnessesOf } from '@mailferry/core';

/** Octets of a message above which its signatures are not looked at. */
const LARGEST = 64 * 1024 * 1024;

/** Signatures of a store by kind: those that hold, those that are broken, those of which nothing can be told without a key. */
export type SignatureCounts = Readonly<Record<WitnessKind, { readonly holds: number; readonly broken: number; readonly unknown: number }>>;

/** Reads a store and asks every signature whether its hash holds. */
export async function countSignatures(store: MailStore, signal: AbortSignal): Promise<SignatureCounts> {
  const none = () => ({ holds: 0, broken: 0, unknown: 0 });
  const counts = { dkim: none(), smime: none(), pgp: none() };
  for await (const _ of store.folders()) signal.throwIfAborted();
  for await (const batch of batchesOf(store)) {
    signal.throwIfAborted();
    for (const message of batch) {
      for (const { kind, holds } of witnessesIn(message)) counts[kind][verdictOf(holds)] += 1;
    }
  }
  return counts;
}

function verdictOf(holds: boolean | undefined): 'holds' | 'broken' | 'unknown' {
  if (holds === undefined) return 'unknown';
  return holds ? 'holds' : 'broken';
}

function witnessesIn({ content, filtered, failure }: Message): readonly Witness[] {
  if (filtered !== undefined || failure !== undefined || content.size > LARGEST) return [];
  const octets = toCrlf([content.bytes()]);
  return witnessesOf(Buffer.from(octets.buffer, octets.byteOffset, octets.length));
}

const TITLES: Readonly<Record<WitnessKind, string>> = { dkim: 'DKIM body hashes', smime: 'S/MIME digests', pgp: 'PGP hashes' };

/** `DKIM body hashes that hold: 3 of 5 before, 5 of 5 after`. */
export function signatureLines(before: SignatureCounts, after: SignatureCounts): string[] {
  const total = ({ holds, broken, unknown }: SignatureCounts[WitnessKind]) => holds + broken + unknown;
  return (Object.keys(TITLES) as WitnessKind[]).flatMap((kind) => {
    const [a, b] = [before[kind], after[kind]];
    if (total(a) + total(b) === 0) return [];
    return [
      `${TITLES[kind]} that hold: ${formatCount(a.holds)} of ${formatCount(total(a))} before, ${formatCount(b.holds)} of ${formatCount(total(b))} after`,
    ];
  });
}
