import type { Command } from '../command.js';

const WHO = 'Whose homes:';
const WHAT = 'What is made of it:';

/** `survey DIRECTORY...` */
export const survey: Command = {
  name: 'survey',
  usage: 'DIRECTORY... | --from-passwd | --list FILE',
  least: 0,
  summary: 'which files of many homes are mail, what is odd, how long it will take; writes a manifest',
  flags: [
    { name: 'from-passwd', kind: 'switch', group: WHO, help: 'every person that getent passwd knows' },
    {
      name: 'list',
      kind: 'text',
      value: 'FILE',
      completes: 'file',
      group: WHO,
      help: 'the users of FILE, one a line: a login name, or a login name and the home after white space',
    },
    { name: 'spool', kind: 'text', value: 'PATTERN', group: WHO, help: 'where incoming mail lies (default /var/mail/%u; none: nowhere)' },
    { name: 'target', kind: 'text', value: 'PATTERN', group: WHAT, help: 'where the mail will go (default maildir:%h/Maildir)' },
    { name: 'manifest', kind: 'text', value: 'FILE', completes: 'file', group: WHAT, help: 'write the manifest that batch reads' },
    { name: 'group', kind: 'text', value: 'GROUP', group: WHAT, help: 'the group of all these users in the manifest' },
    {
      name: 'sample',
      kind: 'size',
      value: 'SIZE',
      group: WHAT,
      help: 'octets of one mbox that are read to count its messages; what is larger is estimated (default 8M)',
    },
    { name: 'no-estimate', kind: 'switch', group: WHAT, help: 'convert no samples to say how long it will take' },
    {
      name: 'scratch',
      kind: 'text',
      value: 'DIR',
      completes: 'directory',
      group: WHAT,
      help: 'where samples are converted: best on the file system of the targets (default: for temporary files)',
    },
    {
      name: 'jobs',
      kind: 'number',
      least: 1,
      value: 'N',
      group: WHAT,
      help: 'users at a time that the estimate is for (default: one a core)',
    },
  ],
  examples: [
    ['mailferry survey /home --manifest users.csv', 'as root: each home with the rights of its owner'],
    ['mailferry survey --from-passwd --json > survey.jsonl', 'a JSON line a user, then a summary'],
    ['mailferry survey -v ~', 'your own home, with every place that was looked at and left'],
  ],
  completes: 'file',
  run: async (context) => (await import('../ui/survey-run.js')).runSurvey(context),
};
