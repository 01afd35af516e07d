import { messageStart } from '../formats/eml/message-start.js';
import { parseMarkFile } from '../formats/mh/mark-file.js';
import { flagsOfMhMessage, parseMhSequences } from '../formats/mh/sequences.js';
import type { Flag } from '../model/flag.js';
import { type FolderPath, INBOX } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { MailStore } from '../model/store.js';
import { describeOther } from './file-message.js';
import { type DirectoryReader, FileTreeStore, type MessageDirectory } from './file-tree-store.js';
import { decodeFolderName } from './folder-name.js';
import type { Confidence, OpenOptions, Probe, SourceFormat } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { joinRaw, type RawPath, rawPath, shownPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { readSmallFile, readSmallOctets } from './subscriptions.js';
import { UnplacedFiles } from './unplaced-files.js';
import { walkFiles } from './walk.js';

const MARK_FILES: readonly RawPath[] = ['.claws_mark', '.sylpheed_mark'];
/** Octets of a mark file: eight for each of two million messages. */
const MAX_MARKS = 16 * 1024 * 1024;
const NUMBER = /^[1-9]\d{0,9}$/;

/** A tree of MH folders: each message a file whose name is a number. */
export const mhFormat: SourceFormat = {
  name: 'mh',
  title: 'MH',
  recognise: (probe: Probe): Confidence => {
    if (probe.kind === 'file') return 'no';
    const { numbered, messages, mboxes, hasMhSequences } = probe.sample();
    if (hasMhSequences && numbered > 0) return 'certain';
    return numbered > mboxes && numbered * 2 > messages ? 'certain' : 'no';
  },
  open: openMh,
};

/**
 * Opens an MH folder, or the directory that holds them (`~/Mail`).
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION.
 */
export async function openMh(path: string, options: OpenOptions = {}): Promise<MailStore> {
  const raw = rawPath(path);
  const leftAlone = new LeftAloneList();
  const ownership = options.owner === undefined ? {} : { owner: options.owner };
  const issues: Issue[] = [];
  const directories = findFolders(raw, leftAlone, issues);
  const reader = (directory: MessageDirectory) => mhReader(directory, ownership);
  return new FileTreeStore({ format: 'mh', location: path, dialect: 'MH', directories, leftAlone, issues, reader }, ownership);
}

/** What Claws Mail and Sylpheed know of the messages of a folder. */
function readMarks(path: RawPath, options: OpenFileOptions): ReadonlyMap<number, ReadonlySet<Flag>> | undefined {
  for (const name of MARK_FILES) {
    const octets = readSmallOctets(joinRaw(path, name), options, MAX_MARKS);
    const marks = octets === undefined ? undefined : parseMarkFile(octets);
    if (marks !== undefined) return marks;
  }
  return undefined;
}

/** Reads the messages of an MH folder. */
export function mhReader(directory: MessageDirectory, options: OpenFileOptions): DirectoryReader {
  const text = readSmallFile(joinRaw(directory.path, '.mh_sequences'), options);
  const sequences = text === undefined ? undefined : parseMhSequences(text);
  const marks = readMarks(directory.path, options);
  const flagsOf = (number: number): ReadonlySet<Flag> =>
    marks?.get(number) ?? flagsOfMhMessage(marks === undefined ? sequences : undefined, number);
  return {
    accepts: (name) => {
      if (NUMBER.test(name)) return true;
      if (name === '.mh_sequences' || MARK_FILES.includes(name)) return false;
      return /^[,#]\d+$/.test(name) ? 'a message that MH removed' : 'not a message number';
    },
    read: (name, _path, { bytes, file }) => {
      const offset = messageStart(bytes);
      if (offset === undefined) return describeOther(bytes);
      return { offset, length: file.size - offset, flags: flagsOf(Number(name)), issues: [] };
    },
  };
}

/** The directories of a tree that have a message number, or sequences. */
function findFolders(root: RawPath, leftAlone: LeftAloneList, issues: Issue[]): MessageDirectory[] {
  const found = new Map<RawPath, MessageDirectory>();
  const enters = (names: readonly RawPath[]): boolean => {
    if (names.at(-1)?.startsWith('.') !== true) return true;
    leftAlone.add(joinRaw(root, names.join('/')), 'a hidden directory');
    return false;
  };
  const unnamed = new LeftAloneList();
  const unplaced = new UnplacedFiles(leftAlone);
  for (const { path, names } of walkFiles(root, unnamed, { enters })) {
    const name = names.at(-1) ?? '';
    const directory = path.slice(0, path.lastIndexOf('/'));
    if (found.has(directory)) continue;
    if (NUMBER.test(name) || name === '.mh_sequences') {
      found.set(directory, { path: directory, folder: folderOf(names.slice(0, -1), directory, issues) });
      unplaced.drop(directory);
    } else unplaced.add(directory, path);
  }
  unplaced.flush();
  leftAlone.addAllUnreadable(unnamed);
  return [...found.values()];
}

function folderOf(names: readonly RawPath[], path: RawPath, issues: Issue[]): FolderPath {
  const folder = names.map((name) => {
    const decoded = decodeFolderName(name);
    if (decoded.isGuessed) issues.push({ code: 'FOLDER_NAME_GUESSED', where: { path: shownPath(path) } });
    return decoded.name;
  });
  return folder.length === 0 || (folder.length === 1 && folder[0]?.toUpperCase() === 'INBOX') ? INBOX : folder;
}
