import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPst, writePstFile } from '../src/index.js';
import { FORMS, samplePst } from './sample-pst.js';
import { scratch } from './scratch.js';

const directory = scratch();

describe.each(FORMS)('a file as %s, %s, compressed %s', (variant, cipher, compress) => {
  const path = join(directory, `${variant}-${cipher}-${compress}.pst`);
  const written = writePstFile(path, samplePst(variant, cipher, compress));

  test('is what was asked for', () => {
    expect(written).toMatchObject({ messages: 104, orphans: 0, associated: 1, attachments: 60, embedded: 20 });
    expect(written.messageNids).toHaveLength(104);
    expect(written.size).toBe(readFileSync(path).length);
  });

  test('has no fault that the structure checker knows', () => {
    const { problems, messages, blocks } = checkPst(path);
    expect(problems).toEqual([]);
    expect(messages).toBe(104);
    expect(blocks).toBe(written.blocks);
  });

  test('is the same each time', () => {
    const again = join(directory, 'again.pst');
    writePstFile(again, samplePst(variant, cipher, compress));
    expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
  });
});

test('a cipher hides the text of data blocks', () => {
  const text = Buffer.from('Message 11', 'utf16le');
  const found = FORMS.filter(([variant]) => variant === 'unicode').map(([variant, cipher]) => {
    const path = join(directory, 'cipher.pst');
    writePstFile(path, samplePst(variant, cipher, false));
    return [cipher, readFileSync(path).includes(text)];
  });
  expect(found).toEqual([
    ['none', true],
    ['permute', false],
    ['cyclic', false],
  ]);
});
