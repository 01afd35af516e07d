// Programs that keep messages as files and what they know of them in an index: the index is not read, and that is told.
import type { Issue } from '../model/issue.js';
import { type RawPath, shownPath } from './raw-path.js';

/** Files that Cyrus keeps in a folder; Thunderbird's `Foo.msf` lies beside the folder `Foo`. */
const CYRUS_INDEX: readonly RawPath[] = ['cyrus.index', 'cyrus.header'];

/** True for a file that tells of an index. */
export function isFlagIndex(path: RawPath): boolean {
  return path.endsWith('.msf') || CYRUS_INDEX.some((name) => path.endsWith(`/${name}`));
}

/** An issue for each directory of messages whose flags lie in one of these indexes. */
export function flagsLeft(directories: readonly RawPath[], indexes: ReadonlySet<RawPath>): Issue[] {
  return directories.flatMap((path): Issue[] => {
    const index = [`${path.replace(/\/cur$/, '')}.msf`, ...CYRUS_INDEX.map((name) => `${path}/${name}`)].find((place) =>
      indexes.has(place),
    );
    return index === undefined
      ? []
      : [{ code: 'SOURCE_FLAGS_LEFT', where: { path: shownPath(path) }, note: `they are in ${shownPath(index)}` }];
  });
}
