// X-IMAPbase (Dovecot, UW) and X-IMAP (UW's pseudo message): UIDVALIDITY, the last UID that was given, and the list of keywords.
// Only the first message of a file may carry it; in any other it was forged or came with a concatenated file.

/** What the header says. */
export interface ImapBase {
  readonly uidValidity: number;
  readonly lastUid: number;
  readonly keywords: readonly string[];
}

/** The largest last UID that is believed: no mailbox gave two thousand million, and a forged one would leave no UIDs to give. */
export const MAX_LAST_UID: number = 2 ** 31 - 1;

/** Reads the value of X-IMAPbase or X-IMAP: `uidvalidity lastuid keyword keyword …`, blank padded, folded or not. */
export function parseImapBase(value: string): ImapBase | undefined {
  const match = /^\s*(\d{1,10})\s+(\d{1,10})(?:\s+|$)/.exec(value);
  if (match === null) return undefined;
  const uidValidity = Number(match[1]);
  if (uidValidity === 0 || uidValidity > 0xffffffff) return undefined;
  const keywords = value.slice(match[0].length).split(/\s+/);
  return { uidValidity, lastUid: Number(match[2]), keywords: [...new Set(keywords.filter((keyword) => keyword !== ''))] };
}

/** The value of X-UID: at most ten decimal digits and nothing else but blanks; 0 is no UID. */
export function parseUid(value: string): number | undefined {
  const digits = value.trim();
  if (digits.length === 0 || digits.length > 10) return undefined;
  let uid = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    uid = uid * 10 + digit;
  }
  return uid > 0 && uid <= 0xffffffff ? uid : undefined;
}

/** True for UW's pseudo message, which holds the mailbox's data and is no mail. */
export function isPseudoMessage(header: string, body: string): boolean {
  return (
    /^subject:.*FOLDER INTERNAL DATA/im.test(header) &&
    /^x-imap:\s*\d+\s+\d+/im.test(header) &&
    /internal format of your mail folder/.test(body)
  );
}
