import type { DateSource } from '../../model/message.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { asTime } from './value.js';

const SOURCES = [Pid.PidTagMessageDeliveryTime, Pid.PidTagClientSubmitTime, Pid.PidTagCreationTime, Pid.PidTagLastModificationTime];

/** The first moments of FILETIME, which programs write that have no time: 1601-01-01. */
const FIRST_DAY_END: number = Date.UTC(1601, 0, 2);

/** A time of a mail; undefined where a program wrote that there is none: the beginning of FILETIME, or the year 4501 and later. */
export function mailTime(message: MapiMessage, id: number): number | undefined {
  const ms = asTime(message.property(id));
  return ms === undefined || ms < FIRST_DAY_END ? undefined : ms;
}

/** When the message came: delivery, else submission, else creation, else the last change (RFC 9051 §2.3.3). */
export function internalDate(message: MapiMessage): { readonly ms: number; readonly source: DateSource } {
  for (const id of SOURCES) {
    const ms = mailTime(message, id);
    if (ms !== undefined) return { ms, source: 'property' };
  }
  return { ms: 0, source: 'none' };
}
