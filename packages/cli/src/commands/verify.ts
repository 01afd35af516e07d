import type { Command } from '../command.js';
import type { Flag } from '../ui/flag.js';
import { ACCOUNT_FLAGS, LEDGER_FLAG, UPLOAD_FLAGS } from '../ui/flags-imap.js';
import { OWNER_FLAG, SPECIAL_USE_FLAG } from '../ui/flags-maildir.js';
import { SOURCE_FLAGS } from '../ui/flags-source.js';
import { FILTER_FLAGS, FOLDER_FLAGS } from '../ui/flags-transfer.js';

/** `--signatures` */
const SIGNATURES_FLAG: Flag = {
  name: 'signatures',
  kind: 'switch',
  group: 'What is compared:',
  help: 'also count the DKIM, S/MIME and PGP signatures whose hash holds, before and after',
};

/** `--items`, where it may also say where the files are. */
const ITEMS_FLAG: Flag = {
  name: 'items',
  kind: 'text',
  value: 'DIR|mail|none',
  completes: 'directory',
  group: 'What is compared:',
  help: 'contacts, appointments and tasks of a PST: with the .vcf and .ics files in DIR (default TARGET-items), as mail, or not (so for an account)',
};

/** `verify SOURCE... TARGET` */
export const verify: Command = {
  name: 'verify',
  usage: 'SOURCE... TARGET',
  least: 2,
  summary: 'read both sides again and say what is missing, altered or doubled; reads only',
  flags: [
    ...SOURCE_FLAGS,
    ITEMS_FLAG,
    ...FILTER_FLAGS,
    ...FOLDER_FLAGS,
    SIGNATURES_FLAG,
    SPECIAL_USE_FLAG,
    OWNER_FLAG,
    ...ACCOUNT_FLAGS,
    ...UPLOAD_FLAGS.filter(({ name }) => ['repair', 'keep-names', 'no-literal-plus'].includes(name)),
    LEDGER_FLAG,
  ],
  examples: [
    ['mailferry verify /var/mail/ann ~/Maildir', 'compare message by message, octet by octet'],
    ['mailferry verify ~/mail imaps://ann@mail.example.org/', 'the same with an account, by the ledger of the upload if there is one'],
    ['mailferry verify --json ~/mail ~/Maildir', 'a JSON line a difference, then a summary'],
  ],
  completes: 'file',
  guardsRoot: true,
  run: async (context) =>
    /^imaps?:/i.test(context.args.at(-1) ?? '')
      ? (await import('../ui/verify-account-run.js')).runVerifyAccount(context)
      : (await import('../ui/verify-run.js')).runVerify(context),
};
