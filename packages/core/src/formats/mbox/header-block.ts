// The header block of one mbox message: where it ends, and what in it is the mailbox's and not the mail's.
// The names are Dovecot's (mbox-storage.c): they leave the stored message, with their folded lines, whatever the case. What they say is kept here
// as text; what it means is the business of status-flags, imap-base, mozilla and gmail-labels.

/** The header fields of one message that a mailbox reader looks at. Offsets are relative to the text. */
export interface HeaderBlock {
  /** Offset of the body: behind the blank line, or where the header ends without one. */
  readonly bodyStart: number;
  /** False when the text ended before a blank line. */
  readonly ended: boolean;
  /** Pairs of start and end: the mailbox's own header fields, adjacent ones joined, in order. */
  readonly own: readonly number[];
  /** Values by lower-case name; of a field that occurs twice, the first. `status` and `x-status` are joined. */
  readonly fields: ReadonlyMap<string, string>;
}

/** The fields that Dovecot drops from every message. */
const OWN = new Set(['content-length', 'status', 'x-imap', 'x-imapbase', 'x-keywords', 'x-status', 'x-uid']);
const FIELD =
  /(content-(?:length|type)|status|x-(?:imap(?:base)?|keywords|status|uidl?|mozilla-(?:status2?|keys)|gmail-labels))[ \t]*:[ \t]*/iy;
const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const NOTHING: readonly number[] = [];

/** Reads the header block at the start of the text, a message without its From_ line, as latin1. */
export function readHeaderBlock(text: string): HeaderBlock {
  const found: FoundFields = { own: undefined, fields: undefined };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) return block(at + 1, true, found);
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) return block(at + 2, true, found);
    at = mayMatter(code) ? takeField(text, at, found) : lineAfter(text, at);
  }
  return block(text.length, false, found);
}

interface FoundFields {
  own: number[] | undefined;
  fields: Map<string, string> | undefined;
}

function block(bodyStart: number, ended: boolean, { own, fields }: FoundFields): HeaderBlock {
  return { bodyStart, ended, own: own ?? NOTHING, fields: fields ?? NO_FIELDS };
}

/** Notes the field at `at` if it is one of those that are looked for; the offset behind it. */
function takeField(text: string, at: number, found: FoundFields): number {
  FIELD.lastIndex = at;
  const match = FIELD.exec(text);
  if (match === null) return lineAfter(text, at);
  const end = fieldEnd(text, at);
  const name = (match[1] ?? '').toLowerCase();
  found.fields ??= new Map();
  note(found.fields, name, text.slice(FIELD.lastIndex, end));
  if (OWN.has(name)) {
    found.own ??= [];
    if (found.own.at(-1) === at) found.own[found.own.length - 1] = end;
    else found.own.push(at, end);
  }
  return end;
}

/** True for the first letters of the names that are looked for: c, s, x. */
function mayMatter(code: number): boolean {
  const lower = code | 0x20;
  return lower === 0x78 || lower === 0x73 || lower === 0x63;
}

function note(fields: Map<string, string>, name: string, raw: string): void {
  const value = raw.trimEnd();
  const before = fields.get(name);
  if (before === undefined) fields.set(name, value);
  else if (name === 'status' || name === 'x-status') fields.set(name, before + value);
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The end of a header field with its folded lines (RFC 5322 §2.2.3). */
function fieldEnd(text: string, at: number): number {
  let end = lineAfter(text, at);
  while (end < text.length && (text.charCodeAt(end) === 0x20 || text.charCodeAt(end) === 0x09)) end = lineAfter(text, end);
  return end;
}
