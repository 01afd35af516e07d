import type { ErrorDescription } from './error-description.js';

/** Errors of the command line and its files. */
export const COMMAND_ERRORS: Readonly<Record<string, ErrorDescription>> = {
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
    title: 'a report, a log file or a ledger cannot be written',
    meaning:
      'A file given with `--report` or `--log-file`, the ledger of an upload or the directory of a batch cannot be created, or is a symbolic link, which is never followed.',
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
};
