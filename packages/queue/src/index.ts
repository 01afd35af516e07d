export type { QueueAddress, QueuedOrder } from './connection.js';
export { QueueRunner, type QueueRunnerOptions } from './queue-runner.js';
export { openSigned, type Signed, sign } from './signed.js';
export { runWorker, type WorkerEvent, type WorkerOptions } from './worker.js';
