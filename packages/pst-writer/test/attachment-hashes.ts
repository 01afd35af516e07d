// The octets that a description says its attachments have.
import type { AttachmentSpec, FolderSpec } from '../src/index.js';
import { sha256 } from './sample-pst.js';

/** SHA-256 of what attachments hold, of messages of folders and of embedded ones, sorted. */
export function attachmentHashes(folders: readonly FolderSpec[]): { readonly outer: string[]; readonly inner: string[] } {
  const outer: string[] = [];
  const inner: string[] = [];
  const visit = (attachments: readonly AttachmentSpec[], list: string[]): void => {
    for (const { data, ole, message } of attachments) {
      const bytes = data ?? ole;
      if (bytes !== undefined && bytes.length > 0) {
        list.push(sha256(bytes));
      }
      visit(message?.attachments ?? [], inner);
    }
  };
  for (const folder of folders) {
    for (const message of folder.messages ?? []) {
      visit(message.attachments ?? [], outer);
    }
  }
  return { outer: outer.sort(), inner: inner.sort() };
}
