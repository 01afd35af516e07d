/** Issues of pst. */
export const PST_ISSUES = {
  PST_HEADER_DAMAGED: {
    severity: 'warning',
    title: 'the header of the PST is damaged',
    meaning:
      'The checksum of the header does not match, or its version or encryption method does not fit what follows. The reader went by what follows.',
    help: 'Compare the counts of the report with what the user knows; copy the file again from the original if there is one.',
  },
  PST_TRUNCATED: {
    severity: 'warning',
    isDamage: true,
    title: 'the PST is shorter than its header says',
    meaning: 'The end of the file is missing. Messages whose blocks lay there are lost or incomplete; all others are read.',
    help: 'Copy the file again from the original: a copy that was broken off is the usual cause.',
  },
  PST_PAGE_CRC: {
    severity: 'warning',
    title: 'the checksum of an index page does not match',
    meaning: 'A page of the index of nodes or blocks has changed since it was written. It was used as it is.',
    help: 'Look at the issues of the messages: what the damage hit is named there.',
  },
  PST_PAGE_DAMAGED: {
    severity: 'warning',
    isDamage: true,
    title: 'an index page cannot be read',
    meaning: 'A page of the index of nodes or blocks is overwritten, empty, not where it should be or beyond the end of the file.',
    help: 'See PST_INDEX_SALVAGED for what was found in its place.',
  },
  PST_INDEX_SALVAGED: {
    severity: 'warning',
    title: 'a damaged index was filled from older pages',
    meaning:
      'Part of an index could not be read, so the whole file was searched for pages with those entries. Older pages can list messages that were deleted since.',
    help: 'Compare the counts of the report with what the user knows.',
  },
  PST_BLOCK_CRC: {
    severity: 'warning',
    title: 'the checksum of a block does not match',
    meaning:
      'A block of data has changed since it was written, or its trailer has. It was used as it is: text or an attachment may differ in places.',
    help: 'Open the message and its attachments; take the file from a backup if they are needed and broken.',
  },
  PST_BLOCK_MISSING: {
    severity: 'failure',
    isDamage: true,
    title: 'a block cannot be read',
    meaning:
      'A block of data is in no index, beyond the end of the file, or cannot be inflated. What it held is missing, or is octets of 0 in an attachment.',
    help: 'Take the file from a backup if the message is needed.',
  },
  PST_HEAP_DAMAGED: {
    severity: 'warning',
    title: 'properties are damaged',
    meaning:
      'The heap that holds the properties of an object, or the tree in it, cannot be read in full. The properties that could be read were used.',
    help: 'Open the message; take the file from a backup if it is needed and broken.',
  },
  PST_PROPERTY_UNREADABLE: {
    severity: 'warning',
    title: 'a property cannot be read',
    meaning: 'The value of one property is missing or too large. The rest of the object was used without it.',
    help: 'Look at the note: the properties of a message are listed in [MS-OXPROPS].',
  },
  PST_PROPERTY_TYPE_UNKNOWN: {
    severity: 'notice',
    title: 'a property has a type that no specification names',
    meaning: 'Some programs write such properties. Its octets are kept, the rest of the message is read as always.',
    help: 'Nothing.',
  },
  PST_TABLE_DAMAGED: {
    severity: 'warning',
    title: 'a table is damaged',
    meaning:
      'A table of folders, messages, recipients or attachments cannot be read in full. Messages were looked for in the node tree instead.',
    help: 'Compare the counts of the report with what the user knows.',
  },
  PST_MESSAGE_UNLISTED: {
    severity: 'notice',
    title: 'a message that no folder lists was found',
    meaning:
      'The node tree has a message that no contents table lists. It is delivered to the folder that its node names, or to "Recovered".',
    help: 'Nothing. Outlook does not show such messages; the user may have deleted some of them.',
  },
  PST_MESSAGE_MISSING: {
    severity: 'warning',
    title: 'a folder lists a message that is not in the file',
    meaning: 'The contents table of a folder names a node that the node tree lacks.',
    help: 'Take the file from a backup if the count of messages is too low.',
  },
  PST_MESSAGE_UNREADABLE: {
    severity: 'failure',
    title: 'a message cannot be read',
    meaning: 'The node of the message is there, but none of its properties can be read. It is counted as failed.',
    help: 'Take the file from a backup if the message is needed.',
  },
  PST_MESSAGE_TOO_DEEP: {
    severity: 'warning',
    title: 'a message inside messages was not followed',
    meaning:
      'Messages lie inside messages deeper than 32 levels, or more than 10,000 of them in one: the file is damaged or made to be endless.',
    help: 'Nothing, if the file is damaged. Save the inner message with Outlook if it is real.',
  },
  PST_ATTACHMENT_UNREADABLE: {
    severity: 'failure',
    isDamage: true,
    title: 'an attachment cannot be read',
    meaning: 'The table of attachments names an attachment whose node or data is lost. Its name is kept where the table has it.',
    help: 'Take the file from a backup if the attachment is needed.',
  },
  PST_ATTACHMENT_UNLISTED: {
    severity: 'notice',
    title: 'an attachment that no table lists was found',
    meaning: 'The message has the node of an attachment that its table of attachments does not list. It is delivered.',
    help: 'Nothing.',
  },
  PST_FOLDER_RECOVERED: {
    severity: 'warning',
    title: 'a folder that lies in no other was found',
    meaning: 'No way from the root leads to this folder: its parent is lost. It is delivered as a folder of "Recovered".',
    help: 'Move its messages to where they belong.',
  },
  PST_FOLDER_BY_NAME: {
    severity: 'notice',
    title: 'a special folder was found by its name',
    meaning:
      'Neither an entry id nor the table of receive folders says which folder of the store this is, so its name decided, in whatever language it is.',
    help: 'Map the folder by hand if the name means something else here.',
  },
  PST_FOLDER_RENAMED: {
    severity: 'notice',
    title: 'a folder that is called like the Inbox and is not it got another name',
    meaning:
      'Every mail program takes a folder at the top that is called INBOX, in upper or lower case, for the Inbox. This one lies beside the Inbox in the store, so that its name got a number.',
    help: 'Nothing, or choose a name with --folder-map.',
  },
  PST_SUBTREE_GUESSED: {
    severity: 'warning',
    title: 'the root of the mail folders was guessed',
    meaning: 'The store does not name the folder under which the mail lies. The folder with the most folders below the root was taken.',
    help: 'Check in the report that no folder of mail is excluded.',
  },
} as const;
