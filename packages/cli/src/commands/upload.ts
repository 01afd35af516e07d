import type { Command } from '../command.js';
import { RUN_FLAGS } from '../ui/flags-common.js';
import { ACCOUNT_FLAGS, LEDGER_FLAG, UPLOAD_FLAGS } from '../ui/flags-imap.js';
import { ITEMS_FLAG, SOURCE_FLAGS } from '../ui/flags-source.js';
import { AGAIN_FLAGS, FILTER_FLAGS, FOLDER_FLAGS, TROUBLE_FLAGS } from '../ui/flags-transfer.js';

/** `upload SOURCE... IMAP-URL` */
export const upload: Command = {
  name: 'upload',
  usage: 'SOURCE... IMAP-URL',
  least: 2,
  summary: 'files on disk to an account on an IMAP server; safe to repeat',
  flags: [
    ...SOURCE_FLAGS,
    ITEMS_FLAG,
    ...FILTER_FLAGS,
    ...TROUBLE_FLAGS,
    ...FOLDER_FLAGS,
    ...ACCOUNT_FLAGS,
    ...UPLOAD_FLAGS,
    LEDGER_FLAG,
    ...AGAIN_FLAGS,
    ...RUN_FLAGS,
  ],
  examples: [
    ['mailferry upload ~/mail imaps://ann@mail.example.org/', 'a home of mboxes with its folders'],
    ['mailferry upload -n ann.pst imaps://ann@mail.example.org/', 'what would go where, and what the server would refuse'],
    [
      'mailferry upload --auth-user admin --password-file pw ann.pst imaps://ann@mail.example.org/Archive',
      'by a master user, into a folder',
    ],
    [
      'mailferry upload --exclude-folder @not-mail ann.pst imaps://ann@mail.example.org/',
      'without calendars, contacts, drafts and the like',
    ],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/upload-run.js')).runUpload(context),
};
