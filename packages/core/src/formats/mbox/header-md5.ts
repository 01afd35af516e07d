// The MD5 that Dovecot's mbox driver takes of a header (`%m`, and `%g`, of pop3_uidl_format): the values of Delivered-To and X-Delivery-ID, of the
// first Received, and of Date and Message-ID above it. A value is what stands behind the colon and at most one blank, and whole lines that continue it,
// without line ends.
import { createHash } from 'node:crypto';

const ALWAYS = new Set(['delivered-to', 'x-delivery-id']);
const BEFORE_RECEIVED = new Set(['date', 'message-id', 'received']);

/** In hexadecimal. @param header - latin1, from its first line on; what stands behind its blank line is not read */
export function headerMd5(header: string): string {
  const md5 = createHash('md5');
  let name = '';
  let isReceived = false;
  for (const line of header.split(/\r?\n/)) {
    if (line === '') break;
    const isContinued = line.startsWith(' ') || line.startsWith('\t');
    const colon = line.indexOf(':');
    if (!isContinued) {
      isReceived ||= name === 'received';
      name = colon < 0 ? '' : line.slice(0, colon).trimEnd().toLowerCase();
    }
    if (!ALWAYS.has(name) && (isReceived || !BEFORE_RECEIVED.has(name))) continue;
    md5.update(isContinued ? line : line.slice(colon + 1).replace(/^[ \t]/, ''), 'latin1');
  }
  return md5.digest('hex');
}
