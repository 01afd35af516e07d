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
