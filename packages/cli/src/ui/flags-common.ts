import type { Flag } from './flag.js';

const SHOWN = 'What is shown:';

/** Flags that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', kind: 'switch', group: SHOWN, help: 'errors only' },
  { name: 'verbose', short: 'v', kind: 'count', group: SHOWN, help: 'list each issue; -vv each message' },
  { name: 'json', kind: 'switch', group: SHOWN, help: 'one JSON object a line on standard output' },
  {
    name: 'progress',
    kind: 'choice',
    choices: ['auto', 'bar', 'plain', 'none'],
    group: SHOWN,
    help: 'how to show progress on standard error (auto: a bar on a terminal)',
  },
  {
    name: 'color',
    kind: 'choice',
    choices: ['auto', 'always', 'never'],
    group: SHOWN,
    help: 'colours in text (auto: on a terminal, unless NO_COLOR is set)',
  },
  { name: 'log-file', kind: 'text', value: 'FILE', completes: 'file', group: SHOWN, help: 'append every event to FILE as JSON lines' },
  {
    name: 'config',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    group: SHOWN,
    help: 'take flags from FILE: JSON, or lines of name = value',
  },
];

/** Flags of the commands that write mail. */
export const RUN_FLAGS: readonly Flag[] = [
  { name: 'dry-run', short: 'n', kind: 'switch', group: SHOWN, help: 'do everything but write' },
  {
    name: 'report',
    kind: 'list',
    value: 'FILE',
    completes: 'file',
    group: SHOWN,
    help: 'write a report; .txt, .json or .html decides its form; repeatable',
  },
  { name: 'report-details', kind: 'switch', group: SHOWN, help: 'name subjects and addresses in the report' },
];
