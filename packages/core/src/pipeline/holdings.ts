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

/** A message, and whether a source message with its content was sought in its folder. */
interface Held extends Stored {
  sought: boolean;
}

/** Several messages of one content in one folder. */
class Twins extends Equals<Held> {
  readonly withoutUid: Equals<Held> = new Equals();
  readonly eldest: Held;

  constructor(eldest: Held) {
    super();
    this.eldest = eldest;
    this.add(eldest);
  }

  override add(held: Held): void {
    super.add(held);
    if (held.uid === undefined) this.withoutUid.add(held);
  }
}

/** What is in one folder. Most contents are alone there: a million lists of one would take more than what is in them. */
interface Shelf {
  readonly byContent: Map<string, Held | Twins>;
  readonly byKey: Map<string, Equals<Held>>;
  readonly byUid: Map<number, Held>;
}

/** What the target holds, by content, by key and by UID. */
export class Holdings {
  readonly #shelves = new Map<string, Shelf>();
  /** Made when a message is sought outside its folder, of those that are free then. */
  #anywhere: Map<string, Equals<Held>> | undefined;
  readonly #lost = new Map<string, Equals<Unreadable>>();
  readonly #lostByUid = new Map<string, Unreadable>();
  /** Messages have few combinations of flags. */
  readonly #flags = new Map<string, ReadonlySet<Flag>>();
  readonly #all: Held[] = [];
  readonly unreadable: Unreadable[] = [];

  get all(): readonly Stored[] {
    return this.#all;
  }

  add({ folder, targetId, sha256, key, flags, internalDate, uid, taken }: Stored): void {
    // Written out: a spread copy takes half as much again.
    const held: Held = { folder, targetId, sha256, key, flags: this.#shared(flags), internalDate, uid, taken, sought: false };
    this.#all.push(held);
    const { byContent, byKey, byUid } = this.#shelf(folder);
    const copies = byContent.get(sha256);
    if (copies === undefined) byContent.set(sha256, held);
    else {
      const twins = copies instanceof Twins ? copies : new Twins(copies);
      twins.add(held);
      byContent.set(sha256, twins);
    }
    if (key !== undefined) push(byKey, key, held);
    if (uid !== undefined) byUid.set(uid, held);
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
    const copies = this.#shelf(folder).byContent.get(sha256);
    if (copies === undefined) return undefined;
    eldestOf(copies).sought = true;
    const wanted = this.#withUid(folder, uid);
    if (wanted?.sha256 === sha256) return take(wanted);
    if (copies instanceof Twins) return take(copies.withoutUid.first() ?? (mayDiffer ? copies.first() : undefined));
    return copies.taken || !(mayDiffer || copies.uid === undefined) ? undefined : take(copies);
  }

  /** True when a source message with the same content was sought in the same folder. */
  wasSought({ folder, sha256 }: Stored): boolean {
    const copies = this.#shelf(folder).byContent.get(sha256);
    return copies !== undefined && eldestOf(copies).sought;
  }

  /** The message with this UID, unclaimed: it holds something else than it should. */
  claimUid(folder: FolderPath, uid: number | undefined): Stored | undefined {
    return take(this.#withUid(folder, uid));
  }

  /** The message with this key in this folder, unclaimed. */
  claimKey(folder: FolderPath, key: string | undefined): Stored | undefined {
    return key === undefined ? undefined : take(this.#shelf(folder).byKey.get(key)?.first());
  }

  /** The same content in another folder, unclaimed: moved there by the user. */
  claimElsewhere(sha256: string): Stored | undefined {
    if (this.#anywhere === undefined) {
      this.#anywhere = new Map();
      for (const held of this.#all) if (!held.taken) push(this.#anywhere, held.sha256, held);
    }
    return take(this.#anywhere.get(sha256)?.first());
  }

  /** What is named in this folder and cannot be read: of this UID, or any where no UID is known. */
  claimUnreadable(folder: FolderPath, uid: number | undefined): Unreadable | undefined {
    if (uid === undefined) return take(this.#lost.get(pathKey(folder))?.first());
    const lost = this.#lostByUid.get(uidKey(folder, uid));
    return lost?.taken === false ? take(lost) : undefined;
  }

  #withUid(folder: FolderPath, uid: number | undefined): Held | undefined {
    const held = uid === undefined ? undefined : this.#shelf(folder).byUid.get(uid);
    return held?.taken === false ? held : undefined;
  }

  #shelf(folder: FolderPath): Shelf {
    const key = pathKey(folder);
    let shelf = this.#shelves.get(key);
    if (shelf === undefined) {
      shelf = { byContent: new Map(), byKey: new Map(), byUid: new Map() };
      this.#shelves.set(key, shelf);
    }
    return shelf;
  }

  #shared(flags: ReadonlySet<Flag>): ReadonlySet<Flag> {
    const key = [...flags].join(' ');
    const known = this.#flags.get(key);
    if (known !== undefined) return known;
    this.#flags.set(key, flags);
    return flags;
  }
}

function eldestOf(copies: Held | Twins): Held {
  return copies instanceof Twins ? copies.eldest : copies;
}

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
