import { join } from 'node:path';
import type { Issue } from '../../model/issue.js';
import { onDisk } from './disk-error.js';
import { openUidlist, type UidlistOnDisk } from './uidlist-room.js';

/** The uidlist of one folder as it is found each time; what is odd about it is said once. */
export class UidlistAsFound {
  readonly path: string;
  readonly #courierPath: string;
  readonly #issues: Issue[];
  #saidBroken = false;
  #saidCourier = false;
  /** Until the list was seen in order. */
  #checksOrder = true;

  /** @param issues - takes UIDLIST_BROKEN and UIDS_OF_COURIER */
  constructor(directory: string, issues: Issue[]) {
    this.path = join(directory, 'dovecot-uidlist');
    this.#courierPath = join(directory, 'courierimapuiddb');
    this.#issues = issues;
  }

  /** The list; undefined where there is none that can be read. */
  read(): UidlistOnDisk | undefined {
    const list = onDisk(this.path, () => openUidlist(this.path, this.#checksOrder) ?? this.#listOfCourier());
    if (list === 'broken') this.#sayBroken();
    if (list === undefined || list === 'broken') return undefined;
    if (!list.isClean && list.header.version === 3) this.#sayBroken();
    if (list.isClean) this.#checksOrder = false;
    return list;
  }

  #sayBroken(): void {
    if (!this.#saidBroken) this.#issues.push({ code: 'UIDLIST_BROKEN', where: { path: this.path } });
    this.#saidBroken = true;
  }

  /** The list that Courier kept, in a folder that no Dovecot has seen. It is taken over, as those who move to Dovecot do it. */
  #listOfCourier(): UidlistOnDisk | undefined {
    const list = openUidlist(this.#courierPath);
    if (list === undefined) return undefined;
    if (!this.#saidCourier) {
      const note =
        list === 'broken' ? 'its first line makes no sense, so its UIDs are not taken over' : 'its UIDs are in dovecot-uidlist now';
      this.#issues.push({ code: 'UIDS_OF_COURIER', where: { path: this.#courierPath }, note });
    }
    this.#saidCourier = true;
    return list === 'broken' ? undefined : list;
  }
}
