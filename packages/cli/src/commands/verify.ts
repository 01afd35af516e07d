import type { Command } from '../command.js';
import { OWNER_FLAG, SPECIAL_USE_FLAG } from '../ui/flags-maildir.js';
import { ITEMS_FLAG, SOURCE_FLAGS } from '../ui/flags-source.js';
import { FILTER_FLAGS, FOLDER_FLAGS } from '../ui/flags-transfer.js';

/** `verify SOURCE... TARGET` */
export const verify: Command = {
  name: 'verify',
  usage: 'SOURCE... TARGET',
  least: 2,
  summary: 'read both sides again and say what is missing, altered or doubled; reads only',
  flags: [...SOURCE_FLAGS, ITEMS_FLAG, ...FILTER_FLAGS, ...FOLDER_FLAGS, SPECIAL_USE_FLAG, OWNER_FLAG],
  examples: [
    ['mailferry verify /var/mail/ann ~/Maildir', 'compare message by message, octet by octet'],
    ['mailferry verify --json ~/mail ~/Maildir', 'a JSON line a difference, then a summary'],
  ],
  completes: 'file',
  guardsRoot: true,
  run: async (context) => (await import('../ui/verify-run.js')).runVerify(context),
};
