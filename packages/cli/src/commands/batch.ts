import type { Command } from '../command.js';
import { QUEUE_FLAGS, RUNNER_FLAG, STATE_FLAG, WHEN_FLAGS, WHO_FLAGS } from '../ui/flags-batch.js';
import { RUN_FLAGS } from '../ui/flags-common.js';

/** `batch MANIFEST` */
export const batch: Command = {
  name: 'batch',
  usage: 'MANIFEST | --from-passwd SOURCE TARGET',
  least: 1,
  most: 2,
  summary: 'many users: convert or upload, bounded, resumable, each with the rights of the owner',
  flags: [
    ...WHO_FLAGS,
    ...WHEN_FLAGS,
    RUNNER_FLAG,
    ...QUEUE_FLAGS,
    STATE_FLAG,
    ...RUN_FLAGS.filter(({ name }) => name !== 'report-details'),
  ],
  examples: [
    ['mailferry batch users.csv', 'every user of the manifest; once more goes on, or brings over what is new'],
    ['mailferry batch --group pilot --window 22:00-06:00 users.csv', 'one group, at night'],
    ["mailferry batch --from-passwd 'mbox:%h/mail:INBOX=/var/mail/%u' 'maildir:%h/Maildir'", 'every person of this machine'],
    ['mailferry batch -n users.csv', 'what would be done, user by user'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/batch-run.js')).runBatchCommand(context),
};
