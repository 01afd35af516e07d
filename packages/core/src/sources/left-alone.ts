import type { Issue } from '../model/issue.js';
import type { LeftAlone } from '../model/store.js';
import { type RawPath, shownPath } from './raw-path.js';

/** Places that a list names one by one; of more it keeps a count for each reason. */
export const LEFT_ALONE_LIMIT = 1000;

/** What a survey saw and left, bounded: a tree of a million files that are no mail costs no memory. */
export class LeftAloneList {
  readonly #places: LeftAlone[] = [];
  readonly #issues: Issue[] = [];
  readonly #more = new Map<string, { index: number; count: number }>();

  /** Names a place, or counts it when there are too many. */
  add(path: RawPath, reason: string): void {
    this.#push(shownPath(path), reason);
  }

  #push(path: string, reason: string): void {
    if (this.#places.length < LEFT_ALONE_LIMIT) {
      this.#places.push({ path, reason });
      return;
    }
    const more = this.#more.get(reason) ?? { index: LEFT_ALONE_LIMIT + this.#more.size, count: 0 };
    more.count += 1;
    this.#more.set(reason, more);
    this.#places[more.index] = { path: `${more.count} more`, reason };
  }

  /** Names a place that may be mail, and that nobody could look at. */
  addUnreadable(path: RawPath, reason: string): void {
    this.add(path, reason);
    this.#issues.push({ code: 'SOURCE_PLACE_UNREADABLE', where: { path: shownPath(path) }, note: reason });
  }

  /** Names a file whose disk does not even give its start. */
  addBroken(path: RawPath): void {
    const note = 'EIO: the disk cannot read its first block';
    this.add(path, note);
    this.#issues.push({ code: 'SOURCE_INCOMPLETE', where: { path: shownPath(path), offset: 0 }, note });
  }

  /** Names a place that is mail, and that this source does not read. */
  addMail(path: RawPath, reason: string): void {
    this.add(path, reason);
    this.#issues.push({ code: 'SOURCE_MAIL_LEFT', where: { path: shownPath(path) }, note: reason });
  }

  /** Takes over what another list could not look at. */
  addAllUnreadable(other: LeftAloneList): void {
    for (const issue of other.#issues) {
      this.#issues.push(issue);
      this.#push(issue.where?.path ?? '', issue.note ?? '');
    }
  }

  /** An issue for each of those places. */
  get issues(): readonly Issue[] {
    return this.#issues;
  }

  /** The places, in the order they were seen; grows while the source is surveyed. */
  get places(): readonly LeftAlone[] {
    return this.#places;
  }
}
