import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderNameOfMsf } from '../../src/formats/thunderbird/folder-name-of-msf.js';

const msf = (dictionary: string, rows: string) =>
  Buffer.from(
    `// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n  (81=subject)(B1=folderName)>\n\n<${dictionary}>\n${rows}\n`,
  );

test.each([
  ['(B1=test $CF$84)', '[1(^B1^B1)]', 'test τ'],
  ['(80=1)', '[1(^B1=plain)]', 'plain'],
  ['(80=a \\) b)', '[1(^B1^80)]', 'a ) b'],
  ['(80=bro\\\nken)', '[1(^B1^80)]', 'broken'],
  ['(80=old)(82=new)', '[1(^B1^80)]\n@$${1{@\n[1(^B1^82)]', 'new'],
  ['(80=1)', '[1(^81^80)]', undefined],
])('%s %s', (dictionary, rows, name) => {
  expect(folderNameOfMsf(msf(dictionary, rows))).toBe(name);
});

test('a file that is no index says nothing', () => {
  expect(folderNameOfMsf(Buffer.from('From a@example.org Mon Mar  1 10:00:00 2010\n'))).toBeUndefined();
  expect(folderNameOfMsf(Buffer.from('// <!-- <mdb:mork:z v="1.4"/> -->\n'))).toBeUndefined();
});

test('damage neither crashes nor hangs it', () => {
  const alphabet = fc.constantFrom('(', ')', '^', 'B1', '=', '\\', '$C3', '<', '>', '\n', '80', 'a', '[1(^B1^80)]');
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 2000 }), (parts) => {
      const name = folderNameOfMsf(msf('', parts.join('')));
      expect(name === undefined || name.length > 0).toBe(true);
    }),
    { seed: 32, numRuns: 200 },
  );
});
