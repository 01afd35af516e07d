/** Issues of mbox. */
export const MBOX_ISSUES = {
  MBOX_FROM_LINE_AMBIGUOUS: {
    severity: 'warning',
    title: 'a line starting with "From " was kept as text',
    meaning:
      'Other software may take the line for the start of a message. What follows it, Content-Length, an open MIME part or the order of UIDs say that it is text of the message before.',
    help: 'Look at the line at the byte offset if in doubt. Nothing is lost either way: the octets are in the message before it.',
  },
  MBOX_FROM_LINE_UNUSUAL: {
    severity: 'notice',
    title: 'a message starts with a From_ line of an unusual form',
    meaning: 'The line has no address and date as mail software writes them, but a header block follows, so a message was started.',
    help: 'Nothing, if the message looks right. Dovecot would have glued it to the message before.',
  },
  MBOX_BOUNDARY_PROVED: {
    severity: 'notice',
    title: 'a signature proved where a message ends',
    meaning:
      'A line starting with "From " looked like text and was the start of a message, or the other way about: the hash of a signature holds over the message only if it is cut so.',
    help: 'Nothing. Other software may cut the mailbox otherwise, and break the signature.',
  },
  MBOX_FROM_LINE_MISSING: {
    severity: 'warning',
    title: 'the file starts with a message that has no From_ line',
    meaning: 'The octets before the first From_ line are a header block, so they were read as a message; its date comes from its headers.',
    help: 'See whether the beginning of the file was cut off.',
  },
  MBOX_GARBAGE: {
    severity: 'warning',
    title: 'octets of the file belong to no message',
    meaning: 'Before the first message lies something that is no mail. It was left out.',
    help: 'Look at the file at the byte offset. With no message at all it is not an mbox.',
  },
  MBOX_PSEUDO_MESSAGE_INSIDE: {
    severity: 'notice',
    title: 'the internal message of a UW mailbox lies in the middle of the file',
    meaning: 'Mailboxes were joined into one file. The message that UW software keeps at the start of each holds no mail and was left out.',
    help: 'Nothing. UIDs and keywords of the joined mailbox are not used.',
  },
  MBOX_UID_IMPLAUSIBLE: {
    severity: 'notice',
    title: 'an X-UID is not believed',
    meaning:
      'UIDs rise from message to message and none is above the last one that the mailbox declares. This one does not fit between its neighbours (a sender can write such a header), so the message gets a new UID; no other is affected.',
    help: 'Nothing.',
  },
  MBOX_UID_BASE_IMPLAUSIBLE: {
    severity: 'warning',
    title: 'the UID counter of the mailbox is not believed',
    meaning: 'X-IMAPbase declares a last UID that no mailbox ever reached, so UIDs would soon run out; it was probably forged.',
    help: 'Nothing. New UIDs are given after the highest one that a message has.',
  },
  MBOX_KEYWORD_UNKNOWN: {
    severity: 'notice',
    title: 'a keyword is not in the list of the mailbox',
    meaning: 'X-Keywords names a keyword that X-IMAPbase does not list; servers ignore it, since a sender can write such a header.',
    help: 'Nothing.',
  },
  MBOX_QUOTING_PROVED: {
    severity: 'notice',
    title: 'quoting of From_ lines was undone, for a signature holds only without it',
    meaning:
      'An old tool wrote `>From ` for `From ` at the start of a line and so broke a DKIM, S/MIME or PGP signature. Without these `>` it holds again, which proves what the line was. The ledger has the octets that left, and `restore` brings them back.',
    help: 'Nothing. With `--unescape none` no quoting is ever undone.',
  },
  MBOX_HEADER_TOO_LONG: {
    severity: 'warning',
    title: 'a header is longer than the limit',
    meaning: 'More than 512 KiB without a blank line: what lies behind was taken as it is, and flags or UIDs there were not looked for.',
    help: 'Nothing is lost.',
  },
} as const;
