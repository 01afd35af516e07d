import type { IdentityCounter } from '../formats/content/identity.js';
import { gmailPlacement } from '../formats/mbox/gmail-labels.js';
import { isSystemFlag } from '../model/flag.js';
import { type FolderPath, samePath } from '../model/folder.js';
import type { Message } from '../model/message.js';

/** Octets of a header section that are looked at. */
const LOOK = 64 * 1024;

/** The folders that the labels of one message name. */
function foldersOf(message: Message): readonly FolderPath[] {
  for (const chunk of message.content.chunks()) {
    const head = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, LOOK)).toString('latin1');
    const end = head.search(/\r?\n\r?\n/);
    const field = /^X-Gmail-Labels:((?:[^\r\n]|\r?\n[ \t])*)/im.exec(end < 0 ? head : head.slice(0, end))?.[1];
    return field === undefined ? [] : gmailPlacement(field.replace(/\r?\n/g, '').trim()).folders;
  }
  return [];
}

/**
 * The message in each folder that a label of it names. Labels are folders then and no keywords.
 * Copies have an identity in their own folder, and no span: the octets of the source belong to the first.
 */
export function* copiesByLabel(message: Message, identities: IdentityCounter): Generator<Message> {
  const flags = new Set([...message.flags].filter((flag) => isSystemFlag(flag) || flag.startsWith('$')));
  const { content, sourceId, internalDate, dateSource, issues, span, filtered } = message;
  const facts = { content, sourceId, internalDate, dateSource, flags, ...(filtered === undefined ? {} : { filtered }) };
  yield {
    ...facts,
    get identity() {
      return message.identity;
    },
    get contentHash() {
      return message.contentHash;
    },
    folder: message.folder,
    issues,
    ...(span === undefined ? {} : { span }),
  };
  for (const folder of foldersOf(message)) {
    if (samePath(folder, message.folder)) continue;
    let identity: string | undefined;
    yield {
      ...facts,
      get identity() {
        identity ??= identities.identity(folder, message.identity.slice(0, 64));
        return identity;
      },
      folder,
      issues: [],
      ...(span === undefined ? {} : { file: span.file }),
    };
  }
}
