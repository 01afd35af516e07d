// What one file of a home is, read no further than needed: most files show by their first 512 octets that they cannot be mail.
import { closeSync } from 'node:fs';
import { looksLikeEmlx } from '../formats/eml/emlx.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { firstText, recogniseMbox } from '../formats/mbox/recognise.js';
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import { type Compression, describeFile, recogniseCompression, recogniseUnsupported } from '../formats/signature/signature.js';
import { hasReadableHead } from './decompress.js';
import { HEAD_SIZE, unpackHead } from './file-head.js';
import { hasLabels } from './mbox-survey.js';
import type { RawPath } from './raw-path.js';
import { type OpenFileOptions, openRegularFile, readHead } from './regular-file.js';

/** What a file is: mail of a kind that is read here, mail of a kind that is not, what looks like mail and is none, or something else. */
export type FileKind = 'mbox' | 'message' | 'pst' | 'unsupported' | 'lookalike' | 'other' | 'empty';

/** A file that was looked at. */
export interface RecognisedFile {
  readonly kind: FileKind;
  /** Octets on disk. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly compression?: Compression;
  /** Of an mbox, as the head shows it. */
  readonly dialect?: string;
  /** True for an mbox whose first message has Gmail's labels. */
  readonly hasLabels?: boolean;
  /** In words, as it stands in a sentence. */
  readonly what: string;
}

/** Octets that tell of nearly every file that it is no mail. */
const GLANCE = 512;
/** The first line of what `git format-patch` writes; an mbox by its form, and nobody's mail. */
const GIT_PATCH = /^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\r?\n/;
const FIRST_FIELD = /^[!-9;-~]{1,76}[ \t]*:/;
/** `.emlx` begins with its length, alone on a line. */
const LENGTH_LINE = /^\d+ *\r?\n/;

/**
 * Looks at a regular file.
 * @param path - its octets as characters of Latin-1
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR, SOURCE_OWNER, SOURCE_UNREADABLE.
 */
export function recogniseFile(path: RawPath, options: OpenFileOptions = {}): RecognisedFile {
  const file = openRegularFile(path, options);
  try {
    const facts = { size: file.size, mode: (file.mode ?? 0) & 0o7777 };
    if (file.size === 0) return { ...facts, kind: 'empty', what: 'an empty file' };
    const glance = readHead(file.fd, Math.min(GLANCE, file.size));
    if (!mayBeMail(glance)) return { ...facts, kind: 'other', what: describeFile(glance) };
    return { ...facts, ...judge(file.size <= GLANCE ? glance : readHead(file.fd, Math.min(HEAD_SIZE, file.size))) };
  } finally {
    closeSync(file.fd);
  }
}

function mayBeMail(glance: Uint8Array): boolean {
  if (isPstHeader(glance) || recogniseCompression(glance) !== undefined || recogniseUnsupported(glance) !== undefined) return true;
  const text = Buffer.from(glance.buffer, glance.byteOffset, glance.length).toString('latin1', firstText(glance));
  return text.startsWith('From ') || text.startsWith('\x01\x01\x01\x01\n') || FIRST_FIELD.test(text) || LENGTH_LINE.test(text);
}

function judge(octets: Uint8Array): Omit<RecognisedFile, 'size' | 'mode'> {
  const { head, compression } = unpackHead(octets);
  const packed = compression === undefined ? {} : { compression };
  if (compression !== undefined && !hasReadableHead(compression)) {
    return { ...packed, kind: 'lookalike', what: `compressed with ${compression}, not looked into` };
  }
  if (compression !== undefined && head.length === 0) return { ...packed, kind: 'empty', what: 'an empty file' };
  if (isPstHeader(head)) {
    return compression === undefined ? { kind: 'pst', what: 'a PST or OST' } : { ...packed, kind: 'unsupported', what: 'a compressed PST' };
  }
  const unsupported = recogniseUnsupported(head);
  if (unsupported !== undefined)
    return { ...packed, kind: isArchive(unsupported.title) ? 'other' : 'unsupported', what: unsupported.title };
  return { ...packed, ...judgeText(head) };
}

function judgeText(head: Uint8Array): Omit<RecognisedFile, 'size' | 'mode'> {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, GLANCE)).toString('latin1', firstText(head));
  if (GIT_PATCH.test(text)) return { kind: 'lookalike', what: 'a patch of git' };
  const mbox = recogniseMbox(head);
  if (mbox !== undefined) return { kind: 'mbox', what: 'an mbox', dialect: mbox.dialect, hasLabels: hasLabels(head) };
  if (looksLikeMessage(head) || looksLikeEmlx(head)) return { kind: 'message', what: 'a single message' };
  if (text.startsWith('From ')) return { kind: 'lookalike', what: 'it begins with "From " and is no mbox' };
  return { kind: 'other', what: describeFile(head) };
}

/** An archive holds anything; nobody can say that it is mail. */
function isArchive(title: string): boolean {
  return title.endsWith('archive');
}
