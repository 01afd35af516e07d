import type { Command } from '../command.js';
import { RUN_FLAGS } from '../ui/flags-common.js';
import { ACCOUNT_FLAGS, LEDGER_FLAG } from '../ui/flags-imap.js';

const WHAT = 'What is removed:';

/** `undo RUN` */
export const undo: Command = {
  name: 'undo',
  usage: 'RUN',
  least: 1,
  most: 1,
  summary: 'take an upload back: removes what that run appended, and nothing else',
  flags: [
    { name: 'url', kind: 'text', value: 'IMAP-URL', group: WHAT, help: 'the account, when it has moved; default: the one of the run' },
    { name: 'remove-changed', kind: 'switch', group: WHAT, help: 'also messages whose flags were changed since' },
    { name: 'mark-only', kind: 'switch', group: WHAT, help: 'only mark them as deleted; for servers with neither UIDPLUS nor MOVE' },
    ...ACCOUNT_FLAGS,
    LEDGER_FLAG,
    ...RUN_FLAGS.filter(({ name }) => name === 'dry-run'),
  ],
  examples: [
    ['mailferry undo 20260102-030405-1a2b', 'the name is in the last lines of the upload'],
    ['mailferry undo -n 20260102-030405-1a2b', 'what would be removed'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/undo-run.js')).runUndo(context),
};
