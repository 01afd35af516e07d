// SMTP addresses of senders and recipients. An Exchange address (a distinguished name) is resolved in the order of docs/formats/mapi.md;
// what cannot be resolved stays visible: IMCEAEX-… at a domain that cannot exist, with the name itself in a field of ours.
import { isAddress, type Mailbox } from '../mime/mailbox.js';
import type { Conversion, ConversionContext } from './context.js';
import { type EntryIdAddress, entryIdAddress } from './entry-id.js';
import type { MapiMessage, MapiObject } from './object.js';
import { Pid } from './properties.js';
import { bytesOf, type StringReader } from './value.js';

/** The domain of addresses that could not be resolved (RFC 2606 §2). */
export const UNRESOLVED_DOMAIN = 'unresolved.invalid';

/** Where the parts of one address lie in an object. */
interface AddressIds {
  readonly name: readonly number[];
  readonly type: number;
  readonly address: number;
  readonly smtp: number;
  readonly entryIds: readonly number[];
  readonly searchKey: number;
}

/** The ids of the sender, of whom the sender represents, and of a row of the recipient table. */
export const ADDRESS_IDS: Readonly<Record<'sender' | 'sentRepresenting' | 'recipient', AddressIds>> = {
  sender: {
    name: [Pid.PidTagSenderName],
    type: Pid.PidTagSenderAddressType,
    address: Pid.PidTagSenderEmailAddress,
    smtp: Pid.PidTagSenderSmtpAddress,
    entryIds: [Pid.PidTagSenderEntryId],
    searchKey: Pid.PidTagSenderSearchKey,
  },
  sentRepresenting: {
    name: [Pid.PidTagSentRepresentingName],
    type: Pid.PidTagSentRepresentingAddressType,
    address: Pid.PidTagSentRepresentingEmailAddress,
    smtp: Pid.PidTagSentRepresentingSmtpAddress,
    entryIds: [Pid.PidTagSentRepresentingEntryId],
    searchKey: Pid.PidTagSentRepresentingSearchKey,
  },
  recipient: {
    name: [Pid.PidTagDisplayName, Pid.PidTagRecipientDisplayName, Pid.PidTagTransmittableDisplayName],
    type: Pid.PidTagAddressType,
    address: Pid.PidTagEmailAddress,
    smtp: Pid.PidTagSmtpAddress,
    entryIds: [Pid.PidTagEntryId, Pid.PidTagRecipientEntryId],
    searchKey: Pid.PidTagSearchKey,
  },
};

/** A mailbox as far as it could be found. */
export interface ResolvedMailbox extends Mailbox {
  /** Type and text of the address when it is no SMTP address. */
  readonly unresolved?: string;
}

/** What an address is resolved with. */
export interface AddressBook {
  readonly strings: StringReader;
  /** Display name in lower case → address, from the transport headers. */
  readonly byName: { get(name: string): string | undefined };
  readonly conversion: Conversion;
}

function asSmtp(text: string | undefined): string | undefined {
  const address = text
    ?.trim()
    .replace(/^(?:smtp|mailto):/i, '')
    .replace(/^<(.*)>$/, '$1')
    .replace(/^'(.*)'$/, '$1');
  return address !== undefined && isAddress(address) ? address : undefined;
}

/** `SMTP:ANN@EXAMPLE.ORG` in a search key. */
function searchKeyAddress(object: MapiObject, id: number): string | undefined {
  const key = bytesOf(object, id);
  if (!key) return undefined;
  const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1').replace(/\0+$/, '');
  return /^smtp:/i.test(text) ? asSmtp(text)?.toLowerCase() : undefined;
}

function oneOffAddress(object: MapiObject, ids: AddressIds): string | undefined {
  for (const id of ids.entryIds) {
    const entryId = bytesOf(object, id);
    const found = entryId ? entryIdAddress(entryId) : undefined;
    if (found && found.type !== 'EX') return asSmtp(found.address);
  }
  return undefined;
}

/** The Exchange address of an object: its own, or the one in its entry id. */
function exchangeAddress(object: MapiObject, ids: AddressIds, type: string, address: string | undefined): string | undefined {
  if (address !== undefined && (type === 'EX' || /^\/o=/i.test(address))) return address;
  for (const id of ids.entryIds) {
    const entryId = bytesOf(object, id);
    const found = entryId ? entryIdAddress(entryId) : undefined;
    if (found?.type === 'EX') return found.address;
  }
  return undefined;
}

/** Letters, digits, `-` and `=` stay, `/` becomes `_`, the rest `+XX`, as Exchange encapsulates foreign addresses. */
function imceaLocalPart(type: string, address: string): string {
  const encoded = Buffer.from(address, 'utf8')
    .toString('latin1')
    .replace(/[^A-Za-z0-9\-=]/g, (char) => (char === '/' ? '_' : `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`));
  return `IMCEA${type.replace(/[^A-Za-z0-9]/g, '') || 'X'}-${encoded}`;
}

function cleanName(name: string | undefined): string {
  return (name ?? '').trim().replace(/^'([^']*)'$/, '$1');
}

/** What the object itself says: the SMTP properties, its own address, one-off entry ids, the search key. */
function ownAddress(object: MapiObject, ids: AddressIds, address: string | undefined, book: AddressBook): string | undefined {
  return (
    asSmtp(book.strings.text(object, ids.smtp)) ?? asSmtp(address) ?? oneOffAddress(object, ids) ?? searchKeyAddress(object, ids.searchKey)
  );
}

/** The mailbox of a sender or recipient; undefined when the object names nobody. */
export function resolveMailbox(object: MapiObject, ids: AddressIds, book: AddressBook): ResolvedMailbox | undefined {
  const names = ids.name.map((id) => cleanName(book.strings.text(object, id))).filter((name) => name !== '');
  const name = names[0] ?? '';
  const type = (book.strings.text(object, ids.type) ?? '').toUpperCase();
  const address = book.strings.text(object, ids.address);
  const own = ownAddress(object, ids, address, book);
  if (own) return { name, address: own };
  const exchange = exchangeAddress(object, ids, type, address);
  const learned = exchange ? knownAddress(exchange, book.conversion.context) : undefined;
  const found = book.byName.get(name.toLowerCase()) ?? learned ?? names.map(asSmtp).find((text) => text !== undefined);
  if (found) return { name, address: found };
  const foreign = exchange ?? address;
  if (foreign === undefined) return name === '' ? undefined : { name, address: '', unresolved: '' };
  const kind = exchange ? 'EX' : type || 'X';
  // Outlook writes the type UNKNOWN for itself where there is no account.
  if (kind === 'UNKNOWN') return name === '' ? undefined : { name, address: '', unresolved: '' };
  return unresolvedMailbox(name, kind, foreign);
}

/** True for a sender who is the author, too: by the address; where the sender has an Exchange name alone, by that or the one that people read. */
export function isSamePerson(sender: ResolvedMailbox, from: ResolvedMailbox, message: MapiObject, book: AddressBook): boolean {
  if (sender.address.toLowerCase() === from.address.toLowerCase()) return true;
  if (sender.unresolved === undefined) return false;
  const [own, represented] = [Pid.PidTagSenderEmailAddress, Pid.PidTagSentRepresentingEmailAddress].map((id) =>
    book.strings.text(message, id)?.toLowerCase(),
  );
  return (own !== undefined && own === represented) || sender.name.toLowerCase() === from.name.toLowerCase();
}

/** The mailboxes of a row: people typed several addresses as one recipient (`a@example.org; b@example.org`), and mail programs sent to each. */
export function resolveMailboxes(object: MapiObject, ids: AddressIds, book: AddressBook): ResolvedMailbox[] {
  const mailbox = resolveMailbox(object, ids, book);
  if (mailbox === undefined) return [];
  if (mailbox.unresolved === undefined || !/@[^@]*[;,][^@]*@/.test(mailbox.unresolved)) return [mailbox];
  const addresses = mailbox.unresolved
    .slice(mailbox.unresolved.indexOf(':') + 1)
    .split(/[;,]/)
    .filter((part) => part.trim() !== '')
    .map(asSmtp);
  const known = addresses.filter((address) => address !== undefined);
  return known.length === addresses.length ? known.map((address) => ({ name: '', address })) : [mailbox];
}

function unresolvedMailbox(name: string, kind: string, foreign: string): ResolvedMailbox {
  return { name, address: `${imceaLocalPart(kind, foreign)}@${UNRESOLVED_DOMAIN}`, unresolved: `${kind}:${foreign}` };
}

/** The mailbox of a name that stands alone: its address is not known, unless it is one, or the transport headers have it. */
export function resolveName(shownName: string, book: AddressBook): ResolvedMailbox {
  const name = cleanName(shownName);
  const address = asSmtp(name) ?? book.byName.get(name.toLowerCase());
  return address === undefined ? { name, address: '', unresolved: '' } : { name: name === address ? '' : name, address };
}

/** The mailbox of an entry id that stands alone, as in the list of whom to reply to. */
export function resolveEntry(entry: EntryIdAddress, shownName: string, book: AddressBook): ResolvedMailbox {
  const name = cleanName(entry.name || shownName);
  const address =
    asSmtp(entry.address) ?? book.byName.get(name.toLowerCase()) ?? knownAddress(entry.address, book.conversion.context) ?? asSmtp(name);
  return address === undefined ? unresolvedMailbox(name, entry.type || 'X', entry.address) : { name, address };
}

/** The SMTP address of an Exchange name, as far as the rest of the store told it. */
export function knownAddress(exchange: string, context: ConversionContext): string | undefined {
  return context.addressDirectory?.get(exchange.toUpperCase());
}

/** Adds what a message knows of Exchange addresses to a directory: legacyExchangeDN in upper case → SMTP address. */
export function learnAddresses(message: MapiMessage, directory: Map<string, string>): void {
  learnAddress(message, ADDRESS_IDS.sender, directory);
  learnAddress(message, ADDRESS_IDS.sentRepresenting, directory);
  for (const row of message.recipients) learnAddress(row, ADDRESS_IDS.recipient, directory);
}

function learnAddress(object: MapiObject, ids: AddressIds, directory: Map<string, string>): void {
  const address = object.property(ids.address);
  if (typeof address !== 'string' || !/^\/o=/i.test(address)) return;
  const known = object.property(ids.smtp);
  const smtp =
    (typeof known === 'string' ? asSmtp(known) : undefined) ?? oneOffAddress(object, ids) ?? searchKeyAddress(object, ids.searchKey);
  const key = address.toUpperCase();
  if (smtp && !directory.has(key)) directory.set(key, smtp);
}
