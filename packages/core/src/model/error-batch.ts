import type { ErrorDescription } from './error-description.js';

/** Errors of a batch and of its jobs. */
export const BATCH_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  BATCH_RUNNING: {
    title: 'this batch is running already',
    meaning: 'Another process works on the same state directory. Two at a time would run the same users twice. Nothing was done.',
    help: '`mailferry status` shows how far it is. If it ran on another machine that is gone for good, remove the lock file that is named.',
  },
  MANIFEST_UNSAFE: {
    title: 'root does not follow a manifest that others could have written',
    meaning:
      'A manifest says what is run and for whom, and may name commands that print passwords. The file, or a directory on the way to it, belongs to somebody else or can be changed by others. Nothing was done.',
    help: 'Put it where root alone can write, such as /root or /etc. With sudo, files of the user who called it are fine.',
  },
  STATE_NOT_FOUND: {
    title: 'no batch has run here',
    meaning: '`mailferry status` found no state of a batch beside the manifest or in the directory given with `--state`.',
    help: 'Name the manifest as you named it to `mailferry batch`, or the directory with `--state`.',
  },
  JOB_TIME_LIMIT: {
    title: 'the time of a job was over',
    meaning: 'The job of this user took longer than `--job-time` and was stopped after the message in flight. What was done stays.',
    help: 'Run the batch again: it goes on where it stopped. Give this user more time, or a run alone.',
  },
  JOB_OUT_OF_MEMORY: {
    title: 'the memory of a job was not enough',
    meaning:
      'The process of this user needed more than `--job-memory` and was ended by the system. No other user is touched, and what was done stays.',
    help: 'Run the batch again with a larger `--job-memory` and fewer `--jobs`.',
  },
  JOB_CRASHED: {
    title: 'the process of a job ended without a word',
    meaning: 'It was killed, or crashed. No other user is touched; the target stays whole, and the job is tried again a few times.',
    help: 'If nobody killed it and the system had memory enough, please report it with the last words that `mailferry status --json` shows.',
  },
  QUEUE_KEY: {
    title: 'the key of the queue is missing or no secret',
    meaning:
      'Whoever can put jobs into the queue would command the workers, so every job is signed with a key. The file given with `--queue-key` is missing, shorter than 32 octets, or others can read it. Nothing was done.',
    help: 'Make one with `(umask 077; head -c 32 /dev/urandom > FILE)` and copy it to every machine, readable by root alone.',
  },
  QUEUE_UNSIGNED: {
    title: 'a result in the queue is not signed with our key',
    meaning: 'A result was found in the queue that no worker with the key of this batch has made. It is not believed.',
    help: 'Do all workers have the same key file? If so, find out who else can write to that Redis.',
  },
  QUEUE_REFUSED: {
    title: 'a worker refused a job',
    meaning: 'The worker found that the job is not signed with its key, or could not handle it at all. Nothing of it was run.',
    help: 'Give batch and workers the same `--queue-key` and the same version of mailferry.',
  },
  QUEUE_LOST: {
    title: 'a job is no longer in the queue',
    meaning: 'Somebody emptied the queue, or Redis came back without what it held (no AOF). The job is put in again.',
    help: 'Nothing, if it passes. Run Redis with `appendonly yes` so that a restart loses nothing.',
  },
  QUEUE_STALLED: {
    title: 'a job lost its workers again and again',
    meaning:
      'Each worker that took this job was gone before it was done: killed, out of memory, or cut off from Redis for longer than its lease.',
    help: 'Look at the workers: their memory, their network. What was done stays; the batch tries again.',
  },
};
