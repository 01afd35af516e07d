// Versions of one item in one file (RFC 5545 §3.8.4.7): a backup and the PST itself have the same contact with the same UID, and a client that imports
// both keeps one of them, the last or the first. The one that was changed last stays; equal in age, all stay.

/** UID → its components. */
export type Components = Map<string, Set<string>>;

/** What one item has under one UID. */
export interface ItemVersion {
  readonly uid: string;
  /** UID, and the occurrence where it is one of a series that lies there alone. */
  readonly place: string;
  /** As written, without signs; empty where nothing tells. */
  readonly changed: string;
  readonly texts: Set<string>;
}

function fieldOf(text: string, name: RegExp): string {
  return name.exec(text)?.[1] ?? '';
}

function versionOf(uid: string, texts: Set<string>): ItemVersion {
  const [first = ''] = texts;
  const occurrence = fieldOf(first, /\nRECURRENCE-ID[^\r\n]*:([^:\r\n]*)/i);
  const changed = fieldOf(first, /\n(?:LAST-MODIFIED|REV)[;:](?:[^\r\n]*:)?(\d{4}-?\d{2}-?\d{2}T[\d:]*)/i).replace(/[-:]/g, '');
  return { uid, place: `${uid}\0${occurrence}`, changed, texts };
}

/** What a file keeps of the versions that it had and that came. */
export class Versions {
  readonly #kept: Components;
  readonly #keptChanged: ReadonlyMap<string, string>;
  readonly #newest = new Map<string, ItemVersion>();
  /** UIDs of which the file has a newer version than one that came. */
  readonly #stays = new Set<string>();

  constructor(kept: Components) {
    this.#kept = kept;
    const found = [...kept].flatMap(([uid, texts]) => [...texts].map((text) => versionOf(uid, new Set([text]))));
    this.#keptChanged = new Map(found.map(({ place, changed }) => [place, changed]));
  }

  /** Takes what an item has under a UID. */
  offer(uid: string, texts: Set<string>): ItemVersion {
    const version = versionOf(uid, texts);
    const { place, changed } = version;
    const rival = this.#newest.get(place);
    if (changed < (this.#keptChanged.get(place) ?? '')) this.#stays.add(uid);
    else if (rival === undefined || rival.changed < changed) this.#newest.set(place, { ...version, texts: new Set(texts) });
    else if (rival.changed === changed) for (const text of texts) rival.texts.add(text);
    return version;
  }

  /** True when the file had it to the letter, or it or another item of this run is newer. */
  isKnown({ uid, place, changed, texts }: ItemVersion): boolean {
    const isOlder = changed < (this.#keptChanged.get(place) ?? '') || changed < (this.#newest.get(place)?.changed ?? '');
    return isOlder || [...texts].every((text) => this.#kept.get(uid)?.has(text) === true);
  }

  /** All components that the file has from now on, by UID. */
  texts(): Components {
    const fresh: Components = new Map();
    for (const { uid, texts } of this.#newest.values()) fresh.set(uid, new Set([...(fresh.get(uid) ?? []), ...texts]));
    for (const uid of this.#stays) fresh.set(uid, new Set([...(this.#kept.get(uid) ?? []), ...(fresh.get(uid) ?? [])]));
    return new Map([...this.#kept, ...fresh]);
  }
}
