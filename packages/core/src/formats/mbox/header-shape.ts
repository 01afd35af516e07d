// What follows a From_ line: the best single piece of evidence. A message goes on with header fields (RFC 5322 §2.2), prose does not.

/** What follows a line that begins with `From `. */
export interface Following {
  readonly kind: 'headers' | 'blank' | 'end' | 'fromLine' | 'text';
  /** Lines that look like a header field, before the first line that looks like none. */
  readonly fields: number;
  /** Those of them whose name mail software writes. */
  readonly known: number;
  /** True when a blank line (or the end) follows them; undefined when the looked-at octets end before. */
  readonly clean: boolean | undefined;
}

/** Octets behind a From_ line that are looked at. */
export const FOLLOWING_SIZE = 2048;

const FIELD = /([!-9;-~]{1,76})[ \t]*:(?!\/\/)/y;
const KNOWN =
  /^(?:from|to|cc|bcc|date|subject|sender|reply-to|message-id|received|return-path|in-reply-to|references|mime-version|status|delivered-to|envelope-to|delivery-date|lines|mail-from|organi[sz]ation|user-agent|importance|priority|precedence|errors-to|newsgroups|path|xref|comments|keywords|apparently-to|auto-submitted|mailing-list|authentication-results|autocrypt|sensitivity|(?:x|content|resent|list|arc|dkim|domainkey|thread|disposition|return|received|nntp|feedback|original)-[!-9;-~]+)$/i;

/** Looks at what follows, from the first octet of the next line. */
export function following(text: string, atEnd: boolean): Following {
  if (text.length === 0) return { kind: atEnd ? 'end' : 'text', fields: 0, known: 0, clean: true };
  const count = { fields: 0, known: 0 };
  for (let at = 0; at < text.length; at = lineAfter(text, at)) {
    const kind = lineKind(text, at);
    if (kind !== 'field') {
      if (goesOn(kind, count.fields)) continue;
      return closed(text, at, kind, count, atEnd);
    }
    count.fields += 1;
    if (KNOWN.test(fieldName(text, at))) count.known += 1;
    // Two names that mail software writes are proof enough: most lines of a mailbox end here.
    if (count.known === 2) return { kind: 'headers', ...count, clean: undefined };
  }
  return open(count, atEnd || undefined);
}

interface Count {
  readonly fields: number;
  readonly known: number;
}

/** True when the looked-at octets end inside the line, so that nobody knows what it is. */
function isCut(text: string, at: number, kind: LineKind, atEnd: boolean): boolean {
  return !atEnd && kind !== 'blank' && text.indexOf('\n', at) < 0;
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The looked-at octets, or the file, end inside the block. */
function open(count: Count, clean: boolean | undefined): Following {
  return { kind: count.fields > 0 ? 'headers' : 'text', ...count, clean };
}

/** True for lines that a header block may have beside its fields: folded ones, and the quoted From_ lines of some old stores. */
function goesOn(kind: LineKind, fields: number): boolean {
  return (kind === 'folded' && fields > 0) || (kind === 'quotedFromLine' && fields === 0);
}

/** The block ends at a line that is no part of it. */
function closed(text: string, at: number, kind: LineKind, count: Count, atEnd: boolean): Following {
  if (isCut(text, at, kind, atEnd)) return open(count, undefined);
  const clean = kind === 'blank';
  if (count.fields > 0) return { kind: 'headers', ...count, clean };
  return { kind: kind === 'blank' || kind === 'fromLine' ? kind : 'text', ...count, clean };
}

function fieldName(text: string, at: number): string {
  FIELD.lastIndex = at;
  return FIELD.exec(text)?.[1] ?? '';
}

type LineKind = 'blank' | 'field' | 'folded' | 'fromLine' | 'quotedFromLine' | 'text';

function lineKind(text: string, at: number): LineKind {
  const code = text.charCodeAt(at);
  if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) === 0x0a)) return 'blank';
  if (code === 0x20 || code === 0x09) return 'folded';
  if (text.startsWith('From ', at)) return 'fromLine';
  if (text.startsWith('>From ', at)) return 'quotedFromLine';
  FIELD.lastIndex = at;
  return FIELD.test(text) ? 'field' : 'text';
}

/** True when the text starts with a header block that mail software wrote: the head of a message without its From_ line. */
export function startsLikeMessage(text: string, atEnd: boolean): boolean {
  const { kind, known, clean } = following(text, atEnd);
  return kind === 'headers' && known >= 2 && clean !== false;
}
