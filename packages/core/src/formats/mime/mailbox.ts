// Mailboxes and lists of them (RFC 5322 §3.4). Read leniently (quotes, comments, groups, junk between commas), written strictly.
import { domainToASCII } from 'node:url';
import { decodeWords, encodeWords, isPlainHeaderText } from './encoded-word.js';

/** A display name, which may be empty, and an address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const ATOMS = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const DOT_ATOM = /^[^\s()<>[\]:;@\\,".\p{Cc}]+(?:\.[^\s()<>[\]:;@\\,".\p{Cc}]+)*$/u;

/** True for `local@domain` without spaces or controls, and for `"local part"@domain`. */
export function isAddress(text: string): boolean {
  return /^(?:[^\s@<>()\p{Cc}]+|"(?:[^"\\\p{Cc}]|\\[^\p{Cc}]){1,100}")@[^\s@<>()\p{Cc},;:"]+$/u.test(text);
}

function formatDomain(domain: string): string {
  if (/^[\x21-\x7e]*$/.test(domain)) return domain;
  return domainToASCII(domain) || domain;
}

/** addr-spec: the local part quoted where it must be, the domain in its ASCII form. */
export function formatAddress(address: string): string {
  const clean = address.replace(/[\r\n\0<>]/g, '').trim();
  const at = clean.lastIndexOf('@');
  if (at < 0) return DOT_ATOM.test(clean) ? clean : `"${clean.replace(/["\\]/g, '\\$&')}"`;
  const local = clean.slice(0, at);
  const isQuoted = DOT_ATOM.test(local) || /^"(?:[^"\\]|\\.)*"$/.test(local);
  return `${isQuoted ? local : `"${local.replace(/["\\]/g, '\\$&')}"`}@${formatDomain(clean.slice(at + 1))}`;
}

/** A phrase: atoms, a quoted string, or encoded words. */
export function formatPhrase(name: string, used = 0): string {
  if (!isPlainHeaderText(name)) return encodeWords(name, used);
  return ATOMS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** One mailbox; the name is left out when it only repeats the address. */
function formatMailbox(mailbox: Mailbox, used = 0): string {
  const address = formatAddress(mailbox.address);
  const name = mailbox.name.replace(/[\r\n\t\0]+/g, ' ').trim();
  if (name === '' || name.toLowerCase() === mailbox.address.toLowerCase()) return name === '' ? address : `<${address}>`;
  const phrase = formatPhrase(name, used);
  const last = phrase.length - (phrase.lastIndexOf('\n') + 1);
  return last + address.length > 74 ? `${phrase}\r\n <${address}>` : `${phrase} <${address}>`;
}

/** The value of a To, Cc or Bcc field, folded after commas. */
export function formatMailboxList(mailboxes: readonly Mailbox[], used = 0): string {
  const out: string[] = [];
  let column = used;
  for (const [i, mailbox] of mailboxes.entries()) {
    const comma = i + 1 < mailboxes.length ? ',' : '';
    let text = formatMailbox(mailbox, i === 0 ? used : 1) + comma;
    if (i > 0) {
      const isFolded = column + 1 + text.length > 76 || text.includes('\n');
      text = (isFolded ? '\r\n ' : ' ') + text;
    }
    const end = text.lastIndexOf('\n');
    column = end < 0 ? column + text.length : text.length - end - 1;
    out.push(text);
  }
  return out.join('');
}

// One token a match: quoted string, comment without nesting, angle address, comma or semicolon, colon of a group, other text.
const TOKENS = /"((?:[^"\\]|\\[\s\S])*)"|\(((?:[^()\\]|\\[\s\S])*)\)|<([^<>]*)>|([,;])|(:)|([^"(<,;:]+|["(<])/g;

function bareMailbox(text: string, comment: string): Mailbox | undefined {
  const address = text.trim();
  if (address === '') return undefined;
  return { name: decodeWords(comment), address };
}

/** The mailboxes of an address list; groups give their members. */
export function parseMailboxList(value: string): Mailbox[] {
  const mailboxes: Mailbox[] = [];
  let words: string[] = [];
  let comment = '';
  let angle: string | undefined;
  const flush = () => {
    const text = words.join('').replace(/\s+/g, ' ').trim();
    const found = angle === undefined ? bareMailbox(text, comment) : { name: decodeWords(text) || comment, address: angle.trim() };
    if (found) mailboxes.push(found);
    words = [];
    comment = '';
    angle = undefined;
  };
  for (const [, quoted, remark, route, separator, colon, other] of value.replace(/\r?\n(?=[ \t])/g, '').matchAll(TOKENS)) {
    if (quoted !== undefined) words.push(quoted.replace(/\\([\s\S])/g, '$1'));
    else if (remark !== undefined) comment = remark;
    else if (route !== undefined) angle = route;
    else if (separator !== undefined) flush();
    else if (colon !== undefined) words = [];
    else words.push(other ?? '');
  }
  flush();
  return mailboxes;
}
