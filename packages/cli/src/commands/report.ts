import type { Command } from '../command.js';
import { STATE_FLAG } from '../ui/flags-batch.js';

const WHAT = 'What is written:';

/** `report [MANIFEST]` */
export const report: Command = {
  name: 'report',
  usage: '[MANIFEST]',
  least: 0,
  most: 1,
  summary: 'what a batch came to, for those who ask: text, JSON, or one HTML file',
  flags: [
    STATE_FLAG,
    {
      name: 'report',
      kind: 'list',
      value: 'FILE',
      completes: 'file',
      group: WHAT,
      help: 'write a report; .txt, .json or .html decides its form; repeatable',
    },
    { name: 'language', kind: 'choice', choices: ['en', 'de', 'fr', 'ru'], group: WHAT, help: 'of text and HTML (default en)' },
  ],
  examples: [
    ['mailferry report users.csv', 'the text, on standard output'],
    ['mailferry report --report night.html --report night.json users.csv', 'a page and the same as data'],
    ['mailferry report --language de --report bericht.html users.csv', 'in German'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/report-run.js')).runReport(context),
};
