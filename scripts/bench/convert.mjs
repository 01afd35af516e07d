// usage: node scripts/bench/convert.mjs MBOX MAILDIR FSYNC LANES | inspect MBOX
// The built program without its command line: what bench-mbox measures.
import { inspect, maildirTarget, openMbox, transfer } from '../../packages/core/dist/index.js';

const [, , source, target, fsync, lanes] = process.argv;
if (source === 'inspect') {
  const store = await openMbox(target, { fromTz: 'UTC' });
  await inspect(store);
  await store[Symbol.asyncDispose]();
} else {
  const store = await openMbox(source, { fromTz: 'UTC', lanes: Number(lanes) });
  const maildir = await maildirTarget(target, { fsync, lanes: Number(lanes) });
  const { totals } = await transfer(store, maildir);
  await maildir[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  process.stdout.write(`${totals.written}\n`);
}
