import type { Command } from '../command.js';
import { ITEMS_FLAG, SOURCE_FLAGS } from '../ui/flags-source.js';

/** `inspect SOURCE...` */
export const inspect: Command = {
  name: 'inspect',
  usage: 'SOURCE...',
  least: 1,
  summary: 'what is in there and what will be odd; reads only',
  flags: [
    { name: 'messages', kind: 'switch', group: 'What is shown:', help: 'with --json a line a message, else list them' },
    ...SOURCE_FLAGS,
    ITEMS_FLAG,
  ],
  examples: [
    ['mailferry inspect /var/mail/ann', 'folders, counts, what is odd'],
    ['mailferry inspect --json --messages ~/mail', 'a JSON line a message, then one for the source'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/inspect-run.js')).runInspect(context),
};
