import type { Flag } from './flag.js';

const WHO = 'Whose mail:';
const WHEN = 'When and how many:';
const KEEP = 'What is kept:';

/** Where the state of a batch is. */
export const STATE_FLAG: Flag = {
  name: 'state',
  kind: 'text',
  value: 'DIR',
  completes: 'directory',
  group: KEEP,
  help: 'directory for state and reports of the batch; default: MANIFEST.batch, without a manifest ./mailferry.batch',
};

/** Which users a batch takes. */
export const WHO_FLAGS: readonly Flag[] = [
  { name: 'from-passwd', kind: 'switch', group: WHO, help: 'every person that getent passwd knows; SOURCE and TARGET with %u %n %d %h' },
  { name: 'source-template', kind: 'text', value: 'PATTERN', group: WHO, help: 'source of users whose row names none: /srv/pst/%u.pst' },
  { name: 'target-template', kind: 'text', value: 'PATTERN', group: WHO, help: 'target of users whose row names none: maildir:%h/Maildir' },
  { name: 'group', kind: 'list', value: 'GROUP', group: WHO, help: 'only users of that group; repeatable' },
  {
    name: 'priority',
    kind: 'number',
    value: 'N',
    group: WHO,
    help: 'only users of that priority or higher; higher ones always begin first',
  },
  { name: 'shard', kind: 'text', value: 'K/N', group: WHO, help: 'only the K-th of N parts of the users, for an array job of a cluster' },
  { name: 'unfinished', kind: 'switch', group: WHO, help: 'only users whose last try was no success' },
  { name: 'again', kind: 'switch', group: WHO, help: 'all users, also where the last run was cut off in the middle' },
  {
    name: 'owner',
    kind: 'text',
    value: 'USER[:GROUP]',
    group: WHO,
    help: 'as root: with whose rights users work who have no account on this machine',
  },
  {
    name: 'any-owner',
    kind: 'switch',
    group: WHO,
    help: 'as root: read also files that belong to others than the user, such as PSTs that root has copied',
  },
  { name: 'option', kind: 'list', value: 'NAME[=VALUE]', group: WHO, help: 'a flag of convert or upload for every user; repeatable' },
];

/** What one job may take. */
export const LIMIT_FLAGS: readonly Flag[] = [
  { name: 'jobs', kind: 'number', least: 1, value: 'N', group: WHEN, help: 'users at a time; default: one a core' },
  { name: 'job-memory', kind: 'size', value: 'SIZE', group: WHEN, help: 'memory that one job may take (default 1G; 0 is no limit)' },
  { name: 'job-time', kind: 'text', value: 'TIME', group: WHEN, help: 'time that one job may take, such as 90m or 8h; default: no limit' },
  { name: 'nice', kind: 'number', value: 'N', group: WHEN, help: 'niceness of the jobs, 0 to 19 (default 0)' },
];

const QUEUE = 'More than one machine:';

/** How to reach the queue. */
export const QUEUE_FLAGS: readonly Flag[] = [
  { name: 'redis', kind: 'text', value: 'URL', group: QUEUE, help: 'redis://host:6379/0 or rediss://..., without a password' },
  {
    name: 'redis-password-file',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    group: QUEUE,
    help: 'the password of Redis is the first line of FILE',
  },
  { name: 'queue', kind: 'text', value: 'NAME', group: QUEUE, help: 'the name of the queue (default mailferry)' },
  {
    name: 'queue-key',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    group: QUEUE,
    help: 'the key that batch and workers share, at least 32 octets that nobody else can read: head -c 32 /dev/urandom > FILE',
  },
];

/** Where jobs run. */
export const RUNNER_FLAG: Flag = {
  name: 'runner',
  kind: 'choice',
  choices: ['local', 'bullmq'],
  group: QUEUE,
  help: 'processes of this machine (the default), or workers that take the jobs from a queue on Redis',
};

/** When jobs run. */
export const WHEN_FLAGS: readonly Flag[] = [
  ...LIMIT_FLAGS,
  { name: 'max-load', kind: 'text', value: 'LOAD', group: WHEN, help: 'begin no job while the load of the last minute is higher' },
  {
    name: 'window',
    kind: 'text',
    value: 'FROM-TO',
    group: WHEN,
    help: 'run only at these hours, such as 22:00-06:00; what runs then stops',
  },
  { name: 'retries', kind: 'number', value: 'N', group: WHEN, help: 'further tries where the trouble may pass (default 3)' },
  {
    name: 'retry-wait',
    kind: 'text',
    value: 'TIME',
    group: WHEN,
    help: 'before the second try, doubled before each further one (default 30s)',
  },
];
