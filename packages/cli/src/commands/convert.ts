import type { Command } from '../command.js';
import { RUN_FLAGS } from '../ui/flags-common.js';
import { MAILDIR_FLAGS } from '../ui/flags-maildir.js';
import { SOURCE_FLAGS } from '../ui/flags-source.js';
import { FILTER_FLAGS, FOLDER_FLAGS, TROUBLE_FLAGS } from '../ui/flags-transfer.js';

/** `convert SOURCE... TARGET` */
export const convert: Command = {
  name: 'convert',
  usage: 'SOURCE... TARGET',
  least: 2,
  summary: 'files on disk to a Maildir; safe to repeat',
  flags: [...SOURCE_FLAGS, ...FILTER_FLAGS, ...TROUBLE_FLAGS, ...FOLDER_FLAGS, ...MAILDIR_FLAGS, ...RUN_FLAGS],
  examples: [
    ['mailferry convert /var/mail/ann ~/Maildir', 'a lone mbox becomes the INBOX'],
    ['mailferry convert -n mbox:~/mail:INBOX=/var/mail/ann ~/Maildir', 'what would be done with a home'],
    ['mailferry convert --owner ann /home/ann/mail /home/ann/Maildir', 'as root, with the rights of ann'],
  ],
  completes: 'file',
  guardsRoot: true,
  run: async (context) => (await import('../ui/convert-run.js')).runConvert(context),
};
