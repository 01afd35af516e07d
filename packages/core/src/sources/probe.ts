import { lstatSync, statSync } from 'node:fs';
import { SourceError } from '../errors.js';
import { looksLikeEmlx } from '../formats/eml/emlx.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import { readFileHead } from './file-head.js';
import type { OpenOptions, Probe, TreeSample } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { isMaildirFolder } from './mbox-survey.js';
import { reasonOfOwnMaildir } from './own-maildir.js';
import { fsPath, joinRaw, type RawPath, rawPath, shownPath } from './raw-path.js';
import { failsAll, sourceErrorOf } from './regular-file.js';
import { listDirectory, walkFiles } from './walk.js';

/** Files that a sample looks at: enough to tell what a tree is, few enough for a tree of a million. */
const SAMPLE = 400;

/**
 * Looks at what lies at a path. A symbolic link is followed only here, where the user named it, and not at all when an owner is demanded.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR, SOURCE_OWNER.
 */
export function probe(location: string, options: OpenOptions): Probe {
  const path = rawPath(location);
  const stat = statOf(path, options);
  if (!stat.isDirectory()) {
    const ownership = options.owner === undefined ? {} : { owner: options.owner };
    return { kind: 'file', path, ...readFileHead(path, { ...ownership, followsLink: true }) };
  }
  if (options.owner !== undefined && stat.uid !== options.owner) {
    throw new SourceError('SOURCE_OWNER', `the directory belongs to user ${stat.uid}, not to user ${options.owner}`, {
      where: { path: shownPath(path) },
    });
  }
  let sample: TreeSample | undefined;
  return {
    kind: 'directory',
    path,
    entries: listDirectory(path),
    sample: () => {
      sample ??= sampleTree(path, options.target);
      return sample;
    },
  };
}

function statOf(path: RawPath, options: OpenOptions): ReturnType<typeof statSync> & object {
  try {
    return options.owner === undefined ? statSync(fsPath(path)) : lstatSync(fsPath(path));
  } catch (cause) {
    throw sourceErrorOf(path, cause);
  }
}

type FileKind = 'mbox' | 'message' | 'emlx' | 'pst' | 'other';

/** What one file is, by its head. */
function kindOfFile(path: RawPath): FileKind {
  try {
    const { head } = readFileHead(path);
    if (isPstHeader(head)) return 'pst';
    if (recogniseMbox(head) !== undefined) return 'mbox';
    if (looksLikeMessage(head)) return 'message';
    return looksLikeEmlx(head) ? 'emlx' : 'other';
  } catch (error) {
    if (failsAll(error)) throw error;
    return 'other';
  }
}

/** Looks at the first files of a tree. */
function sampleTree(root: RawPath, target: string | undefined): TreeSample {
  const kinds: Record<FileKind, number> = { mbox: 0, message: 0, emlx: 0, pst: 0, other: 0 };
  let numbered = 0;
  let seen = 0;
  let hasMaildir = false;
  let hasMhSequences = false;
  const enters: NonNullable<Parameters<typeof walkFiles>[2]>['enters'] = (names, entries) => {
    const isMaildir = isMaildirFolder(entries);
    if (isMaildir && reasonOfOwnMaildir(joinRaw(root, names.join('/')), entries, target) === undefined) hasMaildir = true;
    return !isMaildir && !(names.at(-1)?.startsWith('.') ?? false);
  };
  for (const file of walkFiles(root, new LeftAloneList(), { enters })) {
    const name = file.names.at(-1) ?? '';
    if (name === '.mh_sequences') hasMhSequences = true;
    if (name.startsWith('.')) continue;
    const kind = kindOfFile(file.path);
    kinds[kind] += 1;
    if (kind === 'message' && /^\d{1,10}$/.test(name)) numbered += 1;
    seen += 1;
    if (seen >= SAMPLE) break;
  }
  return { mboxes: kinds.mbox, messages: kinds.message, emlx: kinds.emlx, psts: kinds.pst, numbered, hasMaildir, hasMhSequences };
}
