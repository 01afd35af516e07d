// The code of a lane's thread: creates the files of the jobs it is sent, in order. After a failure it does nothing more,
// so that what is on the disk is a beginning of what was asked.
import { parentPort } from 'node:worker_threads';
import type { LaneJob } from './job.js';
import { writeFiles } from './write-files.js';

let hasFailed = false;

parentPort?.on('message', (job: LaneJob) => {
  const answer = hasFailed ? { number: job.number } : writeFiles(job);
  hasFailed ||= 'error' in answer;
  parentPort?.postMessage(answer);
});
