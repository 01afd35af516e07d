// pst-extractor where it is known to be right: Unicode files, no cyclic cipher, no embedded messages.
import { join } from 'node:path';
import { PSTFile, type PSTFolder } from 'pst-extractor';
import { describe, expect, test } from 'vitest';
import { type Cipher, localisedSpecialFolders, writePstFile } from '../../src/index.js';
import { samplePst } from '../sample-pst.js';
import { scratch } from '../scratch.js';

const directory = scratch();

interface Seen {
  readonly subjects: string[];
  attachmentBytes: number;
  recipients: number;
}

function walk(folder: PSTFolder, seen: Seen): Seen {
  for (const child of folder.hasSubfolders ? folder.getSubFolders() : []) {
    walk(child, seen);
  }
  for (let message = folder.getNextChild(); message !== null; message = folder.getNextChild()) {
    seen.subjects.push(message.subject);
    seen.recipients += message.numberOfRecipients;
    for (let index = 0; index < message.numberOfAttachments; index++) {
      const attachment = message.getAttachment(index);
      seen.attachmentBytes += attachment.attachMethod === 1 ? attachment.filesize : 0;
    }
  }
  return seen;
}

function read(path: string): Seen {
  return walk(new PSTFile(path).getRootFolder(), { subjects: [], attachmentBytes: 0, recipients: 0 });
}

describe.each(['none', 'permute'] satisfies Cipher[])('a Unicode file with cipher %s', (cipher) => {
  test('has its messages, subjects, recipients and the size of its attachments', () => {
    const path = join(directory, `${cipher}.pst`);
    const spec = { ...samplePst('unicode', cipher, false), searchFolders: [] };
    writePstFile(path, spec);
    const { subjects, recipients, attachmentBytes } = read(path);
    expect(subjects).toHaveLength(104);
    expect(subjects.filter((subject) => subject === 'RE: Message 3')).toHaveLength(2);
    expect(recipients).toBe(208);
    expect(attachmentBytes).toBe(950_100);
  });
});

test('folder names and their mail in German', () => {
  const path = join(directory, 'german.pst');
  writePstFile(path, localisedSpecialFolders());
  expect(read(path).subjects).toContain('in Gelöschte Elemente');
});
