import { type CourierKeywords, courierChange, parseCourierChange, parseCourierKeywords } from '../formats/maildir/courier-keywords.js';
import { joinRaw, type RawPath } from './raw-path.js';
import { failsAll, type OpenFileOptions } from './regular-file.js';
import { readSmallFile } from './subscriptions.js';
import { listDirectory } from './walk.js';

/** Where Courier keeps the keywords of a folder. */
export const COURIER_KEYWORDS = 'courierimapkeywords';
/** A list of a million messages has some 80 MB. */
const MAX_LIST = 256 * 1024 * 1024;
const NONE: CourierKeywords = { names: [], of: new Map() };

/** What Courier knows of the keywords of a folder; nothing where Dovecot has kept it since. */
export function readCourierKeywords(directory: RawPath, options: OpenFileOptions): CourierKeywords {
  const changes = changesOf(joinRaw(directory, COURIER_KEYWORDS));
  if (changes === undefined || readSmallFile(joinRaw(directory, 'dovecot-uidlist'), options, MAX_LIST) !== undefined) return NONE;
  const list = parseCourierKeywords(readSmallFile(joinRaw(directory, `${COURIER_KEYWORDS}/:list`), options, MAX_LIST) ?? '');
  const names = new Set(list.names);
  const of = new Map(list.of);
  for (const [base, path] of changes) {
    const keywords = parseCourierChange(readSmallFile(path, options) ?? '');
    of.set(base, keywords);
    for (const keyword of keywords) names.add(keyword);
  }
  return { names: [...names], of };
}

/** The newest file of changes for each message; undefined where Courier never was. */
function changesOf(directory: RawPath): ReadonlyMap<string, RawPath> | undefined {
  const newest = new Map<string, { readonly path: RawPath; readonly time: number }>();
  try {
    for (const { name, path, kind } of listDirectory(directory)) {
      const change = kind === 'file' ? courierChange(name) : undefined;
      if (change !== undefined && (newest.get(change.base)?.time ?? -1) < change.time) newest.set(change.base, { path, time: change.time });
    }
  } catch (error) {
    if (failsAll(error)) throw error;
    return undefined;
  }
  return new Map([...newest].map(([base, { path }]) => [base, path]));
}
