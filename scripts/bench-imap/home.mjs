// The home of the benchmark, the same from the same seed: COUNT messages with a mean of about 11.6 KB, flags on two thirds, as one mbox and as one Maildir.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `{ text, flags, date }` for each message; text with LF line ends. */
export function* messages(count, seed = 1) {
  const random = numbers(seed);
  const line = 'The quick brown fox jumps over the lazy dog and goes on to the next.\n';
  const filler = line.repeat(9000);
  for (let n = 0; n < count; n++) {
    // Log-normal: median 5.5 KB, mean about 11.6 KB.
    const gauss = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    const size = Math.min(600_000, Math.max(300, Math.floor(5500 * Math.exp(1.22 * gauss))));
    const date = Date.UTC(2005, 0, 1) + n * 3_600_000;
    const head = `From: Person ${n % 97} <p${n % 97}@example.org>\nTo: ann@example.org\nSubject: message ${n}\nDate: ${new Date(date).toUTCString().replace('GMT', '+0000')}\nMessage-ID: <${n}.bench@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain\n\n`;
    const flags = random() < 0.66 ? (random() < 0.5 ? ['\\Seen'] : ['\\Answered', '\\Seen']) : [];
    const start = Math.floor(random() * line.length * 8);
    yield { text: `${head}${filler.slice(start, start + size)}\n`, flags, date };
  }
}

/** Writes `mbox` and `maildir` below a directory; returns their octets. */
export function writeHome(directory, count, seed = 1) {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(directory, 'maildir', name), { recursive: true });
  const parts = [];
  let octets = 0;
  let n = 0;
  for (const { text, flags, date } of messages(count, seed)) {
    octets += text.length;
    const letters = flags
      .map((flag) => flag[1])
      .sort()
      .join('')
      .replace('A', 'R')
      .split('')
      .sort()
      .join('');
    writeFileSync(join(directory, 'maildir', 'cur', `${Math.floor(date / 1000)}.M${n++}.bench:2,${letters}`), text);
    const status = flags.includes('\\Seen') ? `Status: RO\n${flags.includes('\\Answered') ? 'X-Status: A\n' : ''}` : '';
    const at = text.indexOf('\n\n');
    parts.push(
      `From p@example.org ${new Date(date).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+).*$/, '$1 $3 $2 $5 $4')}\n${text.slice(0, at + 1)}${status}${text.slice(at + 1)}\n`,
    );
  }
  writeFileSync(join(directory, 'mbox'), parts.join(''));
  return octets;
}
