import { looksLikeEmlx, parseEmlx } from '../formats/eml/emlx.js';
import { messageStart } from '../formats/eml/message-start.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { describeFile } from '../formats/signature/signature.js';
import { type FolderPath, INBOX } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { MailStore } from '../model/store.js';
import { appleDirectories, withoutSuffix } from './apple-mail.js';
import { readFileHead } from './file-head.js';
import { describeOther, type LoadedFile } from './file-message.js';
import { type DirectoryReader, type FileTree, FileTreeStore, type ReadFile } from './file-tree-store.js';
import { flagsLeft, isFlagIndex } from './flags-left.js';
import { decodeFolderName } from './folder-name.js';
import type { Confidence, FileProbe, OpenOptions, Probe, SourceFormat } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { isDirectory } from './location-kind.js';
import { isAttachments } from './message-directories.js';
import { unpackToSpool } from './octets.js';
import { reasonOfOwnMaildir } from './own-maildir.js';
import { joinRaw, type RawPath, rawPath, shownPath } from './raw-path.js';
import { failsAll } from './regular-file.js';
import { openSpooledMessage } from './spooled-message.js';
import { isMailStoreDirectory, type NamedDirectory, placeMailStores, stateOnTop } from './thunderbird-maildir.js';
import { UnplacedFiles } from './unplaced-files.js';
import { type DirectoryEntry, walkFiles } from './walk.js';

/** A message as a file (`.eml`, Apple Mail's `.emlx`), or a tree of them. */
export const emlFormat: SourceFormat = {
  name: 'eml',
  title: 'message files (.eml, .emlx)',
  recognise: (probe: Probe): Confidence => {
    if (probe.kind === 'file') return isMessageHead(probe) ? 'likely' : 'no';
    const { messages, emlx, mboxes, numbered } = probe.sample();
    if (messages - numbered + emlx > mboxes) return 'likely';
    return messages + emlx > 0 ? 'maybe' : 'no';
  },
  open: openEml,
};

/**
 * Opens one message file, or a directory of them with its sub-directories as folders.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION.
 */
export async function openEml(path: string, options: OpenOptions = {}): Promise<MailStore> {
  const raw = rawPath(path);
  const leftAlone = new LeftAloneList();
  const ownership = options.owner === undefined ? {} : { owner: options.owner };
  const issues: Issue[] = [];
  if (!isDirectory(raw) && readFileHead(raw, { ...ownership, followsLink: true }).compression === 'gzip') {
    return openSpooledMessage(await unpackToSpool(raw, path, { ...options, followsLink: true }), path);
  }
  const found = isDirectory(raw) ? findDirectories(raw, leftAlone, options.target) : undefined;
  const stores = found === undefined ? [] : found.named.filter(isMailStoreDirectory);
  const { folders, issues: odd } = placeMailStores(raw, stores, found?.indexes ?? new Set(), ownership);
  issues.push(...odd, ...flagsLeft(found?.named.map(({ path: at }) => at) ?? [], found?.indexes ?? new Set()));
  const directories = found?.named.map(({ path: at, names }) => ({ path: at, folder: folders.get(at) ?? folderOf(names, at, issues) }));
  const tree: FileTree = {
    format: 'eml',
    location: path,
    dialect: stores.length > 0 ? 'Thunderbird profile' : 'message files',
    directories: directories ?? [{ path: raw, folder: INBOX, only: raw }],
    leftAlone,
    issues,
    reader: ({ path: at }) => (folders.has(at) ? MAIL_STORE_READER : EML_READER),
  };
  return new FileTreeStore(tree, ownership);
}

/** A message, plain or compressed, or an .emlx. */
function isMessageHead({ head, compression }: Pick<FileProbe, 'head' | 'compression'>): boolean {
  return looksLikeMessage(head) || (compression === undefined && looksLikeEmlx(head));
}

/** Reads .eml and .emlx. */
export const EML_READER: DirectoryReader = {
  accepts: (name) => (name.startsWith('.') ? 'a hidden file' : true),
  read: (name, path, loaded) => (looksLikeEmlx(loaded.bytes) ? readEmlx(name, path, loaded) : readEml(loaded)),
};

/** Reads the files of Thunderbird's store. */
export const MAIL_STORE_READER: DirectoryReader = {
  accepts: EML_READER.accepts,
  read: (_name, _path, loaded) => {
    const read = readEml(loaded);
    const state = typeof read === 'string' ? undefined : stateOnTop(loaded.bytes.subarray(read.offset));
    if (typeof read === 'string' || state === undefined) return read;
    return state.isExpunged ? 'a message that Thunderbird deleted' : { ...read, flags: state.flags };
  },
};

const NO_FLAGS: ReadonlySet<string> = new Set();

function readEml({ bytes, file }: LoadedFile): ReadFile | string {
  const offset = messageStart(bytes);
  if (offset === undefined) return describeOther(bytes);
  return { offset, length: file.size - offset, flags: NO_FLAGS, issues: [] };
}

function readEmlx(name: RawPath, path: RawPath, { bytes }: LoadedFile): ReadFile | string {
  const emlx = parseEmlx(bytes);
  if (emlx === undefined) return describeFile(bytes);
  const where = { path: shownPath(path) };
  const issues: Issue[] = [];
  if (name.endsWith('.partial.emlx')) issues.push({ code: 'EMLX_PARTIAL', where });
  if (emlx.isDamaged) issues.push({ code: 'EMLX_DAMAGED', where });
  if (emlx.missing > 0) {
    const end = emlx.offset + emlx.length;
    issues.push({
      code: 'SOURCE_INCOMPLETE',
      where: { ...where, offset: end },
      note: `the file ends ${emlx.missing} octets before its message`,
    });
  }
  return {
    offset: emlx.offset,
    length: emlx.length,
    flags: new Set(emlx.flags),
    ...(emlx.dateReceived === undefined ? {} : { internalDate: emlx.dateReceived }),
    issues,
  };
}

/** Kerio keeps the messages of a folder in such a directory. */
const KERIO_INNER = '#msgs';

/** The directories of a tree that hold a message, and Thunderbird's indexes. */
function findDirectories(
  root: RawPath,
  leftAlone: LeftAloneList,
  target: string | undefined,
): { readonly named: readonly NamedDirectory[]; readonly indexes: ReadonlySet<RawPath> } {
  const found = new Map<RawPath, NamedDirectory>();
  const indexes = new Set<RawPath>();
  const enters = (names: readonly RawPath[], entries: readonly DirectoryEntry[]): boolean => {
    const name = names.at(-1) ?? '';
    const path = joinRaw(root, names.join('/'));
    const isOurs = names.length === 0 ? undefined : reasonOfOwnMaildir(path, entries, target);
    if (isOurs !== undefined) leftAlone.add(path, isOurs);
    else if (name.startsWith('.')) leftAlone.add(path, 'a hidden directory');
    else if (isAttachments(names)) leftAlone.add(path, 'attachments that Apple Mail keeps beside its messages');
    else return true;
    return false;
  };
  // What is no message is named when its directory is read, so the list of this walk is not kept, but for what could not be looked at.
  const unplaced = new UnplacedFiles(leftAlone);
  const unnamed = new LeftAloneList();
  for (const file of walkFiles(root, unnamed, { enters })) {
    const path = file.path.slice(0, file.path.lastIndexOf('/'));
    if (isFlagIndex(file.path)) indexes.add(file.path);
    if (found.has(path)) continue;
    if (isMessageFile(file.path)) {
      found.set(path, { path, names: file.names.slice(0, -1) });
      unplaced.drop(path);
    } else unplaced.add(path, file.path);
  }
  unplaced.flush();
  leftAlone.addAllUnreadable(unnamed);
  return { named: [...found.values()], indexes };
}

function isMessageFile(path: RawPath): boolean {
  try {
    const { head, compression } = readFileHead(path);
    return compression === undefined && (messageStart(head) !== undefined || looksLikeEmlx(head));
  } catch (error) {
    if (failsAll(error)) throw error;
    return false;
  }
}

function folderOf(names: readonly RawPath[], path: RawPath, issues: Issue[]): FolderPath {
  const { isApple, folder: outer } = appleDirectories(names.filter((name) => name !== KERIO_INNER));
  const folder = outer.map((name) => {
    const decoded = decodeFolderName(isApple ? withoutSuffix(name) : name);
    if (decoded.isGuessed) issues.push({ code: 'FOLDER_NAME_GUESSED', where: { path: shownPath(path) } });
    return decoded.name;
  });
  if (folder[0]?.toUpperCase() !== 'INBOX') return folder.length === 0 ? INBOX : folder;
  return isApple || folder.length === 1 ? [...INBOX, ...folder.slice(1)] : folder;
}
