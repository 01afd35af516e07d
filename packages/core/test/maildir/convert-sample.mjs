// usage: node convert-sample.mjs TARGET MESSAGES [COMMIT-EVERY-MS] [LANES]
// Converts generated messages in three folders; prints `go` when it begins and `done` with the counts. Made to be killed.
// SAMPLE_UID and SAMPLE_GID: the user to become.
import { digestCrlf, IdentityCounter, MemoryContent, maildirTarget, transfer } from '../../dist/index.js';

const [, , path, count, commitEvery = '30000', lanes] = process.argv;
const FOLDERS = [
  { path: ['INBOX'], uidValidity: 1_143_956_134, uidNext: 100_000, keywords: ['work', 'later'], subscribed: true },
  { path: ['Sent'], uidValidity: 1_143_956_135, uidNext: 100_000, subscribed: true },
  { path: ['Projets', 'Été'] },
];
const FLAGS = [['\\Seen'], [], ['\\Answered', '\\Seen'], ['work'], ['\\Flagged', 'later', '\\Seen'], ['$Forwarded', '\\Seen']];

function* messages() {
  const identities = new IdentityCounter();
  for (let i = 0; i < Number(count); i++) {
    // every tenth message has an equal twin
    const n = i - Number(i % 10 === 9);
    const folder = FOLDERS[i % 10 === 9 ? (i - 1) % 3 : i % 3];
    const content = new MemoryContent(Buffer.from(`From: a@example.org\nSubject: ${n}\n\n${'body line\n'.repeat(1 + (n % 400))}`));
    yield {
      identity: identities.identity(folder.path, digestCrlf(content.chunks()).sha256),
      sourceId: `n:${i}`,
      folder: folder.path,
      content,
      flags: new Set(FLAGS[i % FLAGS.length]),
      internalDate: Date.UTC(2003, 0, 1) + i * 61_000,
      dateSource: 'fromLine',
      ...(folder.uidValidity === undefined ? {} : { uid: i * 2 + 1, pop3Uidl: `uidl-${i}` }),
      issues: [],
    };
  }
}

const store = {
  format: 'sample',
  location: 'sample:',
  issues: [],
  leftAlone: [],
  async *folders() {
    yield* FOLDERS;
  },
  messages,
  async *batches() {
    let batch = [];
    for (const message of messages()) {
      batch.push(message);
      if (batch.length === 16) {
        yield batch;
        batch = [];
      }
    }
    yield batch;
  },
  [Symbol.asyncDispose]: async () => {},
};
if (process.env.SAMPLE_UID !== undefined) {
  process.setgroups([]);
  process.setgid(Number(process.env.SAMPLE_GID));
  process.setuid(Number(process.env.SAMPLE_UID));
}
process.stdout.write('go\n');
const target = await maildirTarget(path, { fsync: 'none', ...(lanes === undefined ? {} : { lanes: Number(lanes) }) });
const report = await transfer(store, target, { commitIntervalMs: Number(commitEvery) });
await target[Symbol.asyncDispose]();
process.stdout.write(`done ${JSON.stringify(report.totals)}\n`);
