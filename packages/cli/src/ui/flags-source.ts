import type { Flag } from './flag.js';

const READ = 'What is read:';

/** What `--pst-include` takes, and the part of the store that it means. */
export const PST_PARTS = {
  outside: 'outsideIpmSubtree',
  'sync-issues': 'syncIssues',
  hidden: 'hidden',
  associated: 'associated',
  'search-folders': 'searchFolders',
} as const;

/** How sources are read. */
export const SOURCE_FLAGS: readonly Flag[] = [
  {
    name: 'from-tz',
    kind: 'text',
    value: 'ZONE',
    group: READ,
    help: 'zone of From_ lines that name none: Europe/Berlin, UTC, local (the default)',
  },
  {
    name: 'unescape',
    kind: 'choice',
    choices: ['none', 'mboxrd', 'mboxo', 'auto'],
    group: READ,
    help: 'undo one level of ">From" quoting (default: only where the dialect\'s own reader does)',
  },
  {
    name: 'lock',
    kind: 'switch',
    group: READ,
    help: 'lock each mbox against deliveries while it is read (dotlock and fcntl; needs python3 or perl)',
  },
  { name: 'keep-headers', kind: 'switch', group: READ, help: "keep the mailbox's own header fields (Status, X-UID ...)" },
  {
    name: 'labels',
    kind: 'choice',
    choices: ['keywords', 'folders'],
    group: READ,
    help: 'labels of a Gmail Takeout: keywords of one copy (the default), or a copy in a folder each',
  },
  {
    name: 'pop3-uidl',
    kind: 'text',
    value: 'uw|cyrus|FORMAT|keep',
    group: READ,
    help: 'how the old POP3 server made UIDLs, so that clients fetch nothing twice',
  },
  { name: 'codepage', kind: 'number', value: 'CP', group: READ, help: 'Windows code page of PST strings that name none (default 1252)' },
  { name: 'recoverable', kind: 'switch', group: READ, help: "read a PST's Recoverable Items as well" },
  {
    name: 'pst-include',
    kind: 'list',
    value: 'WHAT',
    choices: Object.keys(PST_PARTS),
    group: READ,
    help: `read more of a PST: ${Object.keys(PST_PARTS).join(', ')}; repeatable`,
  },
  { name: 'keep-winmail', kind: 'switch', group: READ, help: 'leave a winmail.dat in a PST as it is instead of unpacking it' },
  { name: 'keep-deleted', kind: 'switch', group: READ, help: 'mark as deleted what Outlook had marked so in an IMAP account' },
  {
    name: 'vcard',
    kind: 'choice',
    choices: ['4', '3'],
    group: READ,
    help: 'version of the vCards that contacts of a PST become (default 4)',
  },
];

/** What becomes of contacts and the like where they cannot be files beside the target. */
export const ITEMS_FLAG: Flag = {
  name: 'items',
  kind: 'choice',
  choices: ['mail', 'none'],
  group: READ,
  help: 'contacts, appointments and tasks of a PST: as mail that shows them, or only counted (the default)',
};
