import type { Flag } from './flag.js';
import { AGAIN_FLAGS } from './flags-transfer.js';

const WHERE = 'Where it goes:';

/** For root. */
export const OWNER_FLAG: Flag = {
  name: 'owner',
  kind: 'text',
  value: 'USER[:GROUP]',
  group: WHERE,
  help: 'as root: do the work in a child process with the rights of USER',
};

/** How folders of a special use are named in a Maildir, which has no other place for it. */
export const SPECIAL_USE_FLAG: Flag = {
  name: 'special-use',
  kind: 'choice',
  choices: ['keep', 'rename'],
  group: WHERE,
  help: 'folders for sent mail, drafts, junk, trash and archive, in any language: keep their names (the default), or Sent, Drafts, Junk, Trash, Archive',
};

/** How a Maildir is written. */
export const MAILDIR_FLAGS: readonly Flag[] = [
  {
    name: 'layout',
    kind: 'choice',
    choices: ['maildir++', 'fs'],
    group: WHERE,
    help: 'folders as .A.B (maildir++, the default) or as A/B (LAYOUT=fs of Dovecot); a later run keeps what is there',
  },
  {
    name: 'name-separator',
    kind: 'text',
    value: 'CHAR',
    group: WHERE,
    help: 'stands before the flags in file names instead of ":"; one of ; ! - _',
  },
  {
    name: 'fsync',
    kind: 'choice',
    choices: ['folder', 'message', 'none'],
    group: WHERE,
    help: 'what a power cut may not take: the state at each commit (the default), every message, nothing',
  },
  {
    name: 'items',
    kind: 'text',
    value: 'DIR|mail|none',
    completes: 'directory',
    group: WHERE,
    help: 'contacts, appointments and tasks of a PST: as .vcf and .ics files in DIR (default TARGET-items), as mail, or not',
  },
  SPECIAL_USE_FLAG,
  OWNER_FLAG,
  ...AGAIN_FLAGS,
  {
    name: 'no-residue',
    kind: 'switch',
    group: WHERE,
    help: 'do not keep what no message holds (From_ lines ...): gives up the way back to the mboxes',
  },
  { name: 'verify', kind: 'switch', group: WHERE, help: 'read both sides again afterwards and compare message by message' },
];
