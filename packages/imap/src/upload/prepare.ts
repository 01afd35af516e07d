import { createHash, hash } from 'node:crypto';
import { eachCrlfSlice, type Issue, isPinnable, type Message, toCrlf } from '@mailferry/core';
import { clampDate, encodeDateTime } from '../codec/date-time.js';
import { encodeLiteralHead } from '../codec/encode.js';
import { beforeLiteral } from '../commands/append.js';
import type { ServerPreset } from '../session/preset.js';
import { FlagChooser } from './flag-list.js';
import { headerBlock, headerKey } from './header.js';
import { applyRepairs, type RepairKind } from './repair.js';
import type { SentItem } from './sent-item.js';
import { traitsOf } from './traits.js';
import type { WireBlocks } from './wire-blocks.js';

/** Octets above which a message goes alone, streamed, with a synchronising literal. */
const LARGE_MESSAGE: number = 1 << 20;

/** A message ready to be sent. */
export interface Prepared extends SentItem {
  readonly message: Message;
  readonly flagList: string;
  /** What stands before the literal: see {@link beforeLiteral}. */
  readonly before: string;
  /** What had to be changed or will not be kept. */
  readonly issues: readonly Issue[];
  /** Why it will be refused, if so. */
  readonly forecast: Issue | undefined;
  /** True when it cannot even be tried. */
  readonly isHopeless: boolean;
  readonly isLarge: boolean;
  /** `~{n}` (RFC 3516). */
  readonly isBinary: boolean;
  /** What is sent where the server need not be asked: see {@link Literal.framed}. */
  readonly framed: Uint8Array | undefined;
  /** The octets in CRLF form; of a large message each chunk is filled again when the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
}

/** What preparing depends on. */
export interface PrepareOptions {
  readonly preset: ServerPreset;
  readonly capabilities: ReadonlySet<string>;
  readonly permanentFlags: readonly string[] | undefined;
  /** Octets of one message; undefined when the server names no limit. */
  readonly appendLimit: number | undefined;
  readonly repairs: ReadonlySet<RepairKind>;
  /** For many messages of one mailbox. */
  readonly flags?: FlagChooser;
  /** Where the octets of small messages are put; without it, each gets memory of its own. */
  readonly wires?: WireBlocks;
}

/** A message as it will be sent: CRLF, flags that the mailbox keeps, a date that every server keeps, the repairs that were allowed. */
export function prepare(message: Message, options: PrepareOptions): Prepared {
  const issues: Issue[] = [];
  const choice = (options.flags ?? new FlagChooser(options.permanentFlags, options.preset.maxKeyword)).choose(message.flags);
  if (choice.dropped.length > 0) issues.push({ code: 'IMAP_FLAG_DROPPED', note: choice.dropped.join(' ') });
  const internalDate = clampDate(message.internalDate);
  if (Math.floor(message.internalDate / 1000) * 1000 !== internalDate) issues.push({ code: 'IMAP_DATE_CLAMPED' });
  else if (options.preset.futureDate === 'altered' && internalDate > Date.now()) {
    issues.push({ code: 'IMAP_DATE_CLAMPED', note: 'the server puts the time of arrival where a date lies in the future' });
  }
  const before = beforeLiteral(choice.list, encodeDateTime(internalDate));
  const lost = options.repairs.has('keywords') ? choice.dropped.filter((flag) => !flag.startsWith('\\')) : [];
  const isLarge = message.content.crlfSize > LARGE_MESSAGE;
  const body = isLarge ? largeBody(message, options, issues) : smallBody(message, options, issues, lost, before);
  const tooLarge = options.appendLimit !== undefined && body.size > options.appendLimit;
  return {
    identity: message.identity,
    sourceId: message.sourceId,
    dateSource: message.dateSource,
    internalDate,
    message,
    issues,
    flags: choice.kept,
    flagList: choice.list,
    before,
    size: body.size,
    sha256: body.sha256,
    key: body.key,
    isLarge,
    isBinary: body.isBinary,
    forecast: tooLargeForecast(body.size, options) ?? body.forecast,
    isHopeless: tooLarge || body.size === 0,
    framed: body.framed,
    chunks: body.chunks,
  };
}

function tooLargeForecast(size: number, { appendLimit, preset }: PrepareOptions): Issue | undefined {
  const most = appendLimit ?? preset.maxMessage;
  if (most === undefined || size <= most) return undefined;
  const takes = appendLimit === undefined ? `${preset.title} usually takes` : 'the server takes';
  return { code: 'IMAP_MESSAGE_TOO_LARGE', note: `${size} octets, ${takes} ${most}` };
}

type Body = Pick<Prepared, 'size' | 'sha256' | 'key' | 'isBinary' | 'forecast' | 'framed' | 'chunks'>;

/** The octets of a small message in CRLF form, with what stands before them where that is in one piece with them. */
function wireOf(message: Message, wires: WireBlocks | undefined, before: string): { wire: Uint8Array; framed: Uint8Array | undefined } {
  const { content } = message;
  const pinned = isPinnable(content) ? content.pin() : undefined;
  const parts = pinned?.parts ?? [content.bytes()];
  try {
    if (wires === undefined) return { wire: toCrlf(parts), framed: undefined };
    const size = content.crlfSize;
    const head = before + encodeLiteralHead({ size }, 'nonSynchronising');
    const framed = wires.put(message, head, parts, size);
    return { wire: framed.subarray(head.length), framed };
  } finally {
    pinned?.release();
  }
}

/** SHA-256 of the CRLF form, where the source has computed it: as the identity, except of a PST, or as the content's own. */
function knownHash({ contentHash, sourceId, identity }: Message): string | undefined {
  if (contentHash !== undefined) return contentHash;
  return identity[64] !== '-' || sourceId.startsWith('nid:') || !HASHED_IDENTITY.test(identity) ? undefined : identity.slice(0, 64);
}

const HASHED_IDENTITY = /^[0-9a-f]{64}-\d+$/;

function smallBody(message: Message, options: PrepareOptions, issues: Issue[], lostKeywords: readonly string[], before: string): Body {
  const { wire: source, framed } = wireOf(message, options.wires, before);
  const repaired = applyRepairs(source, traitsOf(source, options.preset), options, lostKeywords);
  issues.push(...repaired.issues);
  const { wire } = repaired;
  return {
    size: wire.length,
    sha256: (wire === source ? knownHash(message) : undefined) ?? hash('sha256', wire, 'hex'),
    key: headerKey((repaired.header ?? headerBlock(wire)).text),
    isBinary: repaired.isBinary,
    forecast: repaired.forecast,
    framed: wire === source ? framed : undefined,
    chunks: () => [wire],
  };
}

/** A large message is read twice, never held: once to know it, once to send it. */
function largeBody(message: Message, options: PrepareOptions, issues: Issue[]): Body {
  const digest = createHash('sha256');
  let size = 0;
  let key: string | undefined;
  let hasNul = false;
  for (const chunk of crlfChunks(message)) {
    key ??= headerKey(headerBlock(chunk).text);
    hasNul ||= options.preset.nul !== 'kept' && Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).includes(0);
    digest.update(chunk);
    size += chunk.length;
  }
  const isBinary = hasNul && options.preset.nul === 'refused' && options.capabilities.has('BINARY');
  if (hasNul && options.preset.nul === 'altered') issues.push({ code: 'IMAP_MESSAGE_ALTERED', note: 'NUL octets' });
  const forecast: Issue | undefined =
    hasNul && options.preset.nul === 'refused' && !isBinary ? { code: 'IMAP_MESSAGE_REFUSED', note: 'forecast: NUL octets' } : undefined;
  return {
    size,
    sha256: digest.digest('hex'),
    key: key ?? '',
    isBinary,
    forecast,
    framed: undefined,
    chunks: () => crlfChunks(message),
  };
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
