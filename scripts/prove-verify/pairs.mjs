// The pairs that are tampered with: mboxes of which no two messages are twins, of several kinds, and a PST.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSources } from '../prove-crash/sources.mjs';

/** Sources below `directory`, and where their Maildirs go. */
export function makePairs(directory, seed) {
  mkdirSync(directory, { recursive: true });
  const message = (n, end) =>
    [
      `From ann@example.org Mon Jan  6 12:00:00 2003`,
      `From: ann@example.org`,
      `Subject: ${n}`,
      ...(n % 3 === 0 ? ['Status: RO'] : []),
      '',
      `Berth ${n} is free.`,
      ...Array.from({ length: n % 7 }, (_, i) => `Line ${i} of ${n}.`),
      '',
      '',
    ].join(end);
  const mbox = (name, count, end) => {
    const path = join(directory, name);
    writeFileSync(path, Array.from({ length: count }, (_, n) => message(n, end)).join(''));
    return { source: path, maildir: join(directory, `Maildir-${name}`), isMbox: true };
  };
  const { pst } = makeSources(join(directory, 'made'), seed);
  return [
    mbox('short', 12, '\n'),
    mbox('crlf', 9, '\r\n'),
    mbox('longer', 40, '\n'),
    { source: pst, maildir: join(directory, 'Maildir-pst'), isMbox: false },
  ];
}
