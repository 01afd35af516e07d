import type { DateSource } from '../../model/message.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { numberOf } from './value.js';

const SOURCES = [Pid.PidTagMessageDeliveryTime, Pid.PidTagClientSubmitTime, Pid.PidTagCreationTime, Pid.PidTagLastModificationTime];

/** When the message came: delivery, else submission, else creation, else the last change (RFC 9051 §2.3.3). */
export function internalDate(message: MapiMessage): { readonly ms: number; readonly source: DateSource } {
  for (const id of SOURCES) {
    const ms = numberOf(message, id);
    if (ms !== undefined) return { ms, source: 'property' };
  }
  return { ms: 0, source: 'none' };
}
