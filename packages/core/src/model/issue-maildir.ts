/** Issues of maildir. */
export const MAILDIR_ISSUES = {
  UID_REASSIGNED: {
    severity: 'notice',
    title: 'the message got a new UID',
    meaning:
      'The folder in the target has a UIDVALIDITY of its own, or has given this UID to another message already, so the UID of the source could not be kept. The POP3 UIDL stays.',
    help: 'Nothing. IMAP clients fetch these messages once more; POP3 clients do not notice.',
  },
  UIDVALIDITY_REPLACED: {
    severity: 'notice',
    title: 'the UIDVALIDITY of the target was kept',
    meaning:
      'The folder exists in the target with another UIDVALIDITY than in the source. Clients know it by the one it has, so that one stays.',
    help: 'To keep the UIDs of the source, convert into a Maildir that does not have this folder yet.',
  },
  UIDLIST_BROKEN: {
    severity: 'warning',
    title: 'lines of a dovecot-uidlist could not be read',
    meaning:
      'The uidlist of a folder in the target has broken lines. Dovecot would have thrown away all UIDs of the folder; the lines that could be read were kept.',
    help: 'Nothing, if the folder looks right. Messages of the broken lines get new UIDs when Dovecot sees them.',
  },
  UIDLIST_LOST: {
    severity: 'warning',
    title: 'the list of UIDs of a folder was gone',
    meaning:
      'A folder holds mail that an earlier run wrote, and its dovecot-uidlist is gone or makes no sense. Its UIDs may not be given again, so the folder has a new UIDVALIDITY, and all its mail new UIDs, in the order in which Dovecot would have given them.',
    help: 'IMAP clients fetch the folder again, and POP3 clients may fetch their mail twice. If the lost dovecot-uidlist can be had from a backup, put it back before Dovecot opens the folder. When a Maildir is copied, its dovecot-uidlist and dovecot-keywords files have to come along.',
  },
  UIDS_OF_COURIER: {
    severity: 'notice',
    title: 'the UIDs that Courier gave were taken over',
    meaning:
      'The folder exists in the target with the UIDs of a Courier server (courierimapuiddb) and without those of a Dovecot. Its messages keep these UIDs, now in dovecot-uidlist, as in a move from Courier to Dovecot; a Courier that goes on serving the folder gives UIDs of its own to what was added.',
    help: 'Nothing when Dovecot is to serve the Maildir. With `pop3_uidl_format = %f` POP3 clients of Courier do not notice either.',
  },
  UIDL_DROPPED: {
    severity: 'notice',
    title: 'a POP3 UIDL could not be kept',
    meaning:
      'The format of --pop3-uidl asks for something that this message does not have, as the note says: an mbox has no file names, and who never opened it with a server that gives UIDs has no UIDs. Or the UIDL is none: RFC 1939 allows 1 to 70 printable characters without a space.',
    help: 'A POP3 client that leaves mail on the server fetches this message once more.',
  },
  UIDL_CHANGED: {
    severity: 'notice',
    title: 'messages that were there have other POP3 UIDLs now',
    meaning:
      'An earlier run brought them without --pop3-uidl, or with another format. They have the UIDLs now that were asked for. A POP3 client that has seen the Maildir in between fetches them once more.',
    help: 'Nothing. Give --pop3-uidl in the first run, and in all later ones.',
  },
  KEYWORDS_EXHAUSTED: {
    severity: 'warning',
    title: 'a folder has more keywords than a Maildir has letters for',
    meaning:
      'A Maildir folder stores at most 26 keywords in file names. The most used ones got the letters; the others are in the ledger and in mailferry-keywords.sh in the root of the Maildir.',
    help: 'Run that script as root on the Dovecot host with the user name as its argument; it sets the remaining keywords with doveadm.',
  },
  KEYWORD_CHANGED: {
    severity: 'notice',
    title: 'a keyword was spelled differently',
    meaning:
      'IMAP keywords are atoms (RFC 9051 §9): no spaces, no parentheses, quotes or backslashes, US-ASCII only. Others were encoded as mail clients do it.',
    help: 'Nothing. Clients that know the encoding (modified UTF-7) show the original name.',
  },
  FOLDER_NAME_CHANGED: {
    severity: 'notice',
    title: 'a folder has another name in the Maildir',
    meaning:
      'The name has characters that the layout cannot hold (in Maildir++ a dot, which separates levels; a slash, control characters, a leading ~; in LAYOUT=fs also cur, new and tmp), so they were replaced by an underscore.',
    help: 'Nothing, or choose names with --folder-map; LAYOUT=fs (--layout fs) keeps dots.',
  },
  FOLDER_NAME_SHORTENED: {
    severity: 'warning',
    title: 'a folder name was too long and was cut',
    meaning:
      'File systems allow 255 octets in a name, which in Maildir++ hold all levels of the folder. The name was cut and got the start of its SHA-256.',
    help: 'Choose a shorter name with --folder-map, or use --layout fs, where each level has 255 octets.',
  },
  FOLDER_NAMES_COLLIDE: {
    severity: 'warning',
    title: 'two folders would have the same name in the Maildir',
    meaning:
      'After the characters that the layout cannot hold were replaced, two folders of the source had the same name. The second one got a number.',
    help: 'Nothing, or choose names with --folder-map.',
  },
  FOLDER_NAMES_DIFFER_IN_CASE: {
    severity: 'notice',
    title: 'two folders differ only in upper and lower case',
    meaning: 'IMAP and most file systems tell them apart, and both were kept. Some mail clients and file systems show or keep only one.',
    help: 'Rename one with --folder-map if a client mixes them up.',
  },
  DATE_OUT_OF_RANGE: {
    severity: 'notice',
    title: 'a date was moved into the range of the file system',
    meaning: 'A Maildir keeps the internal date as the time of the file. This one lies before 1901 or after 2106, or is no date at all.',
    help: 'Nothing; the Date header of the message is as it was.',
  },
} as const;
