// A spool of gigabytes without holding it: one block of messages again and again, each time with its numbers written anew.
import { chownSync, closeSync, openSync, writeSync } from 'node:fs';
import { ctime } from './mail.mjs';

const PER_BLOCK = 256;
const BODY = 'The letter came late and nobody in the office knew what to make of it at all.\n'.repeat(1000);

/** Writes an mbox of at least `size` octets; returns messages and octets. */
export function writeLargeMbox(path, size, { uid, gid, isRoot }) {
  const fd = openSync(path, 'wx', 0o660);
  const { block, places } = makeBlock();
  let serial = 0;
  let bytes = 0;
  while (bytes < size) {
    for (const place of places) block.write(String(++serial).padStart(10, '0'), place, 'latin1');
    writeSync(fd, block);
    bytes += block.length;
  }
  closeSync(fd);
  if (isRoot) chownSync(path, uid, gid);
  return { messages: serial, bytes };
}

function makeBlock() {
  const parts = [];
  for (let n = 0; n < PER_BLOCK; n++) {
    const from = `From big@example.com ${ctime(Date.UTC(2005, 0, 1 + (n % 365)))}\n`;
    const header = `From: big@example.com\nTo: ann@example.org\nSubject: one of many\nDate: Sat, 1 Jan 2005 00:00:00 +0000\nMessage-ID: <##########@example.com>\n\n`;
    parts.push(`${from}${header}${BODY.slice(0, 79 * (20 + ((n * 37) % 970)))}\n`);
  }
  const block = Buffer.from(parts.join(''), 'latin1');
  const places = [];
  for (let at = block.indexOf('##########'); at >= 0; at = block.indexOf('##########', at + 1)) places.push(at);
  return { block, places };
}
