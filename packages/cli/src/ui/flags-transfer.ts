import type { Flag } from './flag.js';

const READ = 'What is read:';
const WHERE = 'Where it goes:';
const AGAIN = 'When it is run again:';

/** Which part of the sources is taken. */
export const FILTER_FLAGS: readonly Flag[] = [
  {
    name: 'folder',
    kind: 'list',
    value: 'PATTERN',
    group: READ,
    help: 'only folders that match: * within a name, ** across names; repeatable',
  },
  { name: 'exclude-folder', kind: 'list', value: 'PATTERN', group: READ, help: 'all but folders that match; repeatable' },
  { name: 'since', kind: 'day', value: 'DAY', group: READ, help: 'only messages delivered on that day (UTC) or later' },
  { name: 'before', kind: 'day', value: 'DAY', group: READ, help: 'only messages delivered before that day (UTC)' },
  { name: 'max-size', kind: 'size', value: 'SIZE', group: READ, help: 'only messages of at most that size, such as 25M' },
];

/** What the command makes of trouble in the source. */
export const TROUBLE_FLAGS: readonly Flag[] = [
  { name: 'salvage', kind: 'switch', group: READ, help: 'be content with what a damaged source still gives; else the exit status is 65' },
  { name: 'max-errors', kind: 'number', value: 'N', group: READ, help: 'give up after more than N failed messages' },
];

/** Under which names folders arrive. */
export const FOLDER_FLAGS: readonly Flag[] = [
  { name: 'into', kind: 'text', value: 'FOLDER', group: WHERE, help: 'put everything under FOLDER' },
  {
    name: 'folder-map',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    group: WHERE,
    help: 'rename folders as FILE says, one "From = To" a line',
  },
];

/** What a run makes of those before it. */
export const AGAIN_FLAGS: readonly Flag[] = [
  {
    name: 'thorough',
    kind: 'switch',
    group: AGAIN,
    help: 'read source files again that did not change since the last run with these flags',
  },
  {
    name: 'forecast',
    kind: 'switch',
    group: AGAIN,
    help: 'only say how long the last run took and what the next one has to do; nothing is written',
  },
  {
    name: 'propagate-deletes',
    kind: 'switch',
    group: AGAIN,
    help: 'flag \\Deleted what an earlier run brought and the source has no more, unless the user moved or deleted it',
  },
];
