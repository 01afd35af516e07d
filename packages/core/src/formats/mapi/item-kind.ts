import type { ItemKind } from '../../model/item.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { asString } from './value.js';

// Prefixes of PidTagMessageClass ([MS-OXCMSG] 2.2.1.3), longest first where one is the start of another.
const KINDS: readonly (readonly [string, ItemKind])[] = [
  ['ipm.contact', 'contact'],
  ['ipm.distlist', 'distributionList'],
  ['ipm.abchperson', 'contact'],
  ['ipm.appointment', 'appointment'],
  ['ipm.task', 'task'],
  ['ipm.activity', 'journal'],
  ['ipm.stickynote', 'note'],
];

let lastMessage: MapiMessage | undefined;
let lastClass = '';

/** The message class in lower case, `ipm.note` when there is none. One message is asked for it several times in a row. */
export function messageClass(message: MapiMessage): string {
  if (message !== lastMessage) {
    lastClass = asString(message.property(Pid.PidTagMessageClass))?.trim().toLowerCase() ?? 'ipm.note';
    lastMessage = message;
  }
  return lastClass;
}

/** True for the class itself and the classes derived from it. */
export function isClass(messageClassName: string, base: string): boolean {
  return messageClassName === base || messageClassName.startsWith(`${base}.`);
}

/** What a message is by its class; everything that has no format of its own is mail. */
export function itemKind(message: MapiMessage): ItemKind | 'mail' {
  const name = messageClass(message);
  return name === 'ipm.note' ? 'mail' : kindOfClass(name);
}

function kindOfClass(name: string): ItemKind | 'mail' {
  // Task requests travel by mail and look like it.
  if (isClass(name, 'ipm.taskrequest')) return 'mail';
  return KINDS.find(([base]) => isClass(name, base))?.[1] ?? 'mail';
}
