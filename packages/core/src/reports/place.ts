import type { Place } from '../errors.js';
import { printable } from './printable.js';
import { formatCount } from './quantity.js';

/** A place for people: `/var/mail/ann @ 1,048,731`; of a PST the offset in hexadecimal, as its tools have it. */
export function formatPlace(place: Place | undefined, sourceId?: string): string {
  if (place === undefined) return sourceId === undefined ? '' : printable(sourceId);
  const path = printable(place.path);
  if (place.offset === undefined) return sourceId?.startsWith('nid:') ? `${path} ${printable(sourceId)}` : path;
  const isPst = /\.(?:pst|ost)$/i.test(place.path);
  return `${path} @ ${isPst ? `0x${place.offset.toString(16)}` : formatCount(place.offset)}`;
}
