import type { ErrorDescription } from './error-description.js';

/** Errors of sources, and of the files that name them. */
export const SOURCE_ERRORS: Readonly<Record<string, ErrorDescription>> = {
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
  SOURCE_EMFILE: {
    title: 'too many files are open to read the source',
    meaning: 'The limit of open files, of this process or of the machine, was reached. What was delivered before is committed.',
    help: 'Raise the limit (`ulimit -n`, or fs.file-max) and run the same command again.',
  },
  TOO_MANY_FAILURES: {
    title: 'more messages failed than --max-errors allows',
    meaning: 'The run gave up. What was delivered before is committed.',
    help: 'Look at the first failures, then run the same command again with a higher `--max-errors`.',
  },
  SOURCE_FORMAT_UNKNOWN: {
    title: 'the source is of no known format',
    meaning:
      'Formats are recognised by content, not by name, and this content is none that mailferry reads. The note says what it looks like.',
    help: 'Check that it is the file you mean. A directory must hold mail itself or in its sub-directories. An mbox whose head is damaged is known by two whole messages in its first 64 KiB; where they are damaged, too, name it `mbox:PATH`.',
  },
  SOURCE_FORMAT_UNSUPPORTED: {
    title: 'the source is of a format that is known and not read here',
    meaning: 'The source is mail, but in a format that other software has to convert first.',
    help: 'The help of the error says which tool does it. Then give the result as the source.',
  },
  SOURCE_NOT_REGULAR: {
    title: 'the source is no regular file or directory',
    meaning: 'Symbolic links, pipes, sockets and devices are never opened as a source: in a home they could lead anywhere.',
    help: 'Give the path of the file itself. Standard input is read as `-`.',
  },
  SOURCE_OWNER: {
    title: 'the source belongs to another user',
    meaning: 'The work is done for one user, and only files of that user are read.',
    help: 'Check the owner of the file. With `--owner` it must be the user named there.',
  },
  SOURCE_CHANGED: {
    title: 'the source changed while it was read',
    meaning: 'Another program wrote to the file in the meantime. What was consistent is delivered; the rest follows in the next run.',
    help: 'Run the same command again, when nobody delivers or reads mail there.',
  },
  SOURCE_LOCKED: {
    title: 'the source is locked by another program',
    meaning: 'A mail server or mail reader holds the lock of the mailbox and did not let go in time.',
    help: 'Run the same command again a little later.',
  },
  SOURCE_SPOOL_FULL: {
    title: 'there is no room to unpack the source',
    meaning: 'Compressed sources and standard input are unpacked into a temporary file, and the disk with the temporary directory is full.',
    help: 'Free some space, or set TMPDIR to a directory on a larger disk.',
  },
  LOCK_UNAVAILABLE: {
    title: 'this machine has nothing that can hold an fcntl lock',
    meaning: 'Node itself has no such locks; Perl or Python holds them for mailferry, and neither was found.',
    help: 'Install perl or python3, or stop the programs that deliver to the mailbox and run without `--lock`.',
  },
  LOCATION_VARIABLE: {
    title: 'a variable of the location has no value',
    meaning: "A location in Dovecot's syntax has %u, %n, %d or %h in it, and nobody said whose mail it is.",
    help: 'Write the name or the path instead of the variable.',
  },
  POP3_UIDL_FORMAT: {
    title: 'the POP3 UIDL format has an unknown variable, or none',
    meaning:
      '`--pop3-uidl` was given a format in which nothing differs from one message to the next, so that all would get the same UIDL, or one with a variable or modifier that is not known here.',
    help: 'Use uw, cyrus, keep, or the pop3_uidl_format of your Dovecot, such as %08Xu%08Xv: %v, %u, %f, %g, %m with offset, width and L U X M R T, or %{uid | hex(8)} as Dovecot 2.4 writes it.',
  },
  PST_NOT_RECOGNISED: {
    title: 'the file does not start like a PST or OST',
    meaning: 'The first octets of a PST are `!BDN`; those of this file are not.',
    help: 'Check that the file is whole: an upload or a copy may have failed.',
  },
  STATE_UNREADABLE: {
    title: 'the state file of a batch cannot be read',
    meaning: 'The file that keeps which users are done exists and cannot be opened.',
    help: 'Check its rights. Without it every job runs again, and finds what is done already.',
  },
  MANIFEST_INVALID: {
    title: 'the manifest cannot be understood',
    meaning: 'A line of the manifest is not of the form that its header promises. No job was started.',
    help: 'The note names the line. The guide for admins shows the columns.',
  },
  NAME_NOT_REPRESENTABLE: {
    title: 'a name cannot stand in a table of another program',
    meaning: 'A user name or address holds characters that the syntax of the routing table has no way to write.',
    help: 'Write the line for this user by hand.',
  },
};
