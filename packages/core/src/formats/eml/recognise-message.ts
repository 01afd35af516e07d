// A file is one message when its first lines are a header section (RFC 5322 §2.1) that names what mail has.
// The bar is high on purpose: configuration files, logs and HTTP dumps have lines with colons, too.

/** Fields of which a message has at least one (RFC 5322 §3.6, and what delivery adds). */
const MAIL_FIELDS: ReadonlySet<string> = new Set([
  'bcc',
  'cc',
  'content-type',
  'date',
  'delivered-to',
  'envelope-to',
  'from',
  'message-id',
  'mime-version',
  'newsgroups',
  'received',
  'reply-to',
  'return-path',
  'sender',
  'subject',
  'to',
  'x-mozilla-status',
  'x-original-to',
]);

/** The longest header section that is looked at, octets. */
const LOOK = 16 * 1024;
const MAX_LINES = 400;
const FIELD = /^([!-9;-~]{1,76})[ \t]*:/;

/**
 * True when the octets start with a header section of a message: two fields of mail at least, or one field and the blank line.
 * One leading blank line and a UTF-8 byte order mark are passed over.
 */
export function looksLikeMessage(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, LOOK)).toString('latin1');
  if (text.includes('\0')) return false;
  const lines = text
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/^\r?\n/, '')
    .split(/\r?\n/, MAX_LINES);
  const isCut = head.length > LOOK || lines.length === MAX_LINES;
  const end = lines.indexOf('');
  const section = end < 0 ? (isCut ? lines.slice(0, -1) : lines) : lines.slice(0, end);
  const fields = countFields(section);
  return fields !== undefined && (fields >= 2 || (fields === 1 && end > 0));
}

/** Fields of mail in a header section; undefined when a line is neither a field nor the folded part of one. */
function countFields(section: readonly string[]): number | undefined {
  let fields = 0;
  for (const [index, line] of section.entries()) {
    if (index > 0 && /^[ \t]/.test(line)) continue;
    const name = FIELD.exec(line)?.[1]?.toLowerCase();
    if (name === undefined) return undefined;
    if (MAIL_FIELDS.has(name)) fields += 1;
  }
  return fields;
}
