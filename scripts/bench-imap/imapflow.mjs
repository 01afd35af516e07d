// usage: node imapflow.mjs MAILDIR PORT USER LIMIT
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';

const [directory, port, user, limit] = process.argv.slice(2);
const client = new ImapFlow({ host: '127.0.0.1', port: Number(port), secure: false, auth: { user, pass: 'pw' }, logger: false });
await client.connect();
for (const name of readdirSync(join(directory, 'cur')).sort().slice(0, Number(limit))) {
  const text = readFileSync(join(directory, 'cur', name), 'latin1').replaceAll('\n', '\r\n');
  const flags = [name.includes('R') ? '\\Answered' : '', name.endsWith('S') ? '\\Seen' : ''].filter((flag) => flag !== '');
  await client.append('INBOX', Buffer.from(text, 'latin1'), flags, new Date(Number(name.split('.')[0]) * 1000));
}
await client.logout();
