import type { Command } from '../command.js';
import { STATE_FLAG } from '../ui/flags-batch.js';

const SHOWN = 'What is shown:';

/** `status [MANIFEST]` */
export const status: Command = {
  name: 'status',
  usage: '[MANIFEST]',
  least: 0,
  most: 1,
  summary: 'where everyone of a batch stands; from any terminal, at any time',
  flags: [
    STATE_FLAG,
    { name: 'csv', kind: 'switch', group: SHOWN, help: 'a table for a spreadsheet, one user a line' },
    { name: 'watch', kind: 'switch', group: SHOWN, help: 'show it again and again until the batch has ended' },
    { name: 'open', kind: 'switch', group: SHOWN, help: 'only users who are not done' },
  ],
  examples: [
    ['mailferry status users.csv', 'a table: state, tries, LastOK, messages, rate, time left'],
    ['mailferry status --watch users.csv', 'until the batch has ended'],
    ['mailferry status --csv users.csv', 'for a spreadsheet'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/status-run.js')).runStatus(context),
};
