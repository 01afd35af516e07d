export * from './errors.js';
export { digestCrlf, digestExactly } from './formats/content/digest.js';
export { IdentityCounter } from './formats/content/identity.js';
export { crlfSize, eachCrlfSlice, type SliceTaker, toCrlf } from './formats/content/line-ends.js';
export { MemoryContent } from './formats/content/memory-content.js';
export { decodeMailboxName, encodeMailboxName } from './formats/imap/mailbox-name.js';
export type { LedgerCommit, LedgerFolder, LedgerLine, LedgerNodes, LedgerSource, LedgerSourceRead } from './formats/ledger/line.js';
export type { LedgerMessage } from './formats/ledger/message-line.js';
export { type DovecotLocation, type DovecotVariables, parseDovecotLocation } from './formats/location/dovecot-location.js';
export type { NameSeparator } from './formats/maildir/filename.js';
export type { MaildirLayout } from './formats/maildir/folder-name.js';
export type { MboxDialect } from './formats/mbox/dialect.js';
export { type MboxRecognition, recogniseMbox } from './formats/mbox/recognise.js';
export { flagsOfMhMessage, type MhSequence, parseMhSequences } from './formats/mh/sequences.js';
export { findField } from './formats/mime/find-field.js';
export type { ExclusionReason } from './formats/pst/messaging/folder.js';
export type { PstReconciliation } from './formats/pst/messaging/reconciliation.js';
export type { Compression, UnsupportedFormat } from './formats/signature/signature.js';
export { witnessesOf } from './formats/witness/witness.js';
export type { Witness, WitnessKind } from './formats/witness/witness-kind.js';
export * from './model/index.js';
export { batchesOf } from './pipeline/batches.js';
export { decorateStore, replaceInMessage, type StoreChanges } from './pipeline/decorate.js';
export { type Difference, type DifferenceKind, isFailure } from './pipeline/difference.js';
export { type Forecast, type ForecastShare, forecast } from './pipeline/forecast.js';
export { type FolderInspection, type Inspection, type InspectOptions, inspect } from './pipeline/inspect.js';
export { type FolderMapping, mapFolders, parseFolderMap } from './pipeline/map-folders.js';
export { type Selection, select } from './pipeline/select.js';
export { type TransferOptions, transfer } from './pipeline/transfer.js';
export {
  type SentForm,
  type StoredForm,
  type VerifyOptions,
  type VerifyReport,
  verify,
} from './pipeline/verify.js';
export * from './reports/index.js';
export {
  ALL_SOURCES,
  type Confidence,
  type DirectoryEntry,
  type DirectoryProbe,
  type FileKind,
  type FileProbe,
  fsPath,
  joinRaw,
  type LocationVariables,
  loadPst,
  type MaildirFolderOptions,
  type MaildirOptions,
  type MboxSample,
  type MboxTreeOptions,
  mergeStores,
  type OpenFileOptions,
  type OpenOptions,
  openEml,
  openMaildir,
  openMbox,
  openMh,
  openPst,
  openStore,
  type Probe,
  type PstMailStore,
  type PstOptions,
  type RawPath,
  type RecognisedFile,
  rawPath,
  recogniseFile,
  type SampleOptions,
  type SourceFormat,
  type SpoolOptions,
  sampleMbox,
  shownPath,
  type TreeSample,
} from './sources/index.js';
export { dotlockFor, LOCK_HOLDERS, type LockOptions, lockMailbox, type MailboxLock, mailboxLocked } from './sources/mailbox-lock.js';
export { dryRun } from './targets/dry-run.js';
export { compareItemFiles, withItemFiles } from './targets/item-files.js';
export { diskError } from './targets/maildir/disk-error.js';
export { LEDGER_FILE, type ReadLedger, readLedger } from './targets/maildir/ledger-file.js';
export { type RestoredFile, type RestoreRefusal, type RestoreReport, restore } from './targets/maildir/restore.js';
export type { FsyncPolicy } from './targets/maildir/settings.js';
export { storedDate, storedFlags, storedFolders } from './targets/maildir/stored-form.js';
export { type MaildirTargetOptions, maildirTarget } from './targets/maildir.js';
export { type MemoryTarget, memoryTarget, type StoredMessage } from './targets/memory.js';
export { type Comparable, ReadWhole } from './targets/read-whole.js';
