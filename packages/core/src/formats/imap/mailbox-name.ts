// Modified UTF-7 (RFC 3501 §5.1.3): printable US-ASCII stands for itself, `&` is `&-`, all else is UTF-16BE in base64
// with `,` for `/`, between `&` and `-`. Decoding is strict: a name that no encoder would have written is refused, so
// that two spellings never mean one mailbox.

/** Text as modified UTF-7 (RFC 3501 §5.1.3). Total: a lone surrogate is written as U+FFFD. */
export function encodeMailboxName(text: string): string {
  if (/^[\x20-\x25\x27-\x7e]*$/.test(text)) {
    return text;
  }
  return text
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .replaceAll('&', '&-')
    .replaceAll(/[^\x20-\x7e]+/g, (run) => `&${utf16Base64(run)}-`);
}

/** Modified UTF-7 to text; undefined when it is not the one right spelling of anything. */
export function decodeMailboxName(name: string): string | undefined {
  if (/[^\x20-\x7e]/.test(name)) {
    return undefined;
  }
  const text = name.replaceAll(/&([A-Za-z0-9+,]*)-/g, (_, digits: string) => (digits === '' ? '&' : decodeRun(digits)));
  return encodeMailboxName(text) === name ? text : undefined;
}

function utf16Base64(run: string): string {
  return Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('=', '').replaceAll('/', ',');
}

/** A damaged run becomes something that does not encode back to itself. */
function decodeRun(digits: string): string {
  const octets = Buffer.from(digits.replaceAll(',', '/'), 'base64');
  return octets.length % 2 === 0 ? octets.swap16().toString('utf16le') : '\ufffd';
}
