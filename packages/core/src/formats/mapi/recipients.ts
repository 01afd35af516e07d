// The recipients of a message: the rows of its recipient table ([MS-OXCMSG] 2.2.3). Where it has no row, which is so in damaged files and those of some
// programs, the names that Outlook shows (PidTagDisplayTo and its like), so that a reader sees at least these.
import { ADDRESS_IDS, type AddressBook, type ResolvedMailbox, resolveMailboxes, resolveName } from './address.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { numberOf } from './value.js';

/** PidTagRecipientType ([MS-OXCMSG] 2.2.3.1.1); the upper bits say what became of it. */
const RECIPIENT_TYPE = 0xf;
const FIELDS = ['', 'To', 'Cc', 'Bcc'] as const;
const SHOWN = [
  ['To', Pid.PidTagDisplayTo],
  ['Cc', Pid.PidTagDisplayCc],
  ['Bcc', Pid.PidTagDisplayBcc],
] as const;

/** A recipient with its field. */
export interface Recipient {
  readonly field: 'To' | 'Cc' | 'Bcc';
  readonly mailbox: ResolvedMailbox;
}

/** The recipients of a message, or those of Bcc alone, for which no other address is resolved. */
export function recipientsOf(message: MapiMessage, book: AddressBook, isBlindOnly: boolean): Recipient[] {
  if (message.recipients.length === 0) return shownRecipients(message, book).filter(({ field }) => field === 'Bcc' || !isBlindOnly);
  const found: Recipient[] = [];
  for (const row of message.recipients) {
    const field = FIELDS[(numberOf(row, Pid.PidTagRecipientType) ?? 1) & RECIPIENT_TYPE];
    if (!field || (field !== 'Bcc' && isBlindOnly)) continue;
    for (const mailbox of resolveMailboxes(row, ADDRESS_IDS.recipient, book)) found.push({ field, mailbox });
  }
  return found;
}

/** `Ann Smith; bob@example.org` */
function shownRecipients(message: MapiMessage, book: AddressBook): Recipient[] {
  return SHOWN.flatMap(([field, id]) =>
    (book.strings.text(message, id) ?? '')
      .split(';')
      .filter((name) => name.trim() !== '')
      .map((name) => ({ field, mailbox: resolveName(name, book) })),
  );
}
