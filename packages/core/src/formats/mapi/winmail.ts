import { joined } from '../mime/builder.js';
import type { AddressBook } from './address.js';
import { type MessageBody, messageBody } from './body.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { readTnef } from './tnef.js';
import { asString, StringReader } from './value.js';

/** Octets of a winmail.dat that is looked into. */
const MAX_SIZE: number = 64 * 1024 * 1024;

function isTnef(attachment: MapiAttachment): boolean {
  const type = asString(attachment.property(Pid.PidTagAttachMimeTag)) ?? '';
  const name = asString(attachment.property(Pid.PidTagAttachLongFilename)) ?? asString(attachment.property(Pid.PidTagAttachFilename)) ?? '';
  const isNamed = /^application\/(?:vnd\.)?ms-tnef/i.test(type) || /^winmail\.dat$/i.test(name);
  return isNamed && attachment.dataKind === 'binary' && attachment.size <= MAX_SIZE;
}

/** A message with what was in its winmail.dat in the place of that file: its attachments, and its body where the message itself has none richer. */
export function withoutWinmail(
  message: MapiMessage,
  body: MessageBody,
  book: AddressBook,
): { attachments: readonly MapiAttachment[]; body: MessageBody } {
  const { conversion } = book;
  if (conversion.context.unpacksTnef === false || !message.attachments.some(isTnef)) return { attachments: message.attachments, body };
  let best = body;
  const attachments = message.attachments.flatMap((attachment) => {
    const inner = isTnef(attachment)
      ? readTnef(joined(attachment.data(), attachment.size), attachment.sourceId, conversion.depth)
      : undefined;
    if (!inner) {
      if (isTnef(attachment)) conversion.issues.add('MAPI_TNEF_DAMAGED');
      return [attachment];
    }
    const found = best.html === undefined ? messageBody(inner, new StringReader(inner, conversion.context), conversion) : undefined;
    if (found && (found.html !== undefined || best.text === undefined)) best = { ...found, text: best.text ?? found.text };
    return inner.attachments;
  });
  return { attachments, body: best };
}
