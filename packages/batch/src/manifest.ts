// A manifest is CSV with a header; `;` or `,`; quoted fields; UTF-8 with or without BOM. Three dialects, told by the names of the columns:
//   user, source, target [, login, password, password-file, password-command, auth-user, group, priority, folder-map, options,
//   messages, bytes, seconds]                 the last three: what the survey expects
//   user1;password1;user2;password2           imapsync's: user1 is %u of the source template, password1 is never kept, user2 and password2 sign in
//   email: collector_login collector_username collector_password   one address a row, one service account for all; a colon may follow each name
import { UsageError } from '@mailferry/core';
import { parse } from 'csv-parse/sync';
import type { Job, SecretReference } from './job.js';
import { collectOptions, type JobOptions, readOption, wordsOf } from './job-options.js';
import { splitSources } from './source-list.js';

/** What the rows do not say themselves. */
export interface ManifestOptions {
  /** Path of the manifest, for references to its secrets and for errors. */
  readonly path: string;
  /** Source of a user that the row does not name: `%u` user, `%n` part before `@`, `%d` part after it, `%h` home. */
  readonly sourceTemplate?: string;
  /** Target of a user that the row does not name, with the same letters. */
  readonly targetTemplate?: string;
  /** Home directory of a login name, for `%h` and `~`; undefined when there is none. */
  readonly homeOf?: (user: string) => string | undefined;
}

type Row = Readonly<Record<string, string>>;

const OWN_COLUMNS = new Set([
  'user',
  'source',
  'target',
  'login',
  'password',
  'password-file',
  'password-command',
  'auth-user',
  'group',
  'priority',
  'folder-map',
  'options',
  'messages',
  'bytes',
  'seconds',
]);
const IMAPSYNC_COLUMNS = ['user1', 'password1', 'user2', 'password2'];
const COLLECTOR_COLUMNS = ['email', 'collector_login', 'collector_username', 'collector_password'];
const KNOWN_COLUMNS: ReadonlySet<string> = new Set([...OWN_COLUMNS, ...IMAPSYNC_COLUMNS, ...COLLECTOR_COLUMNS]);

/**
 * Reads a manifest.
 * @throws {@link UsageError} MANIFEST_INVALID with the row: no header that is known, a field missing, a user with a slash.
 */
export function parseManifest(text: string, options: ManifestOptions): Job[] {
  const { columns, rows } = readRows(text, options.path);
  const toJob = dialectOf(columns, options);
  const jobs = rows.map((row, index) => toJob(row, index + 1));
  return withUniqueIds(jobs);
}

/** The secret that a reference to a manifest names, read when the job runs. */
export function manifestSecret(text: string, record: number): string | undefined {
  const row = readRows(text, '').rows[record - 1];
  return row?.['password2'] ?? row?.['collector_password'] ?? row?.['password'];
}

function readRows(text: string, path: string): { columns: readonly string[]; rows: readonly Row[] } {
  const header = headerOf(text);
  const headless = isHeadless(header);
  let columns = headless ? IMAPSYNC_COLUMNS : [];
  const takeHeader = (names: string[]): string[] => {
    columns = names.map(columnName);
    return columns;
  };
  try {
    const rows: Row[] = parse(text, {
      bom: true,
      delimiter: header.includes(';') ? ';' : ',',
      columns: headless ? columns : takeHeader,
      comment: '#',
      comment_no_infix: true,
      relax_column_count_more: headless,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
    return { columns, rows };
  } catch (cause) {
    // The value that it would show may be a password.
    throw invalid(path, cause instanceof Error ? cause.message.toLowerCase().replace(/, value is .*/su, '') : 'not CSV');
  }
}

/** The first line that is no comment and not empty. */
function headerOf(text: string): string {
  return (
    text
      .replace(/^\uFEFF/u, '')
      .split(/[\r\n]+/u)
      .find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''
  );
}

/** imapsync's files often have no header line: four columns, the second and fourth are passwords; a user may be called `user`. */
function isHeadless(header: string): boolean {
  const cells = header.split(';').map((cell) => columnName(cell.replaceAll('"', '')));
  return cells.length >= 4 && new Set(cells.filter((name) => KNOWN_COLUMNS.has(name))).size < 2;
}

const columnName = (name: string) => name.trim().toLowerCase().replace(/:$/u, '').replaceAll('_file', '-file');

function dialectOf(columns: readonly string[], options: ManifestOptions): (row: Row, record: number) => Job {
  if (columns.includes('user1') && columns.includes('user2')) return (row, record) => fromImapsync(row, record, options);
  if (columns.includes('email') && columns.includes('collector_login')) return (row, record) => fromCollector(row, record, options);
  const unknown = columns.filter((name) => !OWN_COLUMNS.has(name));
  if (!columns.includes('user') || unknown.length > 0) {
    const what = columns.includes('user') ? `unknown column ${unknown[0]}` : 'the header has no column named user';
    throw invalid(options.path, what);
  }
  return (row, record) => fromOwn(row, record, options);
}

function fromOwn(row: Row, record: number, options: ManifestOptions): Job {
  const user = safeUser(row['user'], record, options);
  const source = row['source'] || options.sourceTemplate;
  const target = row['target'] || options.targetTemplate;
  if (!source || !target) throw invalid(options.path, `record ${record} (${user}) has no ${source ? 'target' : 'source'}`);
  const secret = secretOf(row, record, options);
  return {
    id: user,
    user,
    sources: splitSources(source).map((one) => expand(one, user, options)),
    target: expand(target, user, options),
    ...(row['login'] ? { login: row['login'] } : {}),
    ...(row['auth-user'] ? { authUser: row['auth-user'] } : {}),
    ...(secret === undefined ? {} : { secret }),
    ...(row['group'] ? { group: row['group'] } : {}),
    priority: priorityOf(row['priority'], record, options),
    ...(row['folder-map'] ? { folderMap: row['folder-map'] } : {}),
    options: optionsOf(row['options'], record, options),
    ...expectedOf(row),
  };
}

/** What the survey wrote; anything that is no number says nothing. */
function expectedOf(row: Row): Pick<Job, 'expected'> {
  const numbers = ['messages', 'bytes', 'seconds'].flatMap((name) => {
    const value = Number(row[name] || Number.NaN);
    return Number.isFinite(value) && value >= 0 ? [[name, value] as const] : [];
  });
  return numbers.length === 0 ? {} : { expected: Object.fromEntries(numbers) };
}

function secretOf(row: Row, record: number, options: ManifestOptions): SecretReference | undefined {
  if (row['password-file']) return { kind: 'file', path: row['password-file'] };
  if (row['password-command']) return { kind: 'command', command: row['password-command'] };
  return row['password'] ? { kind: 'manifest', path: options.path, record } : undefined;
}

function fromImapsync(row: Row, record: number, options: ManifestOptions): Job {
  const user = safeUser(row['user1'], record, options);
  return templated(user, row['user2'] || user, record, options, {});
}

function fromCollector(row: Row, record: number, options: ManifestOptions): Job {
  const email = safeUser(row['email'], record, options);
  const account = row['collector_username'] || row['collector_login'] || '';
  return templated(email, email, record, options, account === '' ? {} : { authUser: account });
}

function templated(user: string, login: string, record: number, options: ManifestOptions, more: Partial<Job>): Job {
  const { sourceTemplate, targetTemplate, path } = options;
  if (sourceTemplate === undefined || targetTemplate === undefined) {
    throw invalid(path, 'this kind of manifest names neither source nor target: give a template for both');
  }
  return {
    id: user,
    user,
    sources: [expand(sourceTemplate, user, options)],
    target: expand(targetTemplate, login, options),
    login,
    secret: { kind: 'manifest', path, record },
    priority: 0,
    options: {},
    ...more,
  };
}

/**
 * Replaces `%u %n %d %h %%` and a leading `~`, as Dovecot does in its locations. In the URL of an account a name is written as URLs want it: `a#b` would
 * end there, `a%41b` be another user.
 */
export function expand(template: string, user: string, { homeOf }: Pick<ManifestOptions, 'homeOf'>): string {
  const at = user.indexOf('@');
  const name = at < 0 ? user : user.slice(0, at);
  const inPlace = /^imaps?:\/\//iu.test(template)
    ? (text: string) => encodeURIComponent(text).replaceAll('%40', '@')
    : (text: string) => text;
  const letters: Record<string, string> = { u: inPlace(user), n: inPlace(name), d: at < 0 ? '' : inPlace(user.slice(at + 1)), '%': '%' };
  const home = () => homeOf?.(name) ?? homeOf?.(user) ?? '';
  return template
    .replaceAll(/%([undh%])/gu, (_, letter: string) => (letter === 'h' ? home() : (letters[letter] ?? '')))
    .replace(/(^|:)~(?=\/|$)/gu, (_, before: string) => `${before}${home()}`);
}

/** Names become parts of paths and of table lines: nothing that could leave its place in either. */
function safeUser(user: string | undefined, record: number, { path }: ManifestOptions): string {
  if (user === undefined || user === '') throw invalid(path, `record ${record} has no user`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[/\u0000-\u001f\u007f\s:]/u.test(user) || user === '.' || user === '..' || user.startsWith('-')) {
    throw invalid(path, `record ${record}: ${JSON.stringify(user)} cannot be a user name`);
  }
  return user;
}

function priorityOf(text: string | undefined, record: number, { path }: ManifestOptions): number {
  if (text === undefined || text === '') return 0;
  const priority = Number(text);
  if (!Number.isSafeInteger(priority)) throw invalid(path, `record ${record}: the priority ${JSON.stringify(text)} is no whole number`);
  return priority;
}

/** `--layout=fs --subscribe` → `{ layout: 'fs', subscribe: true }`. */
function optionsOf(text: string | undefined, record: number, { path }: ManifestOptions): JobOptions {
  const given = wordsOf(text ?? '').map((word) => {
    const option = readOption(word);
    if (option === undefined) throw invalid(path, `record ${record}: ${JSON.stringify(word)} is no option`);
    return option;
  });
  return collectOptions(given);
}

function withUniqueIds(jobs: readonly Job[]): Job[] {
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    const count = (seen.get(job.id) ?? 0) + 1;
    seen.set(job.id, count);
    return count === 1 ? job : { ...job, id: `${job.id}#${count}` };
  });
}

function invalid(path: string, what: string): UsageError {
  return new UsageError('MANIFEST_INVALID', `the manifest cannot be read: ${what}`, {
    where: { path },
    help: 'the header names the columns: user, source, target and optional login, password-file, group, priority, folder-map, options',
  });
}
