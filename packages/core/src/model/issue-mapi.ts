/** Issues of the conversion from MAPI to MIME, vCard and iCalendar. */
export const MAPI_ISSUES = {
  MAPI_ADDRESS_UNRESOLVED: {
    severity: 'warning',
    title: 'an Exchange address has no SMTP address',
    meaning:
      'A sender or recipient is known by an Exchange name only. Neither the message nor any other message of the store tells its SMTP address, so the name was written as IMCEAEX-… at unresolved.invalid, with the Exchange name in X-Mailferry-Unresolved-Address.',
    help: 'The mail can be read; it cannot be answered to that address. Take the address from the address book of the organisation.',
  },
  MAPI_HEADERS_REPAIRED: {
    severity: 'notice',
    title: 'the stored header was mended',
    meaning:
      'The header that this message came with has lines that lost the space before them, or characters beyond ASCII. Such lines were joined to the one above, such characters were written as encoded words.',
    help: 'Nothing, as a rule. A DKIM signature over such a field no longer verifies.',
  },
  MAPI_CODE_PAGE_GUESSED: {
    severity: 'warning',
    title: 'text does not fit the code page that the message names',
    meaning:
      'Octets of a text are not valid in any of the code pages that the message, its HTML or the options name, so windows-1252 was taken.',
    help: 'Look at the message; if letters are wrong, run again with --codepage of the language it was written in.',
  },
  MAPI_RTF_UNREADABLE: {
    severity: 'warning',
    title: 'the RTF body is damaged',
    meaning: 'The compressed RTF of this message does not decompress to RTF. Its plain text or HTML was taken where there is one.',
    help: 'Open the message in Outlook, if you can, to see whether it shows more.',
  },
  MAPI_ATTACHMENT_ELSEWHERE: {
    severity: 'notice',
    title: 'an attachment is only a link',
    meaning:
      'This attachment is not in the mailbox: it is the path of a file or the address of one in the cloud. A note with the path or address stands in its place.',
    help: 'Fetch the file from its place while that exists.',
  },
  MAPI_ATTACHMENT_UNREADABLE: {
    severity: 'failure',
    isDamage: true,
    title: 'an attachment could not be read',
    meaning:
      'The attachment is in the list of the message, but its data is damaged, or it lies deeper than messages inside messages are followed. A note with its name stands in its place.',
    help: 'Try an older copy of the file.',
  },
  MAPI_ATTACHMENT_EMPTY: {
    severity: 'warning',
    title: 'an attachment has no data',
    meaning:
      'The attachment is in the list of the message with its name, but the mailbox has no data for it: a program removed the file or never stored it. Nothing is damaged. A note with its name stands in its place.',
    help: 'Nothing can be read again here. Ask who sent it, or look into the archive that attachments of this mailbox were moved to.',
  },
  MAPI_SIGNATURE_INCOMPLETE: {
    severity: 'warning',
    title: 'a signed or encrypted message is not whole',
    meaning:
      'The message is marked as signed or encrypted, but what it holds is not one signed or encrypted entity: a server took it apart, and how its parts were written cannot be found again. Everything that is there was kept as attachments.',
    help: 'The signature cannot be verified from this mailbox; look for the message elsewhere.',
  },
  MAPI_RECURRENCE_UNREADABLE: {
    severity: 'warning',
    title: 'how an appointment repeats could not be read',
    meaning:
      'The recurrence of this appointment or task is damaged, or follows a calendar (Hijri, Hebrew, Chinese and others) that clients cannot repeat. Its first occurrence was written.',
    help: 'Enter the repetition by hand where it is still needed.',
  },
  MAPI_START_INVENTED: {
    severity: 'warning',
    title: 'an appointment does not say when it is',
    meaning:
      'No start is stored with this appointment, or its properties are damaged. iCalendar demands one, so it stands at the moment when it was made, and says nothing about when it was to be.',
    help: 'Look at its text for a date, and move it in the calendar or delete it.',
  },
  MAPI_TIME_ZONE_UNKNOWN: {
    severity: 'notice',
    title: 'a repeating appointment has no time zone',
    meaning:
      'The series says at which time of day it is, but not in which time zone. It was written with floating times, which clients show in their own zone.',
    help: 'Nothing, if the calendar is used where it was kept.',
  },
  MAPI_ITEM_ATTACHMENT_LEFT: {
    severity: 'warning',
    title: 'an attachment of a contact, an appointment or a task was left out',
    meaning:
      'A vCard has no place for files but the photo. Files of more than 1 MiB, messages and OLE objects are not written into calendar files, which clients read whole.',
    help: 'Run with --items=mail: as mail, the item has all its attachments.',
  },
  MAPI_TNEF_DAMAGED: {
    severity: 'notice',
    title: 'a winmail.dat could not be unpacked',
    meaning: 'The attachment is TNEF by its name, but not by its octets, or it ends early. It was kept as it is.',
    help: 'Nothing is lost; a TNEF tool may get more out of it.',
  },
} as const;
