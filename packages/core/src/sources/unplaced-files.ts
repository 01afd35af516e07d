// What lies in directories of a tree that hold no message: it is named as it is in a tree of mboxes, and told where it is mail of another kind.
import { MailError } from '../errors.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { isMailFormat } from '../formats/signature/signature.js';
import { readFileHead } from './file-head.js';
import { describeOther } from './file-message.js';
import type { LeftAloneList } from './left-alone.js';
import type { RawPath } from './raw-path.js';
import { failsAll } from './regular-file.js';
import type { DirectoryEntry } from './walk.js';

const A_MESSAGE = 'a single message';

/** Files of the directory that a walk is in; a walk gives those of one directory together. */
export class UnplacedFiles {
  readonly #leftAlone: LeftAloneList;
  #directory: RawPath = '';
  #paths: RawPath[] = [];

  constructor(leftAlone: LeftAloneList) {
    this.#leftAlone = leftAlone;
  }

  /** A file that shows no folder yet. */
  add(directory: RawPath, path: RawPath): void {
    if (directory !== this.#directory) this.flush();
    this.#directory = directory;
    this.#paths.push(path);
  }

  /** The directory is a folder: its files are named when it is read. */
  drop(directory: RawPath): void {
    if (directory === this.#directory) this.#paths = [];
  }

  /** Names what is still unplaced. */
  flush(): void {
    for (const path of this.#paths.splice(0)) {
      const reason = reasonOf(path);
      if (isMailFormat(reason) || reason === A_MESSAGE) this.#leftAlone.addMail(path, reason);
      else this.#leftAlone.add(path, reason);
    }
  }
}

/** Tells files of a directory that are mail of another kind: a PST in a Maildir, say. */
export function tellOtherMail(entries: readonly DirectoryEntry[], leftAlone: LeftAloneList): void {
  for (const { kind, path } of entries) {
    const reason = kind === 'file' ? reasonOf(path) : '';
    if (isMailFormat(reason)) leftAlone.addMail(path, reason);
  }
}

function reasonOf(path: RawPath): string {
  if (path.slice(path.lastIndexOf('/') + 1).startsWith('.')) return 'a hidden file';
  try {
    const { head, compression, size } = readFileHead(path);
    if (size === 0) return 'an empty file';
    if (compression !== undefined) return `compressed with ${compression}`;
    return looksLikeMessage(head) ? A_MESSAGE : describeOther(head);
  } catch (error) {
    if (failsAll(error) || !(error instanceof MailError)) throw error;
    return error.message;
  }
}
