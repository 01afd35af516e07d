// A message that is a file of its own. Small ones are read once, when they are yielded; large ones are read again from the file for each use.
import { closeSync, readSync } from 'node:fs';
import { SourceError } from '../errors.js';
import { digestCrlf } from '../formats/content/digest.js';
import type { IdentityCounter } from '../formats/content/identity.js';
import { crlfSize } from '../formats/content/line-ends.js';
import { MemoryContent, NO_CONTENT } from '../formats/content/memory-content.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { AN_MBOX, describeFile, recogniseUnsupported } from '../formats/signature/signature.js';
import { type Content, LARGE_CONTENT } from '../model/content.js';
import type { Flag } from '../model/flag.js';
import type { FolderPath } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { DateSource, Message } from '../model/message.js';
import { type RawPath, shownPath } from './raw-path.js';
import { type OpenFileOptions, onSource, openRegularFile, type RegularFile, readHead, readWhole } from './regular-file.js';

const CHUNK = 1024 * 1024;

/** What a store knows of a message beside its octets. */
export type FileMessageFacts = Pick<
  Message,
  'sourceId' | 'folder' | 'flags' | 'internalDate' | 'dateSource' | 'uid' | 'pop3Uidl' | 'issues' | 'failure' | 'file'
>;

/** A message of a Maildir, an MH folder, a directory of .eml. */
export class FileMessage implements Message {
  readonly sourceId: string;
  readonly folder: FolderPath;
  readonly content: Content;
  readonly flags: ReadonlySet<Flag>;
  readonly internalDate: number;
  readonly dateSource: DateSource;
  declare readonly uid?: number;
  declare readonly pop3Uidl?: string;
  readonly issues: readonly Issue[];
  declare readonly failure?: Issue;
  declare readonly file?: number;
  readonly #identities: IdentityCounter;
  #identity: string | undefined;

  constructor(content: Content, facts: FileMessageFacts, identities: IdentityCounter) {
    this.content = content;
    this.sourceId = facts.sourceId;
    this.folder = facts.folder;
    this.flags = facts.flags;
    this.internalDate = facts.internalDate;
    this.dateSource = facts.dateSource;
    this.issues = facts.issues;
    if (facts.uid !== undefined) this.uid = facts.uid;
    if (facts.pop3Uidl !== undefined) this.pop3Uidl = facts.pop3Uidl;
    if (facts.failure !== undefined) this.failure = facts.failure;
    if (facts.file !== undefined) this.file = facts.file;
    this.#identities = identities;
  }

  get identity(): string {
    this.#identity ??= this.#identities.identity(this.folder, digestCrlf(this.content.chunks()).sha256);
    return this.#identity;
  }
}

/** A message that could not be read: counted, not delivered. */
export function unreadableMessage(
  path: RawPath,
  facts: Pick<FileMessageFacts, 'sourceId' | 'folder' | 'file'>,
  cause: unknown,
  identities: IdentityCounter,
): FileMessage {
  const note = cause instanceof Error ? cause.message : 'unknown reason';
  const failure: Issue = { code: 'SOURCE_FILE_UNREADABLE', where: { path: shownPath(path) }, note };
  return new FileMessage(NO_CONTENT, { ...facts, flags: new Set(), internalDate: 0, dateSource: 'none', issues: [], failure }, identities);
}

/** The octets of a small file in memory, of a large one its head. */
export interface LoadedFile {
  readonly file: RegularFile;
  /** All octets, or the first {@link LARGE_CONTENT} of a larger file. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a file that is one message.
 * @throws {@link SourceError} as `openRegularFile`.
 */
export function loadFile(path: RawPath, options: OpenFileOptions): LoadedFile {
  const file = openRegularFile(path, options);
  try {
    return { file, bytes: file.size <= LARGE_CONTENT ? readWhole(file.fd, file.size) : readHead(file.fd, LARGE_CONTENT) };
  } finally {
    closeSync(file.fd);
  }
}

/** What a file is that is no message, in words. */
export function describeOther(bytes: Uint8Array): string {
  return recogniseUnsupported(bytes)?.title ?? (recogniseMbox(bytes) === undefined ? describeFile(bytes) : AN_MBOX);
}

/** A stretch of a loaded file as content. */
export function contentOf(path: RawPath, loaded: LoadedFile, offset: number, length: number, options: OpenFileOptions): Content {
  const { bytes, file } = loaded;
  if (offset + length <= bytes.length) {
    return new MemoryContent(offset === 0 && length === bytes.length ? bytes : bytes.subarray(offset, offset + length));
  }
  return new LargeFileContent(path, file, { offset, length: Math.min(length, file.size - offset) }, options);
}

/** A stretch of a file, read anew for each use; the file has to stay what it was. */
class LargeFileContent implements Content {
  readonly size: number;
  readonly #path: RawPath;
  readonly #file: RegularFile;
  readonly #offset: number;
  readonly #options: OpenFileOptions;
  #crlfSize: number | undefined;

  constructor(path: RawPath, file: RegularFile, range: { readonly offset: number; readonly length: number }, options: OpenFileOptions) {
    this.#path = path;
    this.#file = file;
    this.#offset = range.offset;
    this.size = range.length;
    this.#options = options;
  }

  get crlfSize(): number {
    this.#crlfSize ??= crlfSize(this.chunks());
    return this.#crlfSize;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks()) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  *chunks(): Generator<Uint8Array> {
    const file = openRegularFile(this.#path, this.#options);
    try {
      if (file.ino !== this.#file.ino || file.size !== this.#file.size || file.mtimeMs !== this.#file.mtimeMs) throw this.#changed();
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, this.size));
      for (let done = 0; done < this.size; ) {
        const octets = onSource(this.#path, () =>
          readSync(file.fd, buffer, 0, Math.min(buffer.length, this.size - done), this.#offset + done),
        );
        if (octets === 0) throw this.#changed();
        yield buffer.subarray(0, octets);
        done += octets;
      }
    } finally {
      closeSync(file.fd);
    }
  }

  #changed(): SourceError {
    return new SourceError('SOURCE_CHANGED', 'the file changed while it was read', {
      where: { path: shownPath(this.#path) },
      help: 'run the same command again',
      retryable: true,
    });
  }
}
