import { UsageError } from '../errors.js';
import { pop3Uidls } from '../formats/mbox/pop3-uidl.js';
import { fromClock } from '../formats/mbox/time-zone.js';
import { codePageCharset } from '../formats/mime/charset.js';
import type { OpenOptions } from './format.js';

/**
 * Looks at the options whose values can be wrong, before anything is read.
 * @throws {@link UsageError} USAGE for a time zone or code page that nobody knows, POP3_UIDL_FORMAT
 */
export function checkOpenOptions({ fromTz, codePage, pop3Uidl }: OpenOptions): void {
  if (fromTz !== undefined && !isZone(fromTz)) {
    throw new UsageError('USAGE', `"${fromTz}" is no time zone`, { help: 'give a name such as Europe/Berlin, UTC, or local' });
  }
  if (codePage !== undefined && codePageCharset(codePage) === undefined) {
    throw new UsageError('USAGE', `there is no code page ${codePage} here`, { help: 'give a Windows code page such as 1251 or 932' });
  }
  if (pop3Uidl !== undefined) pop3Uidls(pop3Uidl);
}

function isZone(name: string): boolean {
  try {
    fromClock(name);
    return true;
  } catch {
    return false;
  }
}
