import { closeSync } from 'node:fs';
import { IdentityCounter } from '../formats/content/identity.js';
import { MemoryContent } from '../formats/content/memory-content.js';
import { findHeaderDate } from '../formats/mbox/header-date.js';
import { INBOX } from '../model/folder.js';
import type { Message } from '../model/message.js';
import type { FolderSelection, MailStore } from '../model/store.js';
import { FileMessage } from './file-message.js';
import { readWhole } from './regular-file.js';
import type { Spool } from './spool.js';

/** One message that came on a pipe. */
export function openSpooledMessage(filled: Spool, location: string): MailStore {
  const { file, issues } = filled;
  const message = (): Message => {
    const bytes = readWhole(file.fd, file.size);
    const found = findHeaderDate(Buffer.from(bytes.buffer, 0, Math.min(bytes.length, 65_536)).toString('latin1'));
    const date = { internalDate: found?.time ?? Math.floor(file.mtimeMs / 1000) * 1000, dateSource: found?.source ?? ('file' as const) };
    const facts = { sourceId: 'offset:0', folder: INBOX, flags: new Set<string>(), ...date, issues: [] };
    return new FileMessage(new MemoryContent(bytes), facts, new IdentityCounter());
  };
  return {
    format: 'eml',
    location,
    dialect: 'message files',
    bytes: file.size,
    issues,
    leftAlone: [],
    async *folders() {
      yield { path: INBOX };
    },
    async *messages(selection: FolderSelection = {}) {
      if (selection.includes?.(INBOX) !== false) yield message();
    },
    [Symbol.asyncDispose]: async () => closeSync(file.fd),
  };
}
