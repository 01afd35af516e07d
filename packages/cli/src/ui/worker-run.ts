import { availableParallelism } from 'node:os';
import type { Job } from '@mailferry/batch';
import { printable } from '@mailferry/core';
import type { WorkerEvent } from '@mailferry/queue';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runnerOf } from './batch-runner.js';
import { BatchSignals } from './batch-signals.js';
import { readDuration } from './duration.js';
import type { Output } from './output.js';
import { complaint, queueAddress } from './queue-settings.js';

const LEASE = '60s';
const LEAST_LEASE = 2000;

/** Takes jobs from a queue until it is told to stop; the exit status. */
export async function runWorkerCommand({ settings, output }: Context): Promise<number> {
  const address = queueAddress(settings);
  const parallel = settings.number('jobs') ?? availableParallelism();
  const lease = Math.max(LEAST_LEASE, readDuration(settings.text('lease') ?? LEASE, 'lease'));
  const isFull = parallel >= availableParallelism();
  // The settings are looked at before the first job is taken.
  runnerOf(settings, { dryRun: false, isFull, defaults: {} });
  const { runWorker } = await import('@mailferry/queue');
  using signals = new BatchSignals(output);
  output.event({ type: 'plan', command: 'worker', queue: address.name, jobs: parallel });
  output.say(`waiting for jobs of the queue ${address.name}, ${parallel} at a time`);
  await runWorker({
    ...address,
    parallel: Math.max(1, parallel),
    lease,
    drain: signals.drain,
    work: async ({ job, dryRun, defaults }, observe) => {
      const run = runnerOf(settings, { dryRun, isFull, defaults });
      return await run(job as Job, { signal: signals.stop, kill: signals.kill, observe });
    },
    observe: observer(output),
  });
  return signals.status ?? EXIT.ok;
}

function observer(output: Output): (event: WorkerEvent) => void {
  const complain = complaint(output);
  return (event) => {
    if (event.type === 'error') complain(event.error);
    else if (event.type === 'refused') {
      output.event({ type: 'refused', reason: event.reason });
      output.say(`${output.palette.bad('refused')}: a job in the queue: ${event.reason}`);
    } else {
      const { id } = event.order.job as Job;
      const facts = event.type === 'begin' ? {} : { exitStatus: event.result.exitStatus, message: event.result.message };
      output.event({ type: event.type, job: id, ...facts });
      if (event.type === 'ended') output.say(`${printable(id)}: ${printable(event.result.message)}`);
    }
  };
}
