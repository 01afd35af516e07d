// The sources that a manifest names for a home, so that `convert` reads what the survey found and nothing else: trees by their top, lone files by themselves.
import { joinRaw, type RawPath } from '@mailferry/core';

/** Mail with its place as octets; `kind` is how it has to be opened. */
export interface PlacedMail {
  readonly kind: 'mbox' | 'mh' | 'maildir' | 'pst' | 'eml';
  readonly path: RawPath;
  readonly isTarget: boolean;
}

/** What the places of mail depend on. */
export interface SourcePlaces {
  readonly home: RawPath;
  readonly spool: RawPath | undefined;
  /** True when the home has a directory `mail` or `Mail` and a file that only homes have, so that it is read as a home. */
  readonly isHome: boolean;
}

/** Sources, and files at the top of a home that can only go to INBOX. */
export interface Sources {
  readonly sources: readonly RawPath[];
  readonly toInbox: readonly RawPath[];
}

const MAIL_DIRECTORIES: ReadonlySet<string> = new Set(['mail', 'Mail']);

/** The fewest sources that hold all the mail. */
export function sourcesOf(mail: readonly PlacedMail[], places: SourcePlaces): Sources {
  const { home, spool } = places;
  const movable = mail.filter(({ isTarget }) => !isTarget);
  const paths = (kind: PlacedMail['kind']) => movable.filter((one) => one.kind === kind).map(({ path }) => path);
  const mboxes = paths('mbox').filter((path) => path !== spool);
  const { roots, toInbox } = mboxRoots(mboxes, places);
  const hasSpool = spool !== undefined && movable.some(({ path }) => path === spool);
  const [first, ...others] = roots;
  const trees =
    first === undefined ? [] : [...topTree(first, hasSpool ? spool : undefined), ...others.map((root) => located('mbox', root))];
  const lone = [...(hasSpool && first === undefined ? [located('mbox', spool)] : []), ...toInbox.map((path) => located('mbox', path))];
  const found = [
    ...trees,
    ...lone,
    ...paths('maildir').map((path) => located('maildir', path)),
    ...topsOf(paths('mh'), home),
    ...topsOf(paths('eml'), home),
    ...paths('pst'),
  ];
  return { sources: found, toInbox };
}

/** A tree whose INBOX is the spool; two sources where one cannot say it. */
function topTree(root: RawPath, spool: RawPath | undefined): RawPath[] {
  if (spool === undefined) return [located('mbox', root)];
  if (root.includes(':') || spool.includes(':')) return [root, spool];
  return [`${located('mbox', root)}:INBOX=${spool.replaceAll('%', '%%')}`];
}

/** A location in Dovecot's syntax, where a percent sign is doubled; a path with a colon cannot stand in one and is recognised by content. */
function located(format: 'mbox' | 'maildir', path: RawPath): RawPath {
  return path.includes(':') ? path : `${format}:${path.replaceAll('%', '%%')}`;
}

/** Directories to read as trees of mboxes. A tree that is read does not enter hidden directories, so each of these is a top of its own. */
function mboxRoots(mboxes: readonly RawPath[], { home, isHome }: SourcePlaces): { roots: RawPath[]; toInbox: RawPath[] } {
  const groups = new Map<string, RawPath[]>();
  const toInbox: RawPath[] = [];
  let readsHome = false;
  for (const path of mboxes) {
    const names = path.slice(home.length + 1).split('/');
    const isTop = names.length === 1;
    if (isTop && isHome) readsHome = true;
    else if (isTop) toInbox.push(path);
    else groups.set(keyOf(names), [...(groups.get(keyOf(names)) ?? []), path]);
  }
  const covered = (key: string) => readsHome && MAIL_DIRECTORIES.has(key);
  const roots = [...groups].filter(([key]) => !covered(key)).map(([key, files]) => topOf(key, files, home));
  // A home that is read as one has the mail directories with it.
  return { roots: [...(readsHome ? [home] : []), ...roots.sort(mailFirst(home))], toInbox };
}

/** `mail/…` before the rest: the spool becomes its INBOX. */
function mailFirst(home: RawPath): (a: RawPath, b: RawPath) => number {
  const rank = (path: RawPath) => (MAIL_DIRECTORIES.has(path.slice(home.length + 1).split('/')[0] ?? '') ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The first directory, down to the last hidden one on the way. */
function keyOf(names: readonly string[]): string {
  const hidden = names.slice(0, -1).findLastIndex((name) => name.startsWith('.'));
  return names.slice(0, Math.max(0, hidden) + 1).join('/');
}

/** The directory that all lie in; `mail` and `Mail` themselves, so that a tree keeps its names however little is in it. */
function topOf(key: string, files: readonly RawPath[], home: RawPath): RawPath {
  const directory = joinRaw(home, key);
  return MAIL_DIRECTORIES.has(key) ? directory : commonDirectory(files);
}

/** The deepest directory that holds all files; the parent of Thunderbird's accounts rather than one account. */
function commonDirectory(files: readonly RawPath[]): RawPath {
  let [common = []] = files.map((file) => file.split('/').slice(0, -1));
  for (const file of files) {
    const parts = file.split('/');
    const end = common.findIndex((name, index) => parts[index] !== name);
    if (end >= 0) common = common.slice(0, end);
  }
  const account = common.findLastIndex((name) => name === 'Mail' || name === 'ImapMail');
  const isProfile = account > 0 && common.some((name) => /^\.(?:mozilla-)?(?:thunderbird|icedove)$/i.test(name));
  return (isProfile ? common.slice(0, account) : common).join('/');
}

/** Directories whose files are messages, by the first directory of the home that they have in common. */
function topsOf(directories: readonly RawPath[], home: RawPath): RawPath[] {
  const groups = new Map<string, RawPath[]>();
  for (const path of directories) {
    const key = keyOf([...path.slice(home.length + 1).split('/'), '']);
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups].map(([key, paths]) =>
    MAIL_DIRECTORIES.has(key) ? joinRaw(home, key) : commonDirectory(paths.map((path) => `${path}/`)),
  );
}
