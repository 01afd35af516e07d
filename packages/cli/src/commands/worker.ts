import type { Command } from '../command.js';
import { LIMIT_FLAGS, QUEUE_FLAGS, WHO_FLAGS } from '../ui/flags-batch.js';

const WHO = new Set(['owner', 'any-owner']);

/** `worker --redis URL` */
export const worker: Command = {
  name: 'worker',
  usage: '--redis URL --queue-key FILE',
  least: 0,
  most: 0,
  summary: 'take the jobs of a batch from a queue, on any number of machines that share the file systems',
  flags: [
    ...QUEUE_FLAGS,
    ...LIMIT_FLAGS,
    {
      name: 'lease',
      kind: 'text',
      value: 'TIME',
      group: 'When and how many:',
      help: "after which time a job is another worker's when this one is gone (default 60s)",
    },
    ...WHO_FLAGS.filter(({ name }) => WHO.has(name)),
  ],
  examples: [
    ['mailferry worker --redis redis://queue.example.org/ --queue-key /etc/mailferry.key', 'as many jobs at a time as there are cores'],
    ['mailferry batch --runner bullmq --redis redis://queue.example.org/ --queue-key /etc/mailferry.key users.csv', 'the batch, elsewhere'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/worker-run.js')).runWorkerCommand(context),
};
