import type { Issue } from '../../model/issue.js';

/**
 * The value of one MAPI property, decoded ([MS-OXCDATA] 2.11.1):
 *
 * | property type | value |
 * |---|---|
 * | PtypInteger16, PtypInteger32, PtypFloating32, PtypFloating64, PtypErrorCode, PtypFloatingTime | number (PtypFloatingTime: ms since the epoch) |
 * | PtypInteger64, PtypCurrency (in ten-thousandths) | bigint |
 * | PtypBoolean | boolean |
 * | PtypString, PtypString8 (by code page), PtypGuid (lower case, no braces) | string |
 * | PtypTime | number: ms since the epoch; a time that no calendar has is undefined |
 * | PtypBinary, PtypServerId and types that are not known | Uint8Array: a view, not to be written to, valid as long as its object |
 * | PtypMultiple… | an array of these |
 */
export type PropertyValue = number | bigint | boolean | string | Uint8Array | readonly PropertyValue[];

/** The name of a property whose id is 0x8000 or above ([MS-OXPROPS] 1.3.2). */
export interface NamedProperty {
  /** The property set: lower case, no braces. */
  readonly guid: string;
  /** A LID, or a name. */
  readonly id: number | string;
}

/** One property as {@link MapiObject.properties} lists it. */
export interface MapiProperty {
  /** The property id: the upper half of a tag. */
  readonly id: number;
  /** The property type: the lower half of a tag, as stored. */
  readonly type: number;
  /** Present for a named property whose name is known. */
  readonly name?: NamedProperty;
  /** Undefined when it could not be read. May be read from the file at each access. */
  readonly value: PropertyValue | undefined;
}

/** One MAPI object as the converter sees it: properties by id, children by table; no octet of the PST in sight. */
export interface MapiObject {
  /** Where it was: `nid:0x200024`, with `/nid:0x8025` for what lies inside it, `/row:3` for a row of a table. */
  readonly sourceId: string;
  /** The value of a property by its id (`0x0037`, never a whole tag), whatever its type; undefined when absent or unreadable. */
  property(id: number): PropertyValue | undefined;
  /** The type that the property is stored with, undefined when absent. */
  propertyType(id: number): number | undefined;
  /** The octets of a PtypString8 property before any code page, without the final NUL; undefined for other types. */
  rawString8(id: number): Uint8Array | undefined;
  /** The value of a named property. The property set in lower case, no braces. */
  named(guid: string, id: number | string): PropertyValue | undefined;
  /** All properties in the order of their ids. */
  properties(): Iterable<MapiProperty>;
  /** Those of a property set, in the order of their ids. */
  propertiesOf(guid: string): Iterable<MapiProperty>;
}

/** A message of any class: mail, contact, appointment … */
export interface MapiMessage extends MapiObject {
  /** The rows of the recipient table, in its order. */
  readonly recipients: readonly MapiObject[];
  /** The attachments in the order of the attachment table. */
  readonly attachments: readonly MapiAttachment[];
  /** What was damaged so far in this message; grows while it is read. */
  readonly issues: readonly Issue[];
}

/** What the property 0x3701 of an attachment holds: octets (PtypBinary), a message, an OLE storage or another object, or nothing. */
export type AttachmentDataKind = 'binary' | 'message' | 'storage' | 'none';

/** One attachment with its properties; the data is not among them. */
export interface MapiAttachment extends MapiObject {
  readonly dataKind: AttachmentDataKind;
  /** Octets that {@link MapiAttachment.data} yields; 0 for a message. */
  readonly size: number;
  /** The octets of PidTagAttachDataBinary, or of an OLE storage; each chunk is an own view, valid as long as it is held. Can be read again. */
  data(): Iterable<Uint8Array>;
  /** The same octets in pieces that are valid until the next one is asked for: cheaper where they are only looked at or copied. */
  lent?(): Iterable<Uint8Array>;
  /** The message inside (method 5); undefined for other kinds, when it cannot be read, or beyond the depth that is followed. */
  embedded(): MapiMessage | undefined;
}
