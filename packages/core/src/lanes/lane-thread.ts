// The code of the worker thread: does the jobs that it is sent, in order. After a failure it does nothing more for that lane, so that what is on the disk
// is a beginning of what was asked.
import { parentPort, workerData } from 'node:worker_threads';
import { KernelMemory } from '../formats/content/kernel-memory.js';
import { LineEnds } from '../formats/content/line-ends.js';
import { digestContents } from './digest-contents.js';
import type { FilesAnswer, FilesJob, LaneJob, LaneStart, Numbered } from './job.js';
import { writeFiles } from './write-files.js';

const memory = KernelMemory.borrow((workerData as LaneStart).memory);
const lineEnds = new LineEnds(memory);
const failed = new Set<number>();

function create(job: FilesJob): FilesAnswer {
  if (failed.has(job.lane)) return {};
  const answer = writeFiles(job);
  if (answer.error !== undefined) failed.add(job.lane);
  return answer;
}

function answer(number: number, what: unknown): void {
  parentPort?.postMessage({ number, what });
}

parentPort?.on('message', ({ number, what }: Numbered<LaneJob>) => {
  if (what.kind === 'files') answer(number, create(what));
  else if (what.kind === 'digests') answer(number, digestContents(what, lineEnds));
  else
    void import('./convert-mails.js').then(
      ({ convertMails }) => answer(number, convertMails(what)),
      // Without it the sender does all itself.
      () => answer(number, { outcomes: [], needsDirectory: false, isOpen: false }),
    );
});
