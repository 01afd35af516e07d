export { type BulkSize, bulkPst, LARGE_5G, MAIL_20K, SMALL_60K } from './cases/bulk.js';
export { KINDS, TORTURE_CASES } from './cases/kinds.js';
export { ordinaryMail, senderProperties } from './cases/mail.js';
export { OctetPool, Random } from './cases/random.js';
export {
  clearSigned,
  pgpEncrypted,
  type RecurringAppointment,
  recurringAppointment,
  type SignedMail,
  smimeOpaque,
} from './cases/signed-mail.js';
export * from './cases/torture.js';
export { checkPst, type PstCheck } from './check/check-pst.js';
export type { Property, PropertyValue, SingleValue } from './ltp/property.js';
export { encodeGuid, PROPERTY_SETS, type PropertySetName } from './messaging/guid.js';
export type {
  AttachmentSpec,
  FolderSpec,
  MessageSpec,
  NamedProperty,
  PstSpec,
  RecipientSpec,
  SearchFolderSpec,
  SpecialUse,
  StoreSpec,
  WrittenPst,
} from './messaging/spec.js';
export type { Cipher } from './ndb/cipher.js';
export type { VariantName } from './ndb/variant.js';
export { writePst, writePstFile } from './write-pst.js';
