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
  readonly fields: HeaderFields;
}

/** Values of header fields by lower-case name. */
export interface HeaderFields {
  get(name: string): string | undefined;
  has(name: string): boolean;
}

/** The fields that Dovecot drops from every message. */
const OWN = new Set(['content-length', 'status', 'x-imap', 'x-imapbase', 'x-keywords', 'x-status', 'x-uid']);
const FIELD =
  /(content-(?:length|type)|status|x-(?:imap(?:base)?|keywords|status|uidl?|mozilla-(?:status2?|keys)|gmail-labels))[ \t]*:[ \t]*/iy;
/** The spelling that nearly every mailbox has, and the name. */
const USUAL: ReadonlyMap<string, string> = new Map(
  ['Content-Length', 'Content-Type', 'Status', 'X-Keywords', 'X-Status', 'X-UID', 'X-IMAPbase'].map((name) => [name, name.toLowerCase()]),
);
const LONGEST_USUAL = 14;
const NOTHING: readonly number[] = [];

/** A dozen fields at most: cheaper to make and to search than a map. */
class FoundFields implements HeaderFields {
  own: number[] | undefined;
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name);
    return at < 0 ? undefined : this.#values[at];
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Notes a field: the first of its name counts, but the two of status are joined. */
  note(name: string, raw: string): void {
    const value = raw.trimEnd();
    const at = this.#names.indexOf(name);
    if (at < 0) {
      this.#names.push(name);
      this.#values.push(value);
    } else if (name === 'status' || name === 'x-status') {
      this.#values[at] += value;
    }
  }
}

/** Reads the header block at the start of the text, a message without its From_ line, as latin1. */
export function readHeaderBlock(text: string): HeaderBlock {
  const found = new FoundFields();
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) return block(at + 1, true, found);
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) return block(at + 2, true, found);
    at = mayMatter(code) ? takeField(text, at, found) : lineAfter(text, at);
  }
  return block(text.length, false, found);
}

function block(bodyStart: number, ended: boolean, found: FoundFields): HeaderBlock {
  return { bodyStart, ended, own: found.own ?? NOTHING, fields: found };
}

/** Notes the field at `at` if it is one of those that are looked for; the offset behind it. */
function takeField(text: string, at: number, found: FoundFields): number {
  const colon = nameEnd(text, at);
  let name = USUAL.get(text.slice(at, colon));
  let valueStart = colon + 1;
  if (name === undefined) {
    FIELD.lastIndex = at;
    name = FIELD.exec(text)?.[1]?.toLowerCase();
    if (name === undefined) return lineAfter(text, at);
    valueStart = FIELD.lastIndex;
  } else {
    while (isBlank(text.charCodeAt(valueStart))) valueStart += 1;
  }
  const end = fieldEnd(text, at);
  found.note(name, text.slice(valueStart, end));
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

/** Offset of the colon behind the name at `at`; that of the name where there is none so near that the name may be a usual one. */
function nameEnd(text: string, at: number): number {
  for (let end = at + 1; end <= at + LONGEST_USUAL; end++) if (text.charCodeAt(end) === 0x3a) return end;
  return at;
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The end of a header field with its folded lines (RFC 5322 §2.2.3). */
function fieldEnd(text: string, at: number): number {
  let end = lineAfter(text, at);
  while (end < text.length && isBlank(text.charCodeAt(end))) end = lineAfter(text, end);
  return end;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
