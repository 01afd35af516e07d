import { NOT_FOR_UPLOAD } from '@mailferry/imap';

/** `--exclude-folder @not-mail`. */
export const READY_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['@not-mail', NOT_FOR_UPLOAD.flatMap((name) => [name, `**/${name}`])],
]);
