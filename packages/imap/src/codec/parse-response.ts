// Reads one response (RFC 9051 §7). Lenient in what servers get wrong (spaces, lower case, missing text), strict in structure:
// what is no response at all is an error, since a stream that is out of step cannot be trusted with a mailbox.
import { RemoteError } from '@mailferry/core';
import type { DataResponse, Response, ResponseCode, StatusName, StatusResponse, Value } from './response.js';
import type { RawResponse } from './response-reader.js';

const MAX_DEPTH = 32;
const STATUS = /^(OK|NO|BAD|BYE|PREAUTH)(?: +|$)/i;
const CODE = /^\[([^\s\]]+)(?: (.*?))?\](?: +|$)/;
const TAG = /^([A-Za-z0-9.]{1,64}) +/;
const NUMBERED = /^(\d{1,19}) +([A-Za-z-]+) */;
const NAMED = /^([A-Za-z][A-Za-z0-9-]*) */;
const ATOM = /(?:BODY|BINARY)(?:\.PEEK)?\[[^\]]*\](?:<\d+>)?|[^ ()"]+/iy;
const QUOTED = /"([^"\\]*(?:\\.[^"\\]*)*)"/y;

/**
 * A response from its lines and literals.
 *
 * @throws {@link RemoteError} IMAP_PROTOCOL when it is none.
 */
export function parseResponse(raw: RawResponse): Response {
  const line = raw.lines[0] ?? '';
  if (line.startsWith('+')) return { type: 'continuation', text: line.slice(1).trimStart() };
  if (line.startsWith('* ')) return parseUntagged(line.slice(2).trimStart(), raw);
  const tag = TAG.exec(line);
  const status = tag === null ? undefined : parseStatus(line.slice(tag[0].length), tag[1]);
  if (status === undefined) throw garbage(line);
  return status;
}

function parseUntagged(text: string, raw: RawResponse): Response {
  const status = parseStatus(text, undefined);
  if (status !== undefined) return status;
  const numbered = NUMBERED.exec(text);
  const head = numbered ?? NAMED.exec(text);
  if (head === null) throw garbage(text);
  const name = numbered === null ? head[1] : numbered[2];
  const lines = [text.slice(head[0].length), ...raw.lines.slice(1)];
  return {
    type: 'data',
    number: numbered === null ? undefined : Number(numbered[1]),
    name: (name ?? '').toUpperCase(),
    values: parseValues(lines, raw.literals),
  } satisfies DataResponse;
}

function parseStatus(text: string, tag: string | undefined): StatusResponse | undefined {
  const match = STATUS.exec(text);
  if (match === null) return undefined;
  const rest = text.slice(match[0].length);
  const code = CODE.exec(rest);
  return {
    type: 'status',
    tag,
    status: (match[1] ?? '').toUpperCase() as StatusName,
    code: code === null ? undefined : ({ name: (code[1] ?? '').toUpperCase(), args: code[2] ?? '' } satisfies ResponseCode),
    text: code === null ? rest : rest.slice(code[0].length),
  };
}

/** The values of a response; `lines` has one string more than there are literals. */
export function parseValues(lines: readonly string[], literals: readonly Uint8Array[]): readonly Value[] {
  const top: Value[] = [];
  const stack: Value[][] = [top];
  lines.forEach((line, n) => {
    parseLine(line, stack);
    const literal = literals[n];
    if (literal !== undefined) stack.at(-1)?.push(literal);
  });
  if (stack.length !== 1) throw garbage(lines.join(' '));
  return top;
}

function parseLine(line: string, stack: Value[][]): void {
  let at = 0;
  while (at < line.length) {
    const char = line[at];
    if (char === ' ') at++;
    else if (char === '(' || char === ')') {
      nest(char, stack, line);
      at++;
    } else at = parseString(line, at, stack);
  }
}

function nest(char: string, stack: Value[][], line: string): void {
  if (char === ')') {
    if (stack.length === 1) throw garbage(line);
    stack.pop();
    return;
  }
  if (stack.length > MAX_DEPTH) throw garbage(line);
  const list: Value[] = [];
  stack.at(-1)?.push(list);
  stack.push(list);
}

function parseString(line: string, at: number, stack: Value[][]): number {
  const pattern = line[at] === '"' ? QUOTED : ATOM;
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  if (match === null) throw garbage(line.slice(at));
  const text = pattern === QUOTED ? (match[1] ?? '').replace(/\\(.)/g, '$1') : match[0];
  stack.at(-1)?.push(pattern === ATOM && text.toUpperCase() === 'NIL' ? null : text);
  return pattern.lastIndex;
}

function garbage(text: string): RemoteError {
  return new RemoteError('IMAP_PROTOCOL', 'the server sent something that is not IMAP', {
    notes: [`it said: ${printable(text)}`],
    help: 'check host and port; a proxy or a virus scanner in between may speak another protocol',
  });
}

/** A server's text for a message to a human: printable ASCII, at most 200 characters. */
export function printable(text: string): string {
  const clean = text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
  return text.length > 200 ? `${clean}…` : clean;
}
