import type { Flag } from '../model/flag.js';
import { type FolderPath, pathKey } from '../model/folder.js';

/** A message that a target holds. */
export interface Stored {
  readonly folder: FolderPath;
  readonly targetId: string;
  readonly sha256: string;
  /** By which it is known even if its octets differ; absent when nothing can tell. */
  readonly key?: string | undefined;
  readonly flags: ReadonlySet<Flag>;
  readonly internalDate: number;
  readonly uid: number | undefined;
  taken: boolean;
}

/** What a control file names and nobody can read. */
export interface Unreadable {
  readonly folder: FolderPath;
  readonly targetId: string;
  readonly uid: number | undefined;
  readonly note: string;
  taken: boolean;
}

/** What the target holds, by content, by key and by UID. */
export class Holdings {
  readonly #byContent = new Map<string, Stored[]>();
  readonly #byKey = new Map<string, Stored[]>();
  readonly #byUid = new Map<string, Stored>();
  readonly #anywhere = new Map<string, Stored[]>();
  readonly #lost = new Map<string, Unreadable[]>();
  readonly all: Stored[] = [];
  readonly unreadable: Unreadable[] = [];

  add(stored: Stored): void {
    this.all.push(stored);
    push(this.#byContent, `${pathKey(stored.folder)}\0\0${stored.sha256}`, stored);
    push(this.#anywhere, stored.sha256, stored);
    if (stored.key !== undefined) push(this.#byKey, `${pathKey(stored.folder)}\0\0${stored.key}`, stored);
    if (stored.uid !== undefined) this.#byUid.set(uidKey(stored.folder, stored.uid), stored);
  }

  addUnreadable(unreadable: Unreadable): void {
    this.unreadable.push(unreadable);
    push(this.#lost, pathKey(unreadable.folder), unreadable);
  }

  /**
   * The message of this content in this folder that no source message has claimed, the one with the wanted UID first; one with another UID, which
   * may be that of a twin, only when `mayDiffer`.
   */
  claim(folder: FolderPath, sha256: string, uid: number | undefined, mayDiffer = true): Stored | undefined {
    const twins = this.#byContent.get(`${pathKey(folder)}\0\0${sha256}`)?.filter(({ taken }) => !taken) ?? [];
    return take(twins.find((twin) => twin.uid === uid) ?? twins.find((twin) => mayDiffer || twin.uid === undefined));
  }

  /** The message with this UID, unclaimed: it holds something else than it should. */
  claimUid(folder: FolderPath, uid: number | undefined): Stored | undefined {
    const stored = uid === undefined ? undefined : this.#byUid.get(uidKey(folder, uid));
    return stored?.taken === false ? take(stored) : undefined;
  }

  /** The message with this key in this folder, unclaimed. */
  claimKey(folder: FolderPath, key: string | undefined): Stored | undefined {
    return key === undefined ? undefined : take(this.#byKey.get(`${pathKey(folder)}\0\0${key}`)?.find(({ taken }) => !taken));
  }

  /** The same content in another folder, unclaimed: moved there by the user. */
  claimElsewhere(sha256: string): Stored | undefined {
    return take(this.#anywhere.get(sha256)?.find(({ taken }) => !taken));
  }

  /** What is named in this folder and cannot be read: of this UID, or any where no UID is known. */
  claimUnreadable(folder: FolderPath, uid: number | undefined): Unreadable | undefined {
    const lost = this.#lost.get(pathKey(folder))?.filter(({ taken }) => !taken);
    return take(lost?.find((one) => uid === undefined || one.uid === uid));
  }
}

const uidKey = (folder: FolderPath, uid: number) => `${pathKey(folder)}\0\0${uid}`;

function take<T extends { taken: boolean }>(one: T | undefined): T | undefined {
  if (one !== undefined) one.taken = true;
  return one;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
