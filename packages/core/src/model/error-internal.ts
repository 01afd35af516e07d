import type { ErrorDescription } from './error-description.js';

/** What ends the program itself: bugs that checks of our own find, and memory that it is not given. */
export const INTERNAL_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  BOOKS_UNBALANCED: {
    title: 'the books of a run do not balance',
    meaning:
      'Messages read and messages written, already there, filtered and failed do not add up. This is a bug of mailferry; the source is untouched.',
    help: 'Keep source and target and report it with the numbers in the note.',
  },
  MEMORY_REFUSED: {
    title: 'the system does not give the process the memory that it needs',
    meaning:
      'The program reserves some 10 GiB of addresses, of which it uses few. A limit of the address space (`ulimit -v`, RLIMIT_AS) refuses that. Nothing was done.',
    help: 'Do not limit addresses but memory that is used: a cgroup (`systemd-run -p MemoryMax=1G`), or `--job-memory` of a batch.',
  },
  INTERNAL: {
    title: 'mailferry found a mistake of its own',
    meaning: 'A check inside the program failed. The source is never written, and the target stays whole.',
    help: 'Please report it with the command line and what was printed. Running the same command again is safe.',
  },
  CONTENT_SIZE: {
    title: 'a message had another size than it promised',
    meaning: 'A check inside the program failed while a message was written; that message was not published.',
    help: 'Please report it with the place in the note. Running the same command again is safe.',
  },
};
