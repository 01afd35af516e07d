import type { ErrorDescription } from './error-description.js';

/** Bugs that checks of our own find. */
export const INTERNAL_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  BOOKS_UNBALANCED: {
    title: 'the books of a run do not balance',
    meaning:
      'Messages read and messages written, already there, filtered and failed do not add up. This is a bug of mailferry; the source is untouched.',
    help: 'Keep source and target and report it with the numbers in the note.',
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
