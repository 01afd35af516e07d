/** Issues of sources that are files and trees of files, whatever their format. */
export const SOURCE_ISSUES = {
  SOURCE_INCOMPLETE: {
    severity: 'warning',
    isDamage: true,
    title: 'a file broke off before its end',
    meaning:
      'Unpacking or reading ended with an error before the end (a compressed file, a pipe, a failing disk), or a message file of Apple Mail is shorter than it says. What came until then is delivered; the last message may be cut. Of a file on a failing disk (EIO) nothing behind the first block that cannot be read is taken; other files are.',
    help: 'Get the file again from where it came (off a failing disk with ddrescue, once, before it gets worse), and run the same command: what is there already is recognised.',
  },
  SOURCE_FILE_UNREADABLE: {
    severity: 'failure',
    title: 'a message file could not be read',
    meaning: 'The file was seen in the directory, and could not be opened or read: no permission, a link, a damaged disk, or it vanished.',
    help: 'See the note for the reason. After mending it run the same command again.',
  },
  SOURCE_PLACE_UNREADABLE: {
    severity: 'warning',
    title: 'a file or directory of the source may not be read',
    meaning:
      'The system lets this user list its name and not look inside, so nobody knows whether it is mail. If it is, its messages are not in the target, and are not in the counts either.',
    help: 'Give the user whose mail it is the right to read it, or move it out of the source; then run the same command again.',
  },
  SOURCE_MAIL_LEFT: {
    severity: 'warning',
    title: 'mail lies in the source that is not read with it',
    meaning:
      'The source is a tree of mboxes or of message files, and this file of it is a PST or OST or of another format that is known and not read, or among mboxes one message (an .eml, say) without a From_ line; or it is a Maildir in a hidden directory, or beside the mail directory of a home. It is not in the target, and is not in the counts either.',
    help: 'Convert the file or Maildir into the same target in a run of its own, with --into for its folder; a format that is not read has to be converted first (name the file alone, and it is said how); or put message files into a directory of their own and convert that.',
  },
  SOURCE_FLAGS_LEFT: {
    severity: 'warning',
    title: 'which messages were read lies in an index that is not read here',
    meaning:
      'The messages of this folder are files, and the program that kept them (Thunderbird, Cyrus) notes in an index of its own which were read, answered or flagged. The messages are all taken; those flags are not, so they may come as unread.',
    help: 'If the flags matter, let the program hand the mail over itself: fetch it from the Cyrus server over IMAP, or have Thunderbird copy the folder to an account or to one that keeps mboxes.',
  },
  SOURCE_DOTLOCK_DENIED: {
    severity: 'warning',
    title: 'the folder of a mailbox let us make no dotlock',
    meaning:
      'With --lock a mailbox is locked in two ways while it is read. The file MAILBOX.lock could not be made, since the folder (/var/mail) is writable for another group alone; the fcntl lock was taken. Programs that use dotlocks alone were not kept out; had one written, SOURCE_CHANGED would say so.',
    help: 'Run it as root with --owner USER, or in a batch: then a helper with the group mail holds the dotlock, if the folder is root’s own.',
  },
  SOURCE_MESSAGE_GONE: {
    severity: 'notice',
    title: 'a message of an earlier run is no longer in the source',
    meaning:
      'An earlier run took the message from a file that was now read whole, or is no longer there, and the message is not in it any more: the user deleted or moved it in the old place. It stays in the target as it is, unless --propagate-deletes was given: then it is flagged \\Deleted, but for messages that the user moved or deleted in the new place.',
    help: 'Run again with --propagate-deletes to flag such messages \\Deleted in the target, where a client can still take the flag back.',
  },
  ITEMS_KEPT: {
    severity: 'notice',
    title: 'items that this run did not bring stay in a .vcf or .ics file',
    meaning:
      'The file of a folder has contacts, appointments or tasks that the source of this run does not have: another source brought them, or an earlier run, and the user has deleted them in the PST since. Nobody notes which, so they stay.',
    help: 'Nothing, if several sources share the target. To have only what the source has now, remove the file and run the same command again; --propagate-deletes is about mail alone.',
  },
  FOLDER_NAME_GUESSED: {
    severity: 'notice',
    title: 'a folder name is not UTF-8 and was read as Latin-1',
    meaning: 'File names are octets. These are no UTF-8 and no modified UTF-7, so each octet was taken as the character of ISO 8859-1.',
    help: 'Rename the file, or map the folder with --folder-map, if the name looks wrong.',
  },
  FOLDER_PATTERN_UNMATCHED: {
    severity: 'warning',
    title: 'no folder of the source matches a --folder',
    meaning:
      'The pattern given with --folder is the name of no folder, so nothing was taken for it. Upper and lower case count, but for INBOX, and `*` stays within one level.',
    help: 'See the names of the folders with mailferry inspect; `**` also matches across levels.',
  },
  FOLDERS_MERGED: {
    severity: 'notice',
    title: 'folders of the same name became one',
    meaning:
      'Two sources, two mboxes of a tree whose names differ only in their spelling, or two folders of a PST in the same place, have the same name; their messages are in one folder now, those of the first one first. UIDs are kept from the first one alone that has them, since they count per folder.',
    help: 'Give each source a folder of its own with --into or --folder-map, if they should stay apart; two folders of a PST stay apart only under different names.',
  },
  EMLX_PARTIAL: {
    severity: 'warning',
    title: 'Apple Mail keeps the attachments of this message apart',
    meaning:
      'The file is a .partial.emlx: Mail took attachments out of it, into a directory beside it, or never fetched them from the server.',
    help: 'Let Mail export the folder as mbox (Mailbox, Export Mailbox), which puts the attachments back.',
  },
  EMLX_DAMAGED: {
    severity: 'warning',
    title: 'an .emlx file does not end as it should',
    meaning:
      'The length in its first line goes beyond the end of the file, or no property list follows the message, so its flags and its date of receipt are unknown.',
    help: 'Compare the message with the original; the octets that are there were delivered.',
  },
} as const;
