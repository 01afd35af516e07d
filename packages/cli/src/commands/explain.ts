import type { Command } from '../command.js';

/** `explain CODE` */
export const explain: Command = {
  name: 'explain',
  usage: '[CODE]',
  least: 0,
  most: 1,
  summary: 'what the code of an issue or error means and what to do',
  flags: [],
  examples: [
    ['mailferry explain DATE_FROM_HEADER', 'what it means'],
    ['mailferry explain', 'all codes'],
  ],
  completes: 'code',
  run: async (context) => (await import('../ui/explain-code.js')).explainCode(context),
};
