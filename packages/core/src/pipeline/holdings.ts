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

/** Equals, in order; each is handed out until it is taken. What was taken is passed once, however many there are. */
class Equals<T extends { readonly taken: boolean }> {
  readonly #all: T[] = [];
  #head = 0;

  add(one: T): void {
    this.#all.push(one);
  }

  /** The first that nobody took. */
  first(): T | undefined {
    while (this.#all[this.#head]?.taken === true) this.#head += 1;
    return this.#all[this.#head];
  }
}

/** What the target holds, by content, by key and by UID. */
export class Holdings {
  readonly #byContent = new Map<string, Equals<Stored>>();
  readonly #withoutUid = new Map<string, Equals<Stored>>();
  readonly #byKey = new Map<string, Equals<Stored>>();
  readonly #byUid = new Map<string, Stored>();
  readonly #anywhere = new Map<string, Equals<Stored>>();
  readonly #lost = new Map<string, Equals<Unreadable>>();
  readonly #lostByUid = new Map<string, Unreadable>();
  readonly all: Stored[] = [];
  readonly unreadable: Unreadable[] = [];

  add(stored: Stored): void {
    const { folder, sha256, uid, key } = stored;
    this.all.push(stored);
    push(uid === undefined ? this.#withoutUid : this.#byContent, contentKey(folder, sha256), stored);
    push(this.#anywhere, sha256, stored);
    if (key !== undefined) push(this.#byKey, contentKey(folder, key), stored);
    if (uid !== undefined) this.#byUid.set(uidKey(folder, uid), stored);
  }

  addUnreadable(unreadable: Unreadable): void {
    const { folder, uid } = unreadable;
    this.unreadable.push(unreadable);
    push(this.#lost, pathKey(folder), unreadable);
    if (uid !== undefined) this.#lostByUid.set(uidKey(folder, uid), unreadable);
  }

  /**
   * The message of this content in this folder that no source message has claimed: the one with the wanted UID first, then one without a UID; one with
   * another UID, which may be that of a twin, only when `mayDiffer`.
   */
  claim(folder: FolderPath, sha256: string, uid: number | undefined, mayDiffer = true): Stored | undefined {
    const wanted = this.#withUid(folder, uid);
    if (wanted?.sha256 === sha256) return take(wanted);
    const key = contentKey(folder, sha256);
    return take(this.#withoutUid.get(key)?.first() ?? (mayDiffer ? this.#byContent.get(key)?.first() : undefined));
  }

  /** The message with this UID, unclaimed: it holds something else than it should. */
  claimUid(folder: FolderPath, uid: number | undefined): Stored | undefined {
    return take(this.#withUid(folder, uid));
  }

  /** The message with this key in this folder, unclaimed. */
  claimKey(folder: FolderPath, key: string | undefined): Stored | undefined {
    return key === undefined ? undefined : take(this.#byKey.get(contentKey(folder, key))?.first());
  }

  /** The same content in another folder, unclaimed: moved there by the user. */
  claimElsewhere(sha256: string): Stored | undefined {
    return take(this.#anywhere.get(sha256)?.first());
  }

  /** What is named in this folder and cannot be read: of this UID, or any where no UID is known. */
  claimUnreadable(folder: FolderPath, uid: number | undefined): Unreadable | undefined {
    if (uid === undefined) return take(this.#lost.get(pathKey(folder))?.first());
    const lost = this.#lostByUid.get(uidKey(folder, uid));
    return lost?.taken === false ? take(lost) : undefined;
  }

  #withUid(folder: FolderPath, uid: number | undefined): Stored | undefined {
    const stored = uid === undefined ? undefined : this.#byUid.get(uidKey(folder, uid));
    return stored?.taken === false ? stored : undefined;
  }
}

const contentKey = (folder: FolderPath, content: string) => `${pathKey(folder)}\0\0${content}`;
const uidKey = (folder: FolderPath, uid: number) => `${pathKey(folder)}\0\0${uid}`;

function take<T extends { taken: boolean }>(one: T | undefined): T | undefined {
  if (one !== undefined) one.taken = true;
  return one;
}

function push<T extends { readonly taken: boolean }>(map: Map<string, Equals<T>>, key: string, value: T): void {
  let equals = map.get(key);
  if (equals === undefined) {
    equals = new Equals();
    map.set(key, equals);
  }
  equals.add(value);
}
