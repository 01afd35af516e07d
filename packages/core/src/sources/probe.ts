import { lstatSync, statSync } from 'node:fs';
import { SourceError } from '../errors.js';
import { looksLikeEmlx } from '../formats/eml/emlx.js';
import { messageStart } from '../formats/eml/message-start.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import { recogniseUnsupported, type UnsupportedFormat } from '../formats/signature/signature.js';
import { readFileHead } from './file-head.js';
import { isHiddenDirectory } from './folder-name.js';
import type { OpenOptions, Probe, TreeSample } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { isMaildirFolder } from './mbox-survey.js';
import { isMhFolder } from './message-directories.js';
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

interface LookedAt {
  readonly kind: FileKind;
  /** Set for a format that is known and not read. */
  readonly unsupported?: UnsupportedFormat;
}

/** What one file is, by its head; a From_ line may stand over a message that is a file by its name and place. */
function lookAt(path: RawPath, isMessage: boolean): LookedAt {
  try {
    const { head } = readFileHead(path);
    if (isPstHeader(head)) return { kind: 'pst' };
    if (isMessage && messageStart(head) !== undefined) return { kind: 'message' };
    if (recogniseMbox(head) !== undefined) return { kind: 'mbox' };
    if (looksLikeMessage(head)) return { kind: 'message' };
    if (looksLikeEmlx(head)) return { kind: 'emlx' };
    const unsupported = recogniseUnsupported(head);
    return { kind: 'other', ...(unsupported === undefined ? {} : { unsupported }) };
  } catch (error) {
    if (failsAll(error)) throw error;
    return { kind: 'other' };
  }
}

const NUMBER = /^\d{1,10}$/;

/** True for a file that is one message, whatever stands on top of it, by its name. */
function isMessageName(name: RawPath, isInMh: boolean): boolean {
  return /\.eml$/i.test(name) || (isInMh && NUMBER.test(name));
}

/** Looks at the first files of a tree. */
function sampleTree(root: RawPath, target: string | undefined): TreeSample {
  const kinds: Record<FileKind, number> = { mbox: 0, message: 0, emlx: 0, pst: 0, other: 0 };
  let numbered = 0;
  let seen = 0;
  let hasMaildir = false;
  let hasMhSequences = false;
  const known: UnsupportedFormat[] = [];
  const marked = new Set<RawPath>();
  const enters: NonNullable<Parameters<typeof walkFiles>[2]>['enters'] = (names, entries) => {
    const isMaildir = isMaildirFolder(entries);
    if (isMaildir && reasonOfOwnMaildir(joinRaw(root, names.join('/')), entries, target) === undefined) hasMaildir = true;
    if (isMhFolder(entries)) marked.add(names.join('/'));
    return !isMaildir && !isHiddenDirectory(names.at(-1) ?? '');
  };
  for (const file of walkFiles(root, new LeftAloneList(), { enters })) {
    const name = file.names.at(-1) ?? '';
    if (name === '.mh_sequences') hasMhSequences = true;
    if (name.startsWith('.')) continue;
    const { kind, unsupported } = lookAt(file.path, isMessageName(name, marked.has(file.names.slice(0, -1).join('/'))));
    kinds[kind] += 1;
    if (unsupported !== undefined) known.push(unsupported);
    if (kind === 'message' && NUMBER.test(name)) numbered += 1;
    seen += 1;
    if (seen >= SAMPLE) break;
  }
  const [first] = known;
  const unsupported =
    first === undefined ? {} : { unsupported: { ...first, count: known.filter(({ title }) => title === first.title).length } };
  const { mbox: mboxes, message: messages, emlx, pst: psts } = kinds;
  return { mboxes, messages, emlx, psts, numbered, ...unsupported, hasMaildir, hasMhSequences };
}
