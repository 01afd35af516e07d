import type { Command } from '../command.js';
import { STATE_FLAG } from '../ui/flags-batch.js';

const WHO = 'Whose mail:';
const WHAT = 'What is written:';

/** `handover MANIFEST DIRECTORY` */
export const handover: Command = {
  name: 'handover',
  usage: 'MANIFEST DIRECTORY',
  least: 2,
  most: 2,
  summary: 'tables for the mail servers and a runbook, for the users of a batch who are done',
  flags: [
    { name: 'new-host', kind: 'text', value: 'HOST', group: WHAT, help: 'the new server; needed' },
    {
      name: 'domain',
      kind: 'text',
      value: 'DOMAIN',
      group: WHAT,
      help: 'domain of the addresses of users whose name is no address; needed',
    },
    {
      name: 'virtual-domain',
      kind: 'text',
      value: 'DOMAIN',
      group: WHAT,
      help: 'domain under which the new server takes what the old one forwards; default: the name of the new server',
    },
    { name: 'group', kind: 'list', value: 'GROUP', group: WHO, help: 'only users of that group; repeatable' },
    STATE_FLAG,
  ],
  examples: [
    ['mailferry handover --new-host imap.example.org --domain example.org users.csv tables', 'tables for perdition, Postfix and others'],
    ['mailferry handover --group pilot --new-host imap.example.org --domain example.org users.csv pilot', 'for one group'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/handover-run.js')).runHandOver(context),
};
