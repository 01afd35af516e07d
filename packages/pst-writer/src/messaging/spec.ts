// What a caller says about the file to be made.
import type { Property, PropertyValue } from '../ltp/property.js';
import type { Cipher } from '../ndb/cipher.js';
import type { VariantName } from '../ndb/variant.js';
import type { PropertySetName } from './guid.js';

/** A property with a name instead of an id, [MS-PST] 2.4.7. */
export interface NamedProperty {
  /** A property set by name, or any GUID as text. */
  readonly set: PropertySetName | string;
  /** The LID, or the name. */
  readonly name: number | string;
  /** The property type, for example 0x101f. */
  readonly type: number;
  readonly value: PropertyValue;
}

/** One row of a recipient table, [MS-PST] 2.4.5.3. */
export interface RecipientSpec {
  /** PidTagRecipientType: 1 To, 2 Cc, 3 Bcc. Default 1. */
  readonly type?: number;
  readonly name?: string;
  /** PidTagEmailAddress. */
  readonly address?: string;
  /** PidTagAddressType. Default SMTP. */
  readonly addressType?: string;
  /** More columns; they replace the ones above. */
  readonly properties?: readonly Property[];
}

/** An attachment, [MS-PST] 2.4.6. What it holds follows from which of `data`, `message` and `ole` is there. */
export interface AttachmentSpec {
  /** PidTagAttachLongFilename. */
  readonly name?: string;
  readonly mimeType?: string;
  readonly contentId?: string;
  /** By value: PidTagAttachDataBinary. */
  readonly data?: Uint8Array;
  /** An embedded message: PidTagAttachDataObject. */
  readonly message?: MessageSpec;
  /** An OLE storage in a subnode: PidTagAttachDataObject. */
  readonly ole?: Uint8Array;
  /** PidTagAttachMethod where it does not follow: 2, 4 or 7 for references. */
  readonly method?: number;
  readonly properties?: readonly Property[];
  readonly named?: readonly NamedProperty[];
}

/** A message, [MS-PST] 2.4.5, or any other item. */
export interface MessageSpec {
  /** PidTagMessageClass. Default IPM.Note. */
  readonly class?: string;
  /** PidTagSubject as shown; the prefix marker is added. */
  readonly subject?: string;
  /** PidTagBody. */
  readonly body?: string;
  /** PidTagHtml. */
  readonly html?: Uint8Array;
  /** PidTagTransportMessageHeaders. */
  readonly headers?: string;
  /** Time of delivery and submission. */
  readonly date?: Date;
  /** PidTagMessageFlags. Default 1 (read). */
  readonly flags?: number;
  /** More properties; they replace the ones above. */
  readonly properties?: readonly Property[];
  readonly named?: readonly NamedProperty[];
  readonly recipients?: readonly RecipientSpec[];
  readonly attachments?: readonly AttachmentSpec[];
  /** A folder associated item (NID type 0x08, FAI table). */
  readonly isAssociated?: boolean;
  /** The message is in the node tree, but no table lists it. */
  readonly isOrphan?: boolean;
}

/** What a folder is for; see pst special folders in the README. */
export type SpecialUse =
  | 'inbox'
  | 'outbox'
  | 'trash'
  | 'sent'
  | 'drafts'
  | 'junk'
  | 'calendar'
  | 'contacts'
  | 'journal'
  | 'notes'
  | 'tasks'
  | 'conflicts'
  | 'syncIssues'
  | 'localFailures'
  | 'serverFailures';

/** A folder, [MS-PST] 2.4.4. */
export interface FolderSpec {
  readonly name: string;
  readonly specialUse?: SpecialUse;
  /** PidTagContainerClass. Default IPF.Note. */
  readonly containerClass?: string;
  readonly properties?: readonly Property[];
  /** Pulled once, while the folder is written. */
  readonly messages?: Iterable<MessageSpec>;
  readonly folders?: readonly FolderSpec[];
}

/** A search folder, [MS-PST] 2.4.8.6. It lists messages of other folders by their place in the order of writing. */
export interface SearchFolderSpec {
  readonly name: string;
  /** Numbers of messages, from 0, in the order in which they are written. */
  readonly messages?: readonly number[];
}

/** The message store, [MS-PST] 2.4.3. */
export interface StoreSpec {
  readonly displayName?: string;
  /** PidTagRecordKey, 16 octets. */
  readonly recordKey?: Uint8Array;
  /** PidTagPstPassword: the CRC of a password. It protects nothing. */
  readonly passwordCrc?: number;
  readonly properties?: readonly Property[];
}

/** A whole file. */
export interface PstSpec {
  /** Default unicode. */
  readonly variant?: VariantName;
  /** Default permute; none for ost4k. */
  readonly cipher?: Cipher;
  /** Deflate blocks; ost4k only. Default false. */
  readonly compress?: boolean;
  /** Write an OST ("SO", fixed folder ids, 46-octet entry ids). Default: for ost4k. */
  readonly ost?: boolean;
  readonly store?: StoreSpec;
  /** Folders of the IPM subtree. */
  readonly folders: readonly FolderSpec[];
  /** Folders beside the IPM subtree, such as Recoverable Items. */
  readonly rootFolders?: readonly FolderSpec[];
  readonly searchFolders?: readonly SearchFolderSpec[];
}

/** What was written. */
export interface WrittenPst {
  /** Octets of the file. */
  readonly size: number;
  readonly blocks: number;
  readonly folders: number;
  /** Messages of folders and orphans: nodes of type 0x04. */
  readonly messages: number;
  readonly orphans: number;
  /** Folder associated items. */
  readonly associated: number;
  /** Attachments at all depths. */
  readonly attachments: number;
  /** Messages in attachments, at all depths. */
  readonly embedded: number;
  /** Octets of attachments by value, at all depths. */
  readonly attachmentBytes: number;
  /** The NIDs of the messages in the order of writing, the orphans among them. */
  readonly messageNids: readonly number[];
}
