// The process of one job of a batch. As root's child it takes the identity of the user before it imports anything else of the program; `-` instead of
// a user means that it has the right one already. What it is to do comes over the pipe to whoever started it, and what it did goes back over it: when
// that pipe closes, nobody is there any more who could stop it or hear of it, and it ends as if it had been asked to.
import { userInfo } from 'node:os';
import type { JobOrder } from '@mailferry/batch';
import { holdSpools } from './hold-spool.js';
import { takeIdentity, unreadable } from './take-identity.js';

/** Milliseconds after which a job that was left alone is ended, whatever it does. */
const PATIENCE = 20_000;

const [user = '-', uid = '', group = '', spools = ''] = process.argv.slice(2);
const busy = holdSpools(spools, uid);
if (user === '-') process.umask(0o077);
else takeIdentity(user, uid, group);
try {
  process.env['HOME'] = userInfo().homedir;
} catch {
  delete process.env['HOME'];
}

const order = new Promise<JobOrder>((resolve) => process.once('message', (message) => resolve(message as JobOrder)));
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE);
});

void import('../ui/job-run.js').then(
  async ({ runJob }) => runJob(await order, () => busy),
  (error: unknown) => {
    process.stderr.write(unreadable(user, error));
    process.exit(77);
  },
);
