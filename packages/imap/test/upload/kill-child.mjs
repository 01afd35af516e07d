// Uploads a small home that is the same each time; the test kills it again and again. usage: node kill-child.mjs LEDGER URL PASSWORD FOLDER SEED
import { digestCrlf, IdentityCounter, MemoryContent, transfer } from '@mailferry/core';
import { imapTarget } from '@mailferry/imap';

const [ledger, url, password, folder, seed] = process.argv.slice(2);
const identities = new IdentityCounter();

/** The n-th message of the home of a seed. */
function message(n) {
  const text = `From: a@example.org\nSubject: kill ${seed} ${n}\nMessage-ID: <${n}.${seed}@kill>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\n\n${`line ${n}\n`.repeat(1 + ((n * 7919) % 300))}`;
  const bytes = new Uint8Array(Buffer.from(text));
  return {
    identity: identities.identity([folder], digestCrlf([bytes]).sha256),
    sourceId: `n:${n}`,
    folder: [folder],
    content: new MemoryContent(bytes),
    flags: new Set(['\\Seen']),
    internalDate: Date.UTC(2004, 0, 1) + n * 1000,
    dateSource: 'date',
    issues: [],
  };
}

const source = {
  format: 'sample',
  location: 'sample:',
  issues: [],
  leftAlone: [],
  async *folders() {
    yield { path: [folder] };
  },
  async *messages() {
    for (let n = 0; n < 400; n++) yield message(n);
  },
  [Symbol.asyncDispose]: async () => {},
};
const target = await imapTarget({ url, password: async () => password, ledger, settleMs: 100, lateMs: 100, batchMessages: 20 });
process.stdout.write('ready\n');
const { totals } = await transfer(source, target);
await target[Symbol.asyncDispose]();
process.exit(totals.failed === 0 && totals.read === 400 ? 0 : 1);
