// Thunderbird's other store, a file a message: a folder `Foo` is a directory with `cur` and no `new`, its sub-folders lie in `Foo.sbd`, its index `Foo.msf` stands
// beside it, as with mboxes. The flags are in the index; X-Mozilla headers have them where Thunderbird wrote those on top of the message, and only there they are believed.

import { readHeaderBlock } from '../formats/mbox/header-block.js';
import { mozillaState } from '../formats/mbox/mozilla.js';
import { FlagSets } from '../formats/mbox/status-flags.js';
import { type FolderPath, INBOX } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import { LeftAloneList } from './left-alone.js';
import type { SurveyedMbox } from './mbox-survey.js';
import type { RawPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { placeThunderbird } from './thunderbird.js';
import { listDirectory } from './walk.js';

/** A directory with messages, and its names below the root of the tree. */
export interface NamedDirectory {
  readonly path: RawPath;
  readonly names: readonly RawPath[];
}

/** True for the `cur` of a folder of this store. A Maildir has `new` beside it. */
export function isMailStoreDirectory({ path, names }: NamedDirectory): boolean {
  if (names.at(-1) !== 'cur') return false;
  return !listDirectory(path.slice(0, path.lastIndexOf('/'))).some(({ name, kind }) => name === 'new' && kind === 'directory');
}

/** The folders of such directories, by path; `indexes` are the `.msf` files of the tree. */
export function placeMailStores(
  root: RawPath,
  directories: readonly NamedDirectory[],
  indexes: ReadonlySet<RawPath>,
  options: OpenFileOptions,
): { readonly folders: ReadonlyMap<RawPath, FolderPath>; readonly issues: readonly Issue[] } {
  const mboxes = directories.map(({ path, names }): SurveyedMbox => {
    const size = listDirectory(path).length;
    return { path: path.slice(0, -'/cur'.length), names: names.slice(0, -1), size, compression: undefined, hasLabels: false };
  });
  const survey = { root, mboxes, others: [], directories: [], indexes, leftAlone: new LeftAloneList(), isHome: false };
  const { placed, issues } = placeThunderbird(survey, options);
  return { folders: new Map(placed.map(({ mbox, folder }) => [`${mbox.path}/cur`, folder.length === 0 ? INBOX : folder])), issues };
}

/** Fields that Thunderbird writes on top of what it received. */
const ON_TOP = /^(?:x-account-key|x-uidl|x-mozilla-(?:keys|status2)):/i;
const STATUS = /^x-mozilla-status:/i;
const SETS = new FlagSets();
const LOOK = 4096;

/** What the headers on top of a message say; undefined when they are not Thunderbird's. */
export function stateOnTop(bytes: Uint8Array): { readonly flags: ReadonlySet<string>; readonly isExpunged: boolean } | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LOOK));
  const first = head
    .toString('latin1')
    .split(/\r?\n/)
    .find((line) => !ON_TOP.test(line) && !/^[ \t]/.test(line));
  if (first === undefined || !STATUS.test(first)) return undefined;
  const { bits, keywords, isExpunged } = mozillaState(readHeaderBlock(head).fields);
  return { flags: SETS.of(bits, keywords), isExpunged };
}
