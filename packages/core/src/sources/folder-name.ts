import { decodeMailboxName } from '../formats/imap/mailbox-name.js';
import { isUtf8Name, type RawPath, shownPath } from './raw-path.js';

/** A name of the disk as the name of a folder. */
export interface DecodedName {
  readonly name: string;
  /** True when the octets were no UTF-8 and were read as Latin-1. */
  readonly isGuessed: boolean;
}

/**
 * The folder that a file or directory name means: modified UTF-7 where it is canonical (Dovecot, UW-IMAP and Thunderbird write names so), else UTF-8
 * in NFC, else Latin-1.
 */
export function decodeFolderName(raw: RawPath): DecodedName {
  if (!isUtf8Name(raw)) return { name: raw, isGuessed: true };
  const text = shownPath(raw).normalize('NFC');
  return { name: decodeMailboxName(text) ?? text, isGuessed: false };
}

/** True for a directory into which no survey goes: hidden ones, but for those in which KMail keeps folders. */
export function isHiddenDirectory(name: RawPath): boolean {
  return name.startsWith('.') && nameOfKMail(name) === undefined;
}

/** `A` of `.A.directory`, in which KMail keeps the folders below the folder A. */
export function nameOfKMail(name: RawPath): RawPath | undefined {
  return /^\.(.+)\.directory$/.exec(name)?.[1];
}
