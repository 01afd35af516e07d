/** Issues of imap. */
export const IMAP_ISSUES = {
  IMAP_MESSAGE_TOO_LARGE: {
    severity: 'failure',
    title: 'the message is larger than the server takes',
    meaning:
      'The server names a largest size (APPENDLIMIT, RFC 7889, or a known limit of its kind), and this message is above it. It was not sent.',
    help: 'Ask the administrator for a higher limit and run the same command again. The message is in the mbox of refused messages.',
  },
  IMAP_QUOTA_REACHED: {
    severity: 'failure',
    title: 'the account was full before the message was in it',
    meaning:
      'The server said OVERQUOTA, and the upload ended there. This message was at hand and is not in the account; what followed was not read.',
    help: 'Get more space for the account, then run the same command again: what is there is known and is not sent twice.',
  },
  IMAP_MESSAGE_REFUSED: {
    severity: 'failure',
    title: 'the server refused the message',
    meaning: 'The server was given this message alone and said no. Its words are in the note. All others went on.',
    help: 'The message is in the mbox of refused messages, with the reason in front of it. Some reasons can be mended with --repair.',
  },
  IMAP_MESSAGE_ALTERED: {
    severity: 'warning',
    title: 'the server does not keep every octet of the message',
    meaning:
      'The message breaks the mail standard in a way that this kind of server answers by changing it: NUL octets, a carriage return alone, or 8-bit characters in a header field. It is stored, but not octet for octet.',
    help: 'Nothing, if the text is what matters. With --repair the change is made here, in the way that loses least.',
  },
  IMAP_MESSAGE_REPAIRED: {
    severity: 'warning',
    title: 'the message was changed so that the server takes it',
    meaning: 'The server refuses what this message looked like, so the smallest change was made before sending. The note says which.',
    help: 'Nothing. The source is as it was.',
  },
  IMAP_DATE_CLAMPED: {
    severity: 'warning',
    title: 'the internal date was moved into the range that servers keep',
    meaning:
      'Dates before 1970 or after 19 January 2038 are refused by some servers and silently replaced by others. The nearest date in range was taken.',
    help: 'Nothing. The Date header of the message is untouched.',
  },
  IMAP_FLAG_DROPPED: {
    severity: 'warning',
    title: 'a flag or keyword could not be kept',
    meaning:
      'The folder on the server does not allow this flag (PERMANENTFLAGS), or IMAP cannot express its name. The message was stored without it.',
    help: 'With --repair keywords the lost keywords are written into an X-Keywords header field.',
  },
  IMAP_FOLDER_RENAMED: {
    severity: 'warning',
    title: 'a folder has another name on the server',
    meaning:
      'The server cannot hold the name, or holds another folder whose name differs only in case. The note says which name was taken.',
    help: 'If you want another name, map it with --folder-map and run again before anything else is uploaded.',
  },
  IMAP_FOLDER_MAPPED: {
    severity: 'notice',
    title: 'a folder went into the special folder of the account',
    meaning: 'The account has a folder for this use (sent mail, drafts, junk, trash, archive) under another name; the mail went there.',
    help: 'To keep all names of the source, give --keep-names; to keep one, map the folder onto itself with --folder-map.',
  },
  IMAP_SUBSCRIBE_REFUSED: {
    severity: 'notice',
    title: 'the server did not subscribe a folder',
    meaning: 'SUBSCRIBE was refused; the folder and its mail are there, but some clients will not show it.',
    help: 'Subscribe the folder in the mail client.',
  },
  IMAP_MATCH_UNCERTAIN: {
    severity: 'warning',
    title: 'a similar message was there already, and this one was uploaded as well',
    meaning:
      'A message with the same Message-ID, Date, From and Subject is on the server, but size or text differ, so the two are not taken for one. Where a server changes mail, this can make a second copy.',
    help: 'Compare the two in the mail client. mailferry undo takes the upload back.',
  },
  IMAP_UIDVALIDITY_CHANGED: {
    severity: 'warning',
    title: 'the server has numbered a folder anew',
    meaning:
      'UIDVALIDITY is not what it was in the last run, so the ledger says nothing about this folder any more. Its messages were compared instead.',
    help: 'Nothing, unless it happens in every run: then the server does not keep UIDs, and a ledger is of no use there.',
  },
  IMAP_RECONNECTED: {
    severity: 'notice',
    title: 'the connection was lost and made again',
    meaning: 'What was on the way at that moment was looked up on the server before anything was sent again.',
    help: 'Nothing.',
  },
  IMAP_DUPLICATE_REMOVED: {
    severity: 'notice',
    title: 'a second copy that came late was taken back',
    meaning:
      'After a lost connection the server did not have the message, so it was sent again; then the first attempt arrived after all. The second copy had the same octets, flags and date, and was removed by its UID. The note names it.',
    help: 'Nothing. The message is there once.',
  },
  IMAP_DUPLICATE_LATE: {
    severity: 'warning',
    title: 'a message is there twice, since its first attempt came late',
    meaning:
      'After a lost connection the server did not have the message, so it was sent again; then the first attempt arrived after all. The second copy stays, because the server cannot remove a single message (it has neither UIDPLUS nor MOVE) or because somebody has changed it since. The note names its UID.',
    help: 'The two are equal: delete one of them in a mail client.',
  },
  IMAP_SERVER_BUSY: {
    severity: 'notice',
    title: 'the server asked for patience',
    meaning:
      'The server said that it is throttling, over a limit or not available for the moment. mailferry waited as long as it was told, and went on more slowly.',
    help: 'Nothing. With --max-rate the upload can be kept below the limit from the start.',
  },
  IMAP_SERVER_NOTICE: {
    severity: 'notice',
    title: 'the server has something to say to the user',
    meaning: 'An ALERT of the server, which a client must show (RFC 9051 §7.1).',
    help: 'Read it.',
  },
  IMAP_QUOTA_SHORT: {
    severity: 'warning',
    title: 'the account will not hold all of it',
    meaning:
      'The free space that the server names (QUOTA, RFC 9208) is less than the source has octets. The upload will end when the quota is reached.',
    help: 'Ask for a higher quota first, or take a part with --folder, --since or --max-size.',
  },
} as const;
