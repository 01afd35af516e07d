// The columns of the tables of a folder, [MS-PST] 2.4.4.4.1, 2.4.4.5.1, 2.4.4.6.1 and 2.4.8.6.2.

/** Hierarchy table. */
export const HIERARCHY_COLUMNS: readonly number[] = [
  0x0e300003, // PidTagReplItemid
  0x0e330014, // PidTagReplChangenum
  0x0e340102, // PidTagReplVersionHistory
  0x0e380003, // PidTagReplFlags
  0x3001001f, // PidTagDisplayName
  0x36020003, // PidTagContentCount
  0x36030003, // PidTagContentUnreadCount
  0x360a000b, // PidTagSubfolders
  0x3613001f, // PidTagContainerClass
  0x66350003, // PidTagPstHiddenCount
  0x66360003, // PidTagPstHiddenUnread
];

/** Contents table. */
export const CONTENTS_COLUMNS: readonly number[] = [
  0x00170003, // PidTagImportance
  0x001a001f, // PidTagMessageClass
  0x00360003, // PidTagSensitivity
  0x0037001f, // PidTagSubject
  0x00390040, // PidTagClientSubmitTime
  0x0042001f, // PidTagSentRepresentingName
  0x0057000b, // PidTagMessageToMe
  0x0058000b, // PidTagMessageCcMe
  0x0070001f, // PidTagConversationTopic
  0x00710102, // PidTagConversationIndex
  0x0e03001f, // PidTagDisplayCc
  0x0e04001f, // PidTagDisplayTo
  0x0e060040, // PidTagMessageDeliveryTime
  0x0e070003, // PidTagMessageFlags
  0x0e080003, // PidTagMessageSize
  0x0e170003, // PidTagMessageStatus
  0x0e300003, // PidTagReplItemid
  0x0e330014, // PidTagReplChangenum
  0x0e340102, // PidTagReplVersionHistory
  0x0e380003, // PidTagReplFlags
  0x0e3c0102, // PidTagReplCopiedfromVersionhistory
  0x0e3d0102, // PidTagReplCopiedfromItemid
  0x10970003, // PidTagItemTemporaryFlags
  0x30080040, // PidTagLastModificationTime
  0x65c60003, // PidTagSecureSubmitFlags
];

/** FAI contents table. */
export const ASSOC_COLUMNS: readonly number[] = [
  0x001a001f, // PidTagMessageClass
  0x0e070003, // PidTagMessageFlags
  0x0e170003, // PidTagMessageStatus
  0x3001001f, // PidTagDisplayName
  0x68000003, // PidTagOfflineAddressBookName
  0x68030003, // PidTagSendOutlookRecallReport
  0x68051003, // PidTagOfflineAddressBookTruncatedProperties
  0x7003001f, // PidTagViewDescriptorName
  0x70040102, // PidTagViewDescriptorViewMode
];

/** Contents table of a search folder: as a contents table, and the folder of each message. */
export const SEARCH_COLUMNS: readonly number[] = [...CONTENTS_COLUMNS, 0x67f10003];
