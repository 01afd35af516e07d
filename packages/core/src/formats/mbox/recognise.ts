// Is this an mbox? Decided by the first octets, never by the name: a From_ line alone is not enough, since logs and letters begin with "From " too.

import { looksLikeMessage } from '../eml/recognise-message.js';
import { recogniseUnsupported } from '../signature/signature.js';
import { judge } from './boundaries.js';
import { dialectOf, isTakeoutSender, type MboxDialect } from './dialect.js';
import { MAX_FROM_LINE, parseFromLine } from './from-line.js';
import { readHeaderBlock } from './header-block.js';
import { FOLLOWING_SIZE, following } from './header-shape.js';
import { isMmdf, mmdfSeparator, startsMmdfMessage } from './mmdf.js';
import { multipartBoundary } from './multipart-boundary.js';

/** What the head of a file is. */
export interface MboxRecognition {
  /** From 0 to 1: 1 for a From_ line with address and date and a header block, less where one of them is odd. */
  readonly confidence: number;
  readonly dialect: MboxDialect;
}

const LF = 0x0a;
const CR = 0x0d;
/** Looks at the first octets of a file, 4 KiB or more where there are more; undefined when it is no mbox. */
export function recogniseMbox(head: Uint8Array): MboxRecognition | undefined {
  const octets = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64 * 1024));
  const text = octets.toString('latin1');
  const start = firstText(head);
  const separator = mmdfSeparator(text, start);
  if (separator > 0) return startsMmdfMessage(text, start + separator) ? { confidence: 1, dialect: 'mmdf' } : undefined;
  if (isMmdf(text, start)) return recogniseUnsupported(octets) ? undefined : { confidence: 0.4, dialect: 'mmdf' };
  return (text.startsWith('From ', start) ? recogniseFirst(octets, text, start) : undefined) ?? recogniseBehind(octets, text);
}

function recogniseFirst(octets: Buffer, text: string, start: number): MboxRecognition | undefined {
  const lineEnd = text.indexOf('\n', start);
  if (lineEnd < 0 || lineEnd - start > MAX_FROM_LINE) return undefined;
  const from = parseFromLine(text.slice(start, lineEnd).replace(/\r$/, ''));
  const rest = text.slice(lineEnd + 1);
  const shape = following(rest.slice(0, FOLLOWING_SIZE), rest.length <= FOLLOWING_SIZE);
  const evidence = { grade: from.grade, following: shape, blankBefore: true, headerless: true, bareDialect: true };
  if (!judge(evidence).starts || shape.kind === 'fromLine') return undefined;
  const header = readHeaderBlock(octets.subarray(lineEnd + 1));
  const dialect = dialectOf({ isMmdf: false, from, fields: header.fields, header: rest.slice(0, header.bodyStart) });
  if (shape.kind !== 'headers') return { confidence: 0.5, dialect };
  if (from.grade === 'strict') return { confidence: shape.known > 0 ? 1 : 0.8, dialect };
  return { confidence: shape.known > 1 ? 0.8 : 0.5, dialect };
}

/** The From_ line that git writes over every patch. */
const OF_PATCH = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001$/;

/**
 * An mbox whose head is damaged: two From_ lines with two known header fields each. Behind a header block, which is the message whose From_ line is missing, both have
 * address and date; or one has, with a blank line before it, and is enough.
 */
function recogniseBehind(octets: Buffer, text: string): MboxRecognition | undefined {
  const isMessage = looksLikeMessage(octets);
  let first: Start | undefined;
  for (const start of startsIn(octets, text, isMessage ? endOfMultipart(octets, text) : 0)) {
    if (isMessage && !start.isDated) continue;
    if (first !== undefined || (isMessage && start.isSure)) return recogniseUnsupported(octets) ? undefined : (first ?? start).found;
    first = start;
  }
  return undefined;
}

/** Where the parts of a multipart end, in which From_ lines could be text; 0 where there are none. */
function endOfMultipart(octets: Buffer, text: string): number {
  const boundary = multipartBoundary(readHeaderBlock(octets).fields.get('content-type') ?? '');
  if (boundary === undefined || !text.includes(`\n--${boundary}`)) return 0;
  const end = text.indexOf(`\n--${boundary}--`);
  return end < 0 ? text.length : end;
}

/** A From_ line that a message begins with, behind the first. */
interface Start {
  readonly found: MboxRecognition;
  /** It has an address and a date, or is one of a Takeout. */
  readonly isDated: boolean;
  /** And a blank line is before it, and two known header fields behind it. */
  readonly isSure: boolean;
}

function* startsIn(octets: Buffer, text: string, from: number): Generator<Start> {
  for (let at = text.indexOf('\nFrom ', from); at >= 0; at = text.indexOf('\nFrom ', at + 1)) {
    const found = startsAt(octets, text, at + 1);
    if (found !== undefined) yield found;
  }
}

function startsAt(octets: Buffer, text: string, start: number): Start | undefined {
  const lineEnd = text.indexOf('\n', start);
  if (lineEnd < 0 || lineEnd - start > MAX_FROM_LINE) return undefined;
  const line = text.slice(start, lineEnd).replace(/\r$/, '');
  const from = parseFromLine(line);
  if (from.grade === 'prose' || OF_PATCH.test(line)) return undefined;
  const isDated = from.grade === 'strict' || isTakeoutSender(from.envelopeSender ?? '');
  const blankBefore = /\n\r?\n$/.test(text.slice(Math.max(0, start - 3), start));
  if (!blankBefore && !isDated) return undefined;
  const rest = text.slice(lineEnd + 1, lineEnd + 1 + FOLLOWING_SIZE);
  const { known, clean } = following(rest, lineEnd + 1 + FOLLOWING_SIZE >= text.length);
  if (known < 2 && !(known === 1 && clean && isDated && blankBefore)) return undefined;
  const header = readHeaderBlock(octets.subarray(lineEnd + 1));
  const above = text.slice(lineEnd + 1, lineEnd + 1 + header.bodyStart);
  const dialect = dialectOf({ isMmdf: false, from, fields: header.fields, header: above });
  return { found: { confidence: 0.4, dialect }, isDated, isSure: isDated && blankBefore && known > 1 };
}

/** Offset of the first octet that is no blank line, no byte order mark and no NUL; 0 where there is none. */
export function firstText(head: Uint8Array): number {
  let at = head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && (head[at] === LF || head[at] === CR || head[at] === 0)) at += 1;
  return at === head.length ? 0 : at;
}
