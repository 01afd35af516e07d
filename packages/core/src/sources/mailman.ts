// A Mailman archive: a directory of one file a month (or quarter, week, day), named by Pipermail, plain or compressed, often both.
// The files are one list, so they become one folder, in the order of time.
import { type FolderPath, INBOX } from '../model/folder.js';
import { decodeFolderName } from './folder-name.js';
import type { LeftAloneList } from './left-alone.js';
import type { PlacedMbox } from './mbox-folders.js';
import type { SurveyedMbox } from './mbox-survey.js';

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** A sortable number for the period that a file name of Pipermail means; undefined for another name. */
export function archivePeriod(name: string): number | undefined {
  const short = name.replace(/\.(?:gz|zst)$/i, '').toLowerCase();
  const month = /^(\d{4})-([a-z]+)\.txt$/.exec(short);
  if (month !== null) {
    const index = MONTHS.indexOf(month[2] ?? '');
    return index < 0 ? undefined : Number(month[1]) * 10_000 + (index + 1) * 100;
  }
  const quarter = /^(\d{4})q([1-4])\.txt$/.exec(short);
  if (quarter !== null) return Number(quarter[1]) * 10_000 + (Number(quarter[2]) * 3 - 2) * 100;
  const day = /^(?:week-of-mon-)?(\d{8})\.txt$/.exec(short);
  if (day !== null) return Number(day[1]);
  const year = /^(\d{4})\.txt$/.exec(short);
  return year === null ? undefined : Number(year[1]) * 10_000;
}

/** True when every mbox of a tree is named as Pipermail names them. */
export function isMailmanArchive(mboxes: readonly SurveyedMbox[]): boolean {
  return mboxes.length > 0 && mboxes.every(({ names }) => archivePeriod(names.at(-1) ?? '') !== undefined);
}

/**
 * A tree of archives as Mailman keeps it (`private/`): Pipermail makes the months in `LIST/` of `LIST.mbox/LIST.mbox`, with fewer header fields and without
 * attachments. Where that mbox is there the months are left alone.
 */
export function withoutCopies(mboxes: readonly SurveyedMbox[], leftAlone: LeftAloneList): readonly SurveyedMbox[] {
  const whole = new Set(mboxes.map(({ names }) => names.join('/')));
  return mboxes.filter(({ names, path }) => {
    const list = names.at(-2);
    if (list === undefined || archivePeriod(names.at(-1) ?? '') === undefined) return true;
    const original = [...names.slice(0, -2), `${list}.mbox`, `${list}.mbox`].join('/');
    if (!whole.has(original)) return true;
    leftAlone.add(path, `a month that Pipermail made of ${list}.mbox/${list}.mbox`);
    return false;
  });
}

/** One folder for each directory of the archive; the top is INBOX. A month that is there plain and compressed counts once. */
export function placeMailmanArchive(mboxes: readonly SurveyedMbox[], leftAlone: LeftAloneList): PlacedMbox[] {
  const plain = new Set(mboxes.filter(({ compression }) => compression === undefined).map(({ path }) => path));
  const placed: (PlacedMbox & { readonly period: number })[] = [];
  for (const mbox of mboxes) {
    if (mbox.compression !== undefined && plain.has(mbox.path.replace(/\.(?:gz|zst)$/i, ''))) {
      leftAlone.add(mbox.path, 'the same month lies beside it, not compressed');
      continue;
    }
    const directories: FolderPath = mbox.names.slice(0, -1).map((name) => decodeFolderName(name).name);
    placed.push({ mbox, folder: directories.length === 0 ? INBOX : directories, period: archivePeriod(mbox.names.at(-1) ?? '') ?? 0 });
  }
  return placed.sort((a, b) => {
    const [left, right] = [a.folder.join('\0'), b.folder.join('\0')];
    return left === right ? a.period - b.period : left < right ? -1 : 1;
  });
}
