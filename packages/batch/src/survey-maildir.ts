// What the names of a Maildir say, without a look into its messages: how many, their sizes (`S=`), their flags.
import { type Dirent, opendirSync } from 'node:fs';
import { fsPath, joinRaw, type RawPath } from '@mailferry/core';
import type { Counts } from './survey.js';
import { statOf } from './survey-walk.js';

const FLAGS: Readonly<Record<string, string>> = { D: '\\Draft', F: '\\Flagged', R: '\\Answered', S: '\\Seen', T: '\\Deleted' };

/** Messages and octets of one folder of a Maildir; `flags` counts what the names say. */
export function countMaildirFolder(path: RawPath, flags: Counts): { messages: number; bytes: number } {
  let messages = 0;
  let bytes = 0;
  for (const inner of ['cur', 'new']) {
    const directory = joinRaw(path, inner);
    for (const { name } of files(directory)) {
      messages += 1;
      bytes += Number(/,S=(\d{1,15})/.exec(name)?.[1] ?? statOf(joinRaw(directory, name))?.size ?? 0);
      for (const letter of /:2,([A-Z]*)/.exec(name)?.[1] ?? '') if (FLAGS[letter] !== undefined) flags.add(FLAGS[letter]);
    }
  }
  return { messages, bytes };
}

function* files(directory: RawPath): Generator<Dirent> {
  try {
    const dir = opendirSync(fsPath(directory) as string, { encoding: 'latin1', bufferSize: 256 });
    try {
      for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) {
        if (entry.isFile() && !entry.name.startsWith('.')) yield entry;
      }
    } finally {
      dir.closeSync();
    }
  } catch {
    // A folder that cannot be read has no messages for its owner either; the walk names it.
  }
}
