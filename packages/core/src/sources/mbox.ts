import { SourceError } from '../errors.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { INBOX, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { MailStore } from '../model/store.js';
import { isAppleMail, placeAppleMail } from './apple-mail.js';
import { checkOpenOptions } from './check-options.js';
import { isEmpty, readFileHead } from './file-head.js';
import { flagsLeft } from './flags-left.js';
import { compareFolders } from './folder-tree.js';
import type { Confidence, OpenOptions, Probe, SourceFormat } from './format.js';
import { isDirectory } from './location-kind.js';
import { readMaildirSubscriptions } from './maildir-folders.js';
import { isMailmanArchive, placeMailmanArchive, withoutCopies } from './mailman.js';
import { type PlacedMbox, placeMboxes } from './mbox-folders.js';
import { MboxStore } from './mbox-store.js';
import { hasLabels, type MboxSurvey, surveyMboxes } from './mbox-survey.js';
import { mergeStores } from './merge-stores.js';
import { openDirectories } from './mixed-tree.js';
import { type Octets, packedOctets, plainOctets, spooledOctets } from './octets.js';
import { type RawPath, rawPath, shownPath } from './raw-path.js';
import type { Spool } from './spool.js';
import { readSubscriptions } from './subscriptions.js';
import { isThunderbird, placeThunderbird } from './thunderbird.js';

/** An mbox, a tree of them, and what programs make of them: Thunderbird, Takeout, Mailman, Apple Mail. */
export const mboxFormat: SourceFormat = {
  name: 'mbox',
  title: 'mbox',
  recognise: (probe: Probe): Confidence => {
    if (probe.kind === 'directory') return probe.sample().mboxes > 0 ? 'likely' : 'no';
    // The spool of a user whose mail is read is an empty file.
    if (isEmpty(probe)) return 'maybe';
    return recogniseMbox(probe.head) === undefined ? 'no' : 'likely';
  },
  open: openMbox,
};

/** An mbox that lies elsewhere than the tree. */
export interface MboxTreeOptions extends OpenOptions {
  /** Path of the mbox that is INBOX (`INBOX=` in Dovecot's syntax). */
  readonly inbox?: string;
}

/**
 * Opens an mbox, or a directory of them, whatever it looks like.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR.
 * @throws {@link UsageError} USAGE for a time zone that is none, POP3_UIDL_FORMAT.
 */
export async function openMbox(path: string, options: MboxTreeOptions = {}): Promise<MailStore> {
  checkOpenOptions(options);
  const raw = rawPath(path);
  if (!isDirectory(raw)) return openLoneMbox(path, raw, options);
  const survey = surveyMboxes(raw, { ...ownerOf(options), ...(options.target === undefined ? {} : { target: options.target }) });
  const { placed, issues, layout } = place(survey, options);
  const all = options.inbox === undefined ? placed : withInbox(placed, rawPath(options.inbox), options);
  const subscriptions = subscriptionsOf(raw, survey, options);
  const parts = all
    .filter(({ mbox }) => mbox.directory === undefined)
    .sort((a, b) => compareFolders(a.folder, b.folder))
    .map(({ mbox, folder }) => ({
      octets: octetsOf(mbox.path, mbox.size, mbox.compression !== undefined, options),
      folder,
      hasLabels: mbox.hasLabels,
      ...(subscriptions === undefined ? {} : { subscribed: subscriptions.has(pathKey(folder)) }),
    }));
  const seen = {
    leftAlone: survey.leftAlone,
    issues: [...issues, ...mergedFolders(all, layout), ...flagsLeft(messageStores(survey), survey.indexes)],
  };
  const others = { ...(subscriptions === undefined ? {} : { subscriptions }), ...(parts.length === 0 ? { seen } : {}) };
  const stores = openDirectories(path, all, options, others);
  if (parts.length === 0 && stores.length > 0) return mergeStores(stores);
  const tree = {
    location: path,
    root: path,
    parts,
    leftAlone: survey.leftAlone.places,
    issues: [...seen.issues, ...survey.leftAlone.issues],
  };
  return mergeStores([new MboxStore({ ...tree, ...(layout === undefined ? {} : { layout }) }, options), ...stores]);
}

/** Where Thunderbird keeps a file for each message. */
function messageStores({ others }: MboxSurvey): RawPath[] {
  return others.flatMap(({ directory }) => (directory?.kind === 'thunderbird' ? [directory.path] : []));
}

/** Lists of mbox servers, and where Maildirs lie in the tree, of theirs. */
function subscriptionsOf(root: RawPath, survey: MboxSurvey, options: OpenOptions): ReadonlySet<string> | undefined {
  const own = readSubscriptions(root, survey.isHome, ownerOf(options));
  const hasMaildir = survey.others.some(({ directory }) => directory?.kind === 'maildir');
  const more = hasMaildir ? readMaildirSubscriptions(root, 'fs', ownerOf(options)) : undefined;
  return own === undefined || more === undefined ? (own ?? more) : new Set([...own, ...more]);
}

/** What `-` reads: one mbox in a spool. */
export function openSpooledMbox(filled: Spool, name: string, head: Uint8Array, options: OpenOptions): MailStore {
  const part = { octets: spooledOctets(filled, name), folder: INBOX, hasLabels: hasLabels(head) };
  return new MboxStore({ location: name, parts: [part], leftAlone: [] }, options);
}

function openLoneMbox(location: string, path: RawPath, options: OpenOptions): MailStore {
  const { size, head, compression } = readFileHead(path, { ...ownerOf(options), followsLink: true });
  const octets = octetsOf(path, size, compression !== undefined, { ...options, followsLink: true });
  return new MboxStore({ location, parts: [{ octets, folder: INBOX, hasLabels: hasLabels(head) }], leftAlone: [] }, options);
}

function octetsOf(path: RawPath, size: number, isPacked: boolean, options: OpenOptions & { readonly followsLink?: boolean }): Octets {
  return isPacked ? packedOctets(path, size, options) : plainOctets(path, size, options);
}

function ownerOf(options: OpenOptions): { readonly owner?: number } {
  return options.owner === undefined ? {} : { owner: options.owner };
}

const MAILMAN = 'Mailman archive';

interface PlacedTree {
  readonly placed: readonly PlacedMbox[];
  readonly issues: readonly Issue[];
  readonly layout?: string;
}

/** What becomes one folder though it was two: names that differ in their encoding only, accounts of two profiles, an INBOX in the tree beside the one elsewhere. */
function mergedFolders(placed: readonly PlacedMbox[], layout: string | undefined): Issue[] {
  if (layout === MAILMAN) return [];
  const seen = new Map<string, RawPath>();
  const issues: Issue[] = [];
  for (const { mbox, folder } of placed) {
    const key = pathKey(folder);
    const before = seen.get(key);
    // The messages of a mailbox of Apple Mail lie in several directories.
    if (!mbox.hasLabels && before !== undefined && before !== mbox.path)
      issues.push({ code: 'FOLDERS_MERGED', where: { path: shownPath(mbox.path) }, note: folder.join('/') });
    seen.set(key, mbox.path);
  }
  return issues;
}

/** The tree by the rules of the program that made it. */
function place(survey: MboxSurvey, options: MboxTreeOptions): PlacedTree {
  if (survey.others.length === 0 && isMailmanArchive(survey.mboxes)) {
    return { placed: placeMailmanArchive(survey.mboxes, survey.leftAlone), issues: [], layout: MAILMAN };
  }
  if (isAppleMail(survey)) return { ...placeAppleMail(survey), layout: 'Apple Mail' };
  const all = { ...survey, mboxes: [...withoutCopies(survey.mboxes, survey.leftAlone), ...survey.others] };
  if (isThunderbird(survey)) return { ...placeThunderbird(all, ownerOf(options)), layout: 'Thunderbird profile' };
  const isTakeout = survey.mboxes.some((mbox) => mbox.hasLabels);
  const placement = placeMboxes(all, options.inbox === undefined ? {} : { inboxElsewhere: true });
  return isTakeout ? { ...placement, layout: 'Gmail Takeout' } : placement;
}

/** Puts an mbox from elsewhere before the tree. @throws {@link SourceError} when it cannot be opened. */
function withInbox(placed: readonly PlacedMbox[], path: RawPath, options: OpenOptions): PlacedMbox[] {
  const { size, head, compression } = readFileHead(path, ownerOf(options));
  if (!isEmpty({ size, head, compression }) && recogniseMbox(head) === undefined) {
    throw new SourceError('SOURCE_FORMAT_UNKNOWN', 'the INBOX of the location is not an mbox', { where: { path } });
  }
  const inbox = { path, names: [path.slice(path.lastIndexOf('/') + 1)], size, compression, hasLabels: hasLabels(head) };
  return [{ mbox: inbox, folder: INBOX }, ...placed.filter(({ mbox }) => mbox.path !== path)];
}
