import type { ErrorDescription } from './error-description.js';

/** Errors of a target on disk. `TARGET_` and the name of a system error is what the system said of the target. */
export const TARGET_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  TARGET_LOCKED: {
    title: 'another program holds the lock of the target',
    meaning: 'Dovecot or another run of mailferry is writing there and did not let go in time. What was delivered before is committed.',
    help: 'Run the same command again a little later.',
  },
  TARGET_BUSY: {
    title: 'another run is writing to this Maildir',
    meaning: 'Two runs with one target would take each other for the past, so the second one does not begin.',
    help: 'Wait for the other run, or stop it; then run the same command again. If no run is at it, because the machine was switched off meanwhile, remove `mailferry-ledger.lock` in the Maildir.',
  },
  TARGET_LAYOUT: {
    title: 'the folders of the target lie in another layout',
    meaning:
      'An earlier run wrote this Maildir with the other layout (`.A.B`, or `A/B` with LAYOUT=fs). Its folders would not be found, and their mail would count as taken away by the user. Nothing was done.',
    help: 'Run it without `--layout`, which keeps the layout that is there, or name another target.',
  },
  TARGET_UIDS_EXHAUSTED: {
    title: 'the folder has no UIDs left to give',
    meaning:
      'UIDs have 32 bits, and the uidlist of this folder says that nearly all were given, perhaps because something forged one. A list with larger ones is thrown away by Dovecot, and all messages of the folder get new UIDs. What the last commit made durable stays.',
    help: 'Convert into a Maildir that does not have this folder yet. Or stop Dovecot, remove the `dovecot-uidlist` and `dovecot.index*` of the folder, which gives its messages new UIDs, and run the same command again.',
  },
  TARGET_SYMLINK: {
    title: 'a symbolic link or something else is where a directory or control file should be',
    meaning: 'The target is written through real directories and regular files only: a link could lead out of the home.',
    help: 'Move it away, or give the real path as the target.',
  },
  LEDGER_UNKNOWN: {
    title: 'the ledger of the target cannot be understood',
    meaning: 'The file mailferry-ledger in the target was written by a newer version, or is damaged at its start. Nothing was done.',
    help: 'Use the version that wrote it. If it is damaged, move it away: the next run recognises what is there by its names.',
  },
  MAILDIR_SEPARATOR: {
    title: 'this character cannot separate flags from names',
    meaning: '`--name-separator` stands before the flags in the file names of a Maildir, and only few characters can do that.',
    help: 'Use one of ; ! - _ and tell the mail server the same.',
  },
  TARGET_ENOSPC: {
    title: 'the disk of the target is full',
    meaning: 'There is no space, or no inode, left. What the last commit made durable stays.',
    help: 'Free some space (`df -h`, `df -i`) and run the same command again.',
  },
  TARGET_EDQUOT: {
    title: 'the quota of the owner is used up',
    meaning: 'The file system refuses more for this user. What the last commit made durable stays.',
    help: 'Raise the quota and run the same command again.',
  },
  TARGET_EROFS: {
    title: 'the file system of the target is read-only',
    meaning: 'It was mounted so, or the system made it so after an error of the disk.',
    help: 'Mount it for writing and run the same command again.',
  },
  TARGET_EIO: {
    title: 'the disk of the target reported an error',
    meaning: 'Writing or reading failed in the hardware or on the way to it.',
    help: 'Look at the log of the kernel (`dmesg`) before you run the same command again.',
  },
  TARGET_EACCES: {
    title: 'the target may not be written',
    meaning:
      'The rights of the directory or of one above it do not allow it. With `--owner` the target is made by that user too, never by root.',
    help: 'Run as the owner of the Maildir. For a target in a directory that the owner may not write, make it first: `install -d -o USER -m 700 TARGET`.',
  },
  TARGET_EPERM: {
    title: 'the system does not permit a change of the target',
    meaning: 'The file or directory belongs to somebody else or is protected.',
    help: 'Run as the owner of the Maildir, or as root with `--owner`.',
  },
  TARGET_EMFILE: {
    title: 'too many files are open',
    meaning: 'The limit of open files for this process was reached. What the last commit made durable stays.',
    help: 'Raise the limit (`ulimit -n`) and run the same command again.',
  },
  TARGET_ENFILE: {
    title: 'too many files are open on this machine',
    meaning: 'The limit of the whole system was reached. What the last commit made durable stays.',
    help: 'Close programs or raise fs.file-max, and run the same command again.',
  },
  TARGET_OWNER: {
    title: 'a directory of the target belongs to somebody else',
    meaning:
      'Root, without `--owner`, writes only what is its own. In a directory in which everybody can make something, such as /tmp, somebody made the target, or what is made beside it, before the run did. Nothing was written there.',
    help: 'See who made it, remove it, and choose a target in a directory where nobody else can make one.',
  },
  TARGET_EFBIG: {
    title: 'a file of the target would be too large',
    meaning: 'The file system, or a limit of this process, allows no file of that size. What the last commit made durable stays.',
    help: 'Raise the limit (`ulimit -f`), or choose a target on another file system, and run the same command again.',
  },
  TARGET_ESTALE: {
    title: 'the file server does not know a part of the target any more',
    meaning:
      'On a network file system a directory or file was removed or replaced on the server, or the server was started anew. What the last commit made durable stays.',
    help: 'See that the server is well, mount it anew, and run the same command again.',
  },
  RESTORE_NO_LEDGER: {
    title: 'there is nothing to restore from',
    meaning:
      'The Maildir has no ledger, or its ledger knows no mbox that a run read to its end; what came from a PST or OST is not made a PST again. Nothing was written.',
    help: 'Restore works on a Maildir that mailferry converted from mbox files on disk, with `mailferry-ledger` and `mailferry-residue` in its root.',
  },
  RESTORE_EXISTS: {
    title: 'a file to be restored is there already',
    meaning: 'Nothing is ever overwritten, so nothing was restored.',
    help: 'Restore into an empty directory.',
  },
  RESTORE_PATH_UNSAFE: {
    title: 'a path in the ledger leads out of the directory',
    meaning:
      'Paths that mailferry writes to a ledger are absolute and have no `..`. This one was changed by somebody. Nothing was restored.',
    help: 'Restore from a copy of the Maildir that nobody else can write to.',
  },
  TARGET_ELOOP: {
    title: 'a symbolic link is in the way of the target',
    meaning: 'A Maildir is written through real directories only.',
    help: 'Give the real path.',
  },
  TARGET_ENOTDIR: {
    title: 'a file is where a directory of the target should be',
    meaning: 'The path of the target, or a folder in it, runs through something that is no directory.',
    help: 'Move it away, or choose another target.',
  },
  TARGET_EINVAL: {
    title: 'the file system of the target does not take a name',
    meaning: 'File names of a Maildir hold a colon before the flags, which some file systems refuse.',
    help: 'Use `--name-separator`, and tell the mail server the same.',
  },
  TARGET_ENAMETOOLONG: {
    title: 'a path in the target is too long',
    meaning: 'A folder name, or the path with all of its folders, is longer than the file system allows.',
    help: 'Choose a target with a shorter path, or shorten the folder with `--folder-map`.',
  },
};

/** What is said of a system error that has no entry of its own. */
export const OTHER_TARGET_ERROR: ErrorDescription = {
  title: 'the target could not be written',
  meaning: 'The system refused to write, with the error that the code names. What the last commit made durable stays.',
  help: 'Look at the log of the system, and run the same command again.',
};
