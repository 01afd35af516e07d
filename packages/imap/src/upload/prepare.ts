import { hash } from 'node:crypto';
import { type Issue, isPinnable, type Message, toCrlf } from '@mailferry/core';
import { clampDate, encodeDateTime } from '../codec/date-time.js';
import { encodeLiteralHead } from '../codec/encode.js';
import { beforeLiteral } from '../commands/append.js';
import { encodeFlagList, FlagChooser } from './flag-list.js';
import { headerBlock, headerKey } from './header.js';
import { largeBody, measured } from './large-body.js';
import type { Body, Prepared, PrepareOptions } from './prepared.js';
import { planRepairs, repairedWire } from './repair.js';
import { storedChunks } from './stored-form.js';
import { traitsOf } from './traits.js';
import type { WireBlocks } from './wire-blocks.js';

const LARGE_MESSAGE = 1 << 20;

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
  const isLarge = message.content.crlfSize > (options.largeFrom ?? LARGE_MESSAGE);
  const body = isLarge ? largeBody(message, options, issues, lost) : smallBody(message, options, issues, lost, before);
  const tooLarge = options.appendLimit !== undefined && body.wire.size > options.appendLimit;
  return {
    identity: message.identity,
    sourceId: message.sourceId,
    dateSource: message.dateSource,
    internalDate,
    message,
    issues,
    flags: choice.kept,
    source: options.sourceOf?.(message),
    flagList: choice.list,
    before,
    wire: body.wire,
    size: body.size,
    sha256: body.sha256,
    key: body.key,
    isLarge,
    isBinary: body.isBinary,
    forecast: tooLargeForecast(body.wire.size, options) ?? body.forecast,
    isHopeless: tooLarge || body.wire.size === 0,
    framed: body.framed,
    chunks: body.chunks,
  };
}

/** The same with system flags alone, for a mailbox that has no room for further keywords; undefined when it has none to lose. */
export function withoutKeywords(item: Prepared): Prepared | undefined {
  const flags = item.flags.filter((flag) => flag.startsWith('\\'));
  if (flags.length === item.flags.length) return undefined;
  const dropped: Issue = { code: 'IMAP_FLAG_DROPPED', note: item.flags.filter((flag) => !flags.includes(flag)).join(' ') };
  const flagList = encodeFlagList(flags);
  const before = beforeLiteral(flagList, encodeDateTime(item.internalDate));
  return { ...item, flags, flagList, before, framed: undefined, issues: [...item.issues, dropped] };
}

function tooLargeForecast(size: number, { appendLimit, preset }: PrepareOptions): Issue | undefined {
  const most = appendLimit ?? preset.maxMessage;
  if (most === undefined || size <= most) return undefined;
  const takes = appendLimit === undefined ? `${preset.title} usually takes` : 'the server takes';
  return { code: 'IMAP_MESSAGE_TOO_LARGE', note: `${size} octets, ${takes} ${most}` };
}

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
  const traits = traitsOf(source, options.preset);
  const repairs = planRepairs(source, traits, options, lostKeywords);
  issues.push(...repairs.issues);
  const wire = repairedWire(source, repairs);
  const header = wire === source ? traits.header : headerBlock(wire);
  const facts = { size: wire.length, sha256: (wire === source ? knownHash(message) : undefined) ?? hash('sha256', wire, 'hex') };
  return {
    wire: facts,
    ...(repairs.isAltered ? measured(storedChunks([wire], options.preset, header.size)) : facts),
    key: headerKey(header.text),
    isBinary: repairs.isBinary,
    forecast: repairs.forecast,
    framed: wire === source ? framed : undefined,
    chunks: () => [wire],
  };
}
