// The sources of the crash tests, made from a seed: a home of several mboxes, a large mbox (whose files a second thread writes), a PST with items.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ordinaryMail, Random, recurringAppointment, writePstFile } from '../../packages/pst-writer/dist/index.js';
import { generateMbox } from '../generate-mbox.mjs';

/** Name → path of each source below `directory`. */
export function makeSources(directory, seed) {
  mkdirSync(directory, { recursive: true });
  return { home: makeHome(join(directory, 'home'), seed), large: makeLarge(join(directory, 'large'), seed), pst: makePst(directory, seed) };
}

function makeHome(home, seed) {
  mkdirSync(join(home, 'mail', 'work'), { recursive: true });
  writeFileSync(join(home, 'mail', 'inbox'), generateMbox({ count: 60, seed }).octets);
  writeFileSync(join(home, 'mail', 'sent-mail'), generateMbox({ count: 25, seed: seed + 1 }).octets);
  writeFileSync(join(home, 'mail', 'work', 'été'), generateMbox({ count: 12, seed: seed + 2, crlf: true }).octets);
  writeFileSync(join(home, 'mail', 'work', 'plain'), plainMbox(15));
  writeFileSync(join(home, 'mail', 'labels'), labelledMbox(12));
  writeFileSync(join(home, 'mail', '.mailboxlist'), 'sent-mail\nwork/plain\n');
  return join(home, 'mail');
}

/** Without UIDs of its own, so that the target gives them; every third message equals the one before. */
function plainMbox(count) {
  const message = (n) => `From ann@example.org Mon Jan  6 12:00:0${n % 10} 2003\nFrom: ann@example.org\nSubject: ${n}\n\nText ${n}.\n\n`;
  return Array.from({ length: count }, (_, i) => message(i % 3 === 2 ? i - 1 : i)).join('');
}

/** More keywords than a Maildir has letters for: the rest goes to a script. */
function labelledMbox(count) {
  const keywords = (n) => Array.from({ length: 5 }, (_, i) => `label${(n * 3 + i) % 32}`).join(' ');
  const message = (n) =>
    `From ann@example.org Tue Jan  7 12:00:0${n % 10} 2003\nFrom: ann@example.org\nSubject: ${n}\nX-Keywords: ${keywords(n)}\n\nText ${n}.\n\n`;
  return Array.from({ length: count }, (_, n) => message(n)).join('');
}

function makeLarge(path, seed) {
  writeFileSync(path, generateMbox({ count: 400, seed: seed + 3 }).octets);
  return path;
}

function makePst(directory, seed) {
  const path = join(directory, 'mail.pst');
  const random = new Random(seed);
  const mails = (first, count) =>
    Array.from({ length: count }, (_, i) => {
      const data = Buffer.alloc(3000 + 700 * i, `part ${i}\n`);
      const attachments = i % 4 === 0 ? [{ name: `file ${i}.bin`, mimeType: 'application/octet-stream', data }] : [];
      return ordinaryMail(random, first + i, 80, attachments);
    });
  const start = new Date(Date.UTC(2004, 4, 3, 9));
  const appointment = recurringAppointment({ subject: 'Crew', start, end: new Date(+start + 3_600_000), recurrence: Buffer.alloc(0) });
  writePstFile(path, {
    variant: 'unicode',
    cipher: 'permute',
    folders: [
      { name: 'Inbox', specialUse: 'inbox', messages: mails(0, 40) },
      { name: 'Archive', messages: mails(100, 15), folders: [{ name: 'Old', messages: mails(200, 10) }] },
      { name: 'Calendar', messages: [appointment] },
    ],
  });
  return path;
}
