// The floor: a script that does nothing but stream MULTIAPPEND from a Maildir; no ledger, no checks, no recovery.
// usage: node raw.mjs MAILDIR PORT USER BATCH OCTETS IN_FLIGHT
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const [directory, port, user, most, octets, inFlight] = process.argv.slice(2);
const names = readdirSync(join(directory, 'cur')).sort();
const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
let buffer = '';
const waiting = [];
socket.on('data', (chunk) => {
  buffer += chunk.toString('latin1');
  for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
    const line = buffer.slice(0, end);
    buffer = buffer.slice(end + 2);
    if (/^t OK|^\* OK .*ready/i.test(line)) waiting.shift()?.();
    else if (/^t (NO|BAD)/.test(line)) throw new Error(line);
  }
});
const answer = () => new Promise((resolve) => waiting.push(resolve));
await answer();
for (const command of [`LOGIN ${user} pw`, 'SELECT INBOX']) {
  socket.write(`t ${command}\r\n`);
  await answer();
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n) => String(n).padStart(2, '0');
const pending = [];
let parts = [];
let size = 0;
let count = 0;
const flush = async () => {
  if (count === 0) return;
  socket.cork();
  socket.write('t APPEND INBOX');
  let free = true;
  for (const part of parts) free = socket.write(part);
  free = socket.write('\r\n') && free;
  socket.uncork();
  pending.push(answer());
  parts = [];
  size = 0;
  count = 0;
  if (!free) await new Promise((resolve) => socket.once('drain', resolve));
  if (pending.length >= Number(inFlight)) await pending.shift();
};
for (const name of names) {
  const text = readFileSync(join(directory, 'cur', name), 'latin1').replaceAll('\n', '\r\n');
  const body = Buffer.from(text, 'latin1');
  const date = new Date(Number(name.split('.')[0]) * 1000);
  const flags = [name.includes('R') ? '\\Answered' : '', name.endsWith('S') ? '\\Seen' : ''].filter((flag) => flag !== '').join(' ');
  const time = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  if (size + body.length > Number(octets) || count >= Number(most)) await flush();
  parts.push(` (${flags}) "${time}" {${body.length}+}\r\n`, body);
  size += body.length;
  count++;
}
await flush();
await Promise.all(pending);
socket.end('t LOGOUT\r\n');
