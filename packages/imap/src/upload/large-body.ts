// A large message is never held: it is read once to know it, once more to know what its repairs make of it, if any, and once to be sent.
import { createHash } from 'node:crypto';
import { eachCrlfSlice, type Issue, type Message } from '@mailferry/core';
import { headerBlock, headerKey } from './header.js';
import type { Body, PrepareOptions, WireFacts } from './prepared.js';
import { planRepairs, type Repairs, repairedPiece } from './repair.js';
import { storedChunks } from './stored-form.js';
import { TraitScan } from './traits.js';

/** The octets of a large message, their repairs and their forecast. */
export function largeBody(message: Message, options: PrepareOptions, issues: Issue[], lostKeywords: readonly string[]): Body {
  const scan = new TraitScan(options.preset);
  const digest = createHash('sha256');
  for (const chunk of crlfChunks(message)) {
    scan.update(chunk);
    digest.update(chunk);
  }
  const start = scan.start();
  const traits = scan.traits();
  const repairs = planRepairs(start, traits, options, lostKeywords);
  issues.push(...repairs.issues);
  const { isBinary, forecast } = repairs;
  const common = { isBinary, forecast, framed: undefined };
  const stored = (chunks: Iterable<Uint8Array>, wire: WireFacts, headerSize: number): WireFacts =>
    repairs.isAltered ? measured(storedChunks(chunks, options.preset, headerSize)) : wire;
  if (!repairs.isAny) {
    const [wire, key] = [{ size: scan.size, sha256: digest.digest('hex') }, headerKey(traits.header.text)];
    return { ...common, wire, ...stored(crlfChunks(message), wire, traits.header.size), key, chunks: () => crlfChunks(message) };
  }
  const chunks = (): Iterable<Uint8Array> => repairedChunks(message, start.length, repairs);
  const [wire, header] = [measured(chunks()), headerBlock(repairedPiece(repairs.start, repairs))];
  return { ...common, wire, ...stored(chunks(), wire, header.size), key: headerKey(header.text), chunks };
}

/** Size and SHA-256 of octets. */
export function measured(chunks: Iterable<Uint8Array>): WireFacts {
  const digest = createHash('sha256');
  let size = 0;
  for (const chunk of chunks) {
    digest.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: digest.digest('hex') };
}

/** The changed start, then what follows it in the source. */
function* repairedChunks(message: Message, startSize: number, repairs: Repairs): Generator<Uint8Array> {
  yield repairedPiece(repairs.start, repairs);
  let skip = startSize;
  for (const chunk of crlfChunks(message)) {
    const rest = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    if (rest.length > 0) yield repairedPiece(rest, repairs);
  }
  if (repairs.end !== '') yield Buffer.from(repairs.end, 'latin1');
}

/** Octets of a source chunk that are turned into CRLF form at a time. */
const PIECE = 1 << 18;

/**
 * The octets in CRLF form, piece by piece, in one buffer that is filled again and again; a CR at the end of a piece waits for what follows.
 */
function* crlfChunks(message: Message): Generator<Uint8Array> {
  const buffer = new Uint8Array(2 * PIECE + 2);
  let held = false;
  for (const chunk of message.content.chunks()) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      const endsInCr = piece.at(-1) === 13;
      const text = endsInCr ? piece.subarray(0, -1) : piece;
      let size = 0;
      eachCrlfSlice(held ? [CR, text] : [text], (slice) => {
        buffer.set(slice, size);
        size += slice.length;
      });
      held = endsInCr;
      if (size > 0) yield buffer.subarray(0, size);
    }
  }
  if (held) yield CR;
}

const CR = Uint8Array.of(13);
