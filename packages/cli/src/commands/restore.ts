import type { Command } from '../command.js';
import { OWNER_FLAG } from '../ui/flags-maildir.js';

/** `restore TARGET DIRECTORY` */
export const restore: Command = {
  name: 'restore',
  usage: 'TARGET DIRECTORY',
  least: 2,
  most: 2,
  summary: 'from a converted Maildir back to the original mboxes, octet by octet',
  flags: [OWNER_FLAG],
  examples: [['mailferry restore ~/Maildir ~/mboxes', 'refuses and names what is no longer there; overwrites nothing']],
  completes: 'file',
  guardsRoot: true,
  run: async (context) => (await import('../ui/restore-run.js')).runRestore(context),
};
