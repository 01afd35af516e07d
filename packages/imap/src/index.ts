export type { TlsTrust } from './connection/dial.js';
export type { AccountOptions, AuthMechanism } from './session/account.js';
export { type ImapUrl, parseImapUrl } from './session/account.js';
export { type ImapStoreOptions, openImap } from './store/imap-store.js';
export { type ImapTarget, imapTarget, type UploadPlan } from './upload/imap-target.js';
export type { ImapTargetOptions } from './upload/options.js';
export { REPAIR_KINDS, type RepairKind } from './upload/repair.js';
export { NOT_FOR_UPLOAD } from './upload/special-use-names.js';
export { findUpload, type UndoneFolder, type UndoOptions, type UndoReport, undo } from './upload/undo.js';
