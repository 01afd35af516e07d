import { ISSUES, type IssueCode, type IssueDescription } from './issue.js';

/** What `explain` and the docs say of an error. */
export interface ErrorDescription {
  /** One line, lower case, no full stop. */
  readonly title: string;
  /** What it means, whole sentences. */
  readonly meaning: string;
  /** What to do. */
  readonly help: string;
}

/** Errors of the command line and its files. */
const COMMAND_ERRORS = {
  USAGE: {
    title: 'the command line cannot be understood',
    meaning: 'A command, a flag, the value of a flag or the number of arguments is not what the command takes. Nothing was done.',
    help: 'The note says what is wrong. `mailferry COMMAND --help` lists the flags with their values.',
  },
  CODE_UNKNOWN: {
    title: 'there is no such code',
    meaning: '`explain` was asked for a code that this version does not know.',
    help: '`mailferry explain` without a code lists all of them.',
  },
  CONFIG_UNREADABLE: {
    title: 'the config file cannot be read',
    meaning:
      'The file given with `--config` or MAILFERRY_CONFIG does not exist or may not be read. With `--owner` it is read as that user. Nothing was done.',
    help: 'Check its name and its rights.',
  },
  CONFIG_INVALID: {
    title: 'the config file cannot be understood',
    meaning: 'It is neither a JSON object nor lines of `name = value`, or a value does not fit its flag. Nothing was done.',
    help: 'The note names the place. Names are those of the flags without the dashes; a list is a JSON array or several lines.',
  },
  CONFIG_UNKNOWN_KEY: {
    title: 'the config file sets what is no flag',
    meaning:
      'A name in the config file is not the name of any flag. It may be a slip, so nothing was done rather than something else than you meant.',
    help: 'Use the names of the flags without the dashes: `dry-run = yes`.',
  },
  FOLDER_MAP_UNREADABLE: {
    title: 'the folder map cannot be read',
    meaning: 'The file given with `--folder-map` does not exist or may not be read. Nothing was done.',
    help: 'Check its name and its rights.',
  },
  FOLDER_MAP_INVALID: {
    title: 'the folder map cannot be understood',
    meaning: 'A line of the file given with `--folder-map` is not of the form `From = To`. Nothing was done.',
    help: 'Write one pair a line, names joined by `/`: `Sent Items = Sent`. Lines that start with # are comments.',
  },
  OUTPUT_UNWRITABLE: {
    title: 'a report or log file cannot be written',
    meaning: 'A file given with `--report` or `--log-file` cannot be created, or is a symbolic link, which is never followed.',
    help: 'Name a file in a directory that exists and that you may write. What was converted until then stays; the same command goes on.',
  },
  OWNER_REQUIRED: {
    title: 'root does not touch the mail of others with its own rights',
    meaning:
      'A home can hold symbolic links, pipes and hard links that would lead root elsewhere. So root converts with its own rights only where source and target, and every directory on the way to them, belong to root and can be changed by root alone.',
    help: 'Give `--owner USER`: the work is then done in a child process that has the rights of that user and no others.',
  },
  OWNER_NEEDS_ROOT: {
    title: 'only root can work as another user',
    meaning: '`--owner` names another user than the one who runs mailferry, and only root may become somebody else.',
    help: 'Run the command as root, or as that user without `--owner`.',
  },
  OWNER_IS_ROOT: {
    title: '--owner cannot be root',
    meaning: '`--owner` is there to give up the rights of root, so it cannot name root.',
    help: "Name the user whose mail it is. For what is root's own, leave `--owner` out.",
  },
  OWNER_UNKNOWN: {
    title: 'there is no such user on this machine',
    meaning: 'Neither /etc/passwd nor `id` knows the user that `--owner` names.',
    help: 'Give the login name as `id` knows it, with the group after a colon if it is not the primary one.',
  },
  OWNER_CANNOT_READ: {
    title: 'the owner cannot read the files of mailferry',
    meaning:
      'With `--owner` the program runs as that user, who must be able to read it. It is installed where only root may read, such as below /root.',
    help: 'Install it where every user may read it, such as /usr/local/lib.',
  },
  BUG: {
    title: 'mailferry itself is wrong',
    meaning: 'Something happened that its authors did not foresee. The source is never written, and the target stays whole.',
    help: 'Please report it with the command line and what was printed. Running the same command again is safe.',
  },
} as const satisfies Record<string, ErrorDescription>;

/** Errors of a source. */
const SOURCE_ERRORS = {
  SOURCE_NOT_FOUND: {
    title: 'the source does not exist',
    meaning: 'There is no file or directory of that name. Nothing was done.',
    help: "Check the name. With Dovecot's syntax (`mbox:~/mail:INBOX=…`) each path in it must exist.",
  },
  SOURCE_PERMISSION: {
    title: 'the source may not be read',
    meaning: 'The system refuses to open the source or something in it.',
    help: 'Run it as the user whose mail it is; as root, name that user with `--owner`.',
  },
  SOURCE_UNREADABLE: {
    title: 'the source cannot be read to its end',
    meaning: 'The disk or the file system reported an error while reading. What was delivered before is committed.',
    help: 'Look at the log of the system. Copy the file to a sound disk as far as possible, and run the same command on the copy.',
  },
  TOO_MANY_FAILURES: {
    title: 'more messages failed than --max-errors allows',
    meaning: 'The run gave up. What was delivered before is committed.',
    help: 'Look at the first failures, then run the same command again with a higher `--max-errors`.',
  },
} as const satisfies Record<string, ErrorDescription>;

/** Bugs that checks of our own find. */
const INTERNAL_ERRORS = {
  BOOKS_UNBALANCED: {
    title: 'the books of a run do not balance',
    meaning:
      'Messages read and messages written, already there, filtered and failed do not add up. This is a bug of mailferry; the source is untouched.',
    help: 'Keep source and target and report it with the numbers in the note.',
  },
} as const satisfies Record<string, ErrorDescription>;

/** Every error code with its description. What is thrown has its entry here; a test demands it. */
export const ERRORS: Readonly<Record<string, ErrorDescription>> = { ...COMMAND_ERRORS, ...SOURCE_ERRORS, ...INTERNAL_ERRORS };

/** What a code means, whether it is an issue or an error; undefined when there is no such code. */
export function explanationOf(
  code: string,
): (ErrorDescription & { readonly severity: IssueDescription['severity'] | 'error' }) | undefined {
  const issue = Object.hasOwn(ISSUES, code) ? ISSUES[code as IssueCode] : undefined;
  if (issue !== undefined) return issue;
  const error = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  return error === undefined ? undefined : { severity: 'error', ...error };
}
