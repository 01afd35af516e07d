// The small home that is uploaded again and again: two folders, twins in every octet, twins by Message-ID alone, messages without one,
// flags and keywords, line ends of both kinds; by choice one message above 1 MiB, which goes alone.
import { createHash } from 'node:crypto';
import { digestCrlf, IdentityCounter, MemoryContent } from '@mailferry/core';
import { lineOf } from './account.mjs';

const DATE = Date.UTC(2011, 2, 4, 5, 6, 7);
const FLAGS = [[], ['\\Seen'], ['\\Answered', '\\Seen'], ['\\Flagged', '\\Seen', '$Forwarded'], ['\\Seen', 'work'], ['\\Draft']];
const COUNT = 40;

/** The text of the n-th message, LF line ends. */
function textOf(n, extra) {
  // 9 and 10 are equal in every octet, 20 and 21 in Message-ID, subject and size, every seventh has no Message-ID.
  const same = n === 10 ? 9 : n;
  const key = n === 21 ? 20 : same;
  const id = same % 7 === 3 ? '' : `Message-ID: <${key}.cut@example.org>\n`;
  const body = `message ${String(same).padStart(4, '0')}: ${'lorem ipsum dolor sit amet\n'.repeat(1 + ((key * key * 31) % 60))}${extra}`;
  return `From: p${key % 5}@example.org\nTo: ann@example.org\nSubject: message ${key}\nDate: Fri, 4 Mar 2011 05:06:07 +0000\n${id}\n${body}\n`;
}

/** A store that gives the home, what must be on the server afterwards, and the same home as two mboxes. */
export function makeHome(isLarge) {
  const identities = new IdentityCounter();
  const messages = [];
  const truth = [];
  const mboxes = new Map();
  for (let n = 0; n < COUNT; n++) {
    const folder = n < COUNT / 2 ? 'INBOX' : 'Projects';
    const text = textOf(n, isLarge && n === 15 ? 'a line of a large message\n'.repeat(42_000) : '');
    const bytes = new Uint8Array(Buffer.from(n % 4 === 2 ? text.replaceAll('\n', '\r\n') : text));
    const internalDate = DATE + (n === 10 ? 9 : n) * 61_000;
    const flags = FLAGS[(n === 10 ? 9 : n) % FLAGS.length];
    const { sha256 } = digestCrlf([bytes]);
    messages.push({
      identity: identities.identity([folder], sha256),
      sourceId: `n:${n}`,
      folder: [folder],
      content: new MemoryContent(bytes),
      flags: new Set(flags),
      internalDate,
      dateSource: 'date',
      issues: [],
    });
    const octets = createHash('sha256').update(text.replaceAll('\n', '\r\n')).digest('hex');
    truth.push(lineOf(folder, octets, internalDate, flags));
    mboxes.set(folder, `${mboxes.get(folder) ?? ''}${mboxOf(text, flags, internalDate, !mboxes.has(folder))}`);
  }
  const store = {
    format: 'sample',
    location: 'sample:',
    issues: [],
    leftAlone: [],
    async *folders() {
      yield* [{ path: ['INBOX'] }, { path: ['Projects'] }];
    },
    async *messages() {
      yield* messages;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { store, count: COUNT, truth: truth.sort(), mboxes };
}

function mboxOf(text, flags, date, isFirst) {
  const stamp = new Date(date).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+).*$/, '$1 $3 $2 $5 $4');
  const has = (flag, letter) => (flags.includes(flag) ? letter : '');
  const letters = `${has('\\Answered', 'A')}${has('\\Flagged', 'F')}${has('\\Draft', 'T')}`;
  const keywords = flags.filter((flag) => !flag.startsWith('\\')).join(' ');
  const end = text.indexOf('\n\n') + 1;
  const base = isFirst ? 'X-IMAPbase: 1100000000 0000000000 work $Forwarded\n' : '';
  const meta = `${base}Status: ${has('\\Seen', 'R')}O\nX-Status: ${letters}\nX-Keywords: ${keywords}\n`;
  return `From p@example.org ${stamp}\n${text.slice(0, end)}${meta}${text.slice(end)}\n`;
}
