import {
  decodeMailboxName,
  encodeMailboxName,
  type Folder,
  type FolderPath,
  type Issue,
  pathKey,
  printable,
  type SpecialUse,
} from '@mailferry/core';
import { holdsMail, type ListedMailbox } from '../commands/list.js';
import type { Namespace } from '../commands/namespace.js';
import type { ServerPreset } from '../session/preset.js';
import { useOfName } from './special-use-names.js';

/** Where a folder goes. */
export interface FolderPlace {
  readonly path: FolderPath;
  /** As on the wire. */
  readonly mailbox: string;
  readonly exists: boolean;
  readonly issues: readonly Issue[];
}

/** What names depend on. */
export interface NamingOptions {
  readonly namespace: Namespace;
  readonly preset: ServerPreset;
  readonly listed: readonly ListedMailbox[];
  /** Folder of the URL: everything goes below it. */
  readonly root: FolderPath;
  /** False: names are kept as they are. */
  readonly mapsSpecialUse: boolean;
  /** The mailbox that a folder went to in an earlier run. */
  readonly before?: (path: FolderPath) => string | undefined;
}

const MOST_OCTETS = 255;

/** Gives each folder of a source its mailbox: special folders by their use, the others by name, each mailbox once. */
export class FolderNames {
  readonly #options: NamingOptions;
  readonly #places = new Map<string, FolderPlace>();
  readonly #taken = new Set<string>();
  /** As the server spells them, by their names in whatever case where it ignores that. */
  readonly #existing: Map<string, string>;
  readonly #uses = new Map<SpecialUse, string[]>();

  constructor(options: NamingOptions) {
    this.#options = options;
    this.#existing = new Map(options.listed.filter(holdsMail).map(({ name }) => [this.#fold(name), name]));
    const own = options.listed.filter((box) => holdsMail(box) && isPersonal(box, options.namespace));
    // What the server says of its folders comes before what their names say.
    for (const usesOf of [toldUses, namedUses]) {
      for (const box of own)
        for (const use of usesOf(box, options.namespace)) this.#uses.set(use, [...(this.#uses.get(use) ?? []), box.name]);
    }
  }

  /** True when the server has told of this mailbox. */
  has(mailbox: string): boolean {
    return this.#existing.has(this.#fold(mailbox));
  }

  /** True when a folder of the source goes there. */
  isTaken(mailbox: string): boolean {
    return this.#taken.has(this.#fold(mailbox));
  }

  /** A folder of the source is in this mailbox. */
  take(mailbox: string): void {
    this.#taken.add(this.#fold(mailbox));
  }

  /** The mailbox was made. */
  add(mailbox: string): void {
    this.#existing.set(this.#fold(mailbox), mailbox);
  }

  /** All folders of the source: what an earlier run has put somewhere stays there, whichever of the others wants that place first. */
  expect(folders: readonly Folder[]): void {
    for (const folder of folders) {
      const place = this.#asBefore(folder);
      if (place !== undefined) this.#keep(pathKey(folder.path), place);
    }
  }

  /** Where a folder goes; the same answer each time. */
  place(folder: Folder): FolderPlace {
    const key = pathKey(folder.path);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#asBefore(folder) ?? this.#special(folder) ?? this.#byName(folder.path);
    this.#keep(key, place);
    return place;
  }

  /** True when a folder may go into this mailbox as things are now: not when it is told to go elsewhere than in an earlier run. */
  mayBe(path: FolderPath, mailbox: string): boolean {
    const { mailbox: own } = this.#wireName(path);
    if (mailbox === own || isNumbered(mailbox, own) || this.alternatives(own).includes(mailbox)) return true;
    return this.#mapsUses(path) && [...this.#uses.values()].some((boxes) => boxes.includes(mailbox));
  }

  /** Another name for a folder, after the server refused the one it had. */
  rename(path: FolderPath, mailbox: string): FolderPlace {
    const place = this.#placed(path, this.#free(mailbox), [
      `the server does not take ${readable(this.#places.get(pathKey(path))?.mailbox ?? '')}`,
    ]);
    this.#keep(pathKey(path), place);
    return place;
  }

  /** Names to try in turn when the server does not take one: without dots, then with nothing but letters, digits and blanks. */
  alternatives(mailbox: string): readonly string[] {
    const { delimiter, prefix } = this.#options.namespace;
    const names = delimiter === undefined ? [mailbox] : mailbox.slice(prefix.length).split(delimiter);
    const rejoin = (change: (name: string) => string): string => prefix + names.map(change).join(delimiter ?? '');
    const tries = [rejoin((name) => name.replace(/[.]/g, '_')), rejoin((name) => name.replace(/[^A-Za-z0-9 _-]+/g, '_')), `${mailbox}_2`];
    return [...new Set(tries)].filter((name) => name !== mailbox && !this.#taken.has(this.#fold(name)));
  }

  #keep(key: string, place: FolderPlace): void {
    this.#places.set(key, place);
    this.#taken.add(this.#fold(place.mailbox));
  }

  #fold(mailbox: string): string {
    return this.#options.preset.ignoresCase ? mailbox.toLowerCase() : mailbox;
  }

  /**
   * Where an earlier run has put it, though there may be a better place by now: mail that is there must not be sent to another place again. A mailbox
   * of quite another name is none of its own: it was told to go elsewhere then, or is now.
   */
  #asBefore(folder: Folder): FolderPlace | undefined {
    const { path } = folder;
    const mailbox = this.#options.before?.(path);
    if (mailbox === undefined || !this.has(mailbox) || this.isTaken(mailbox)) return undefined;
    const use = this.#useOf(folder);
    if (use !== undefined && this.#uses.get(use)?.includes(mailbox) === true) return this.#mapped(path, mailbox, use);
    const { mailbox: own, changes } = this.#wireName(path);
    if (mailbox === own) return this.#placed(path, mailbox, changes);
    return isNumbered(mailbox, own) ? this.#placed(path, mailbox, [...changes, 'another folder has this name']) : undefined;
  }

  #special(folder: Folder): FolderPlace | undefined {
    const use = this.#useOf(folder);
    const mailbox = use === undefined ? undefined : this.#uses.get(use)?.[0];
    return use === undefined || mailbox === undefined || this.isTaken(mailbox) ? undefined : this.#mapped(folder.path, mailbox, use);
  }

  /** What a folder is used for, where such folders go to those of the account. */
  #useOf({ path, specialUse }: Folder): SpecialUse | undefined {
    return this.#mapsUses(path) ? (specialUse ?? useOfName(path.at(-1) ?? '')) : undefined;
  }

  #mapsUses(path: FolderPath): boolean {
    const isTop = path.length === 1 || (path.length === 2 && path[0] === 'INBOX');
    return this.#options.mapsSpecialUse && isTop && this.#options.root.length === 0;
  }

  #mapped(path: FolderPath, mailbox: string, use: SpecialUse): FolderPlace {
    const isSame = mailbox === this.#wireName(path).mailbox;
    const issue: Issue = { code: 'IMAP_FOLDER_MAPPED', note: `${path.join('/')} → ${readable(mailbox)} (${use})` };
    return this.#placed(path, mailbox, [], isSame ? [] : [issue]);
  }

  #byName(path: FolderPath): FolderPlace {
    const { mailbox: name, changes } = this.#wireName(path);
    const mailbox = this.#existing.get(this.#fold(name)) ?? name;
    const free = this.#free(mailbox);
    return this.#placed(path, free, free === mailbox ? changes : [...changes, 'another folder has this name']);
  }

  #placed(path: FolderPath, mailbox: string, changes: readonly string[], more: readonly Issue[] = []): FolderPlace {
    const renamed: readonly Issue[] =
      changes.length === 0
        ? []
        : [{ code: 'IMAP_FOLDER_RENAMED', note: `${path.join('/')} → ${readable(mailbox)}: ${changes.join(', ')}` }];
    return { path, mailbox, exists: this.has(mailbox), issues: [...renamed, ...more] };
  }

  #free(mailbox: string): string {
    if (mailbox === 'INBOX') return mailbox;
    let free = mailbox;
    for (let n = 2; this.#taken.has(this.#fold(free)); n++) free = `${mailbox}_${n}`;
    return free;
  }

  #wireName(path: FolderPath): { mailbox: string; changes: string[] } {
    const { namespace, root } = this.#options;
    const whole = [...root, ...path];
    if (root.length > 0 && path.length === 1 && path[0] === 'INBOX') whole.pop();
    if (whole.length === 1 && whole[0]?.toUpperCase() === 'INBOX') return { mailbox: 'INBOX', changes: [] };
    const changes: string[] = [];
    const isBelowInbox = whole[0]?.toUpperCase() === 'INBOX';
    const names = whole.map((name, depth) => (isBelowInbox && depth === 0 ? 'INBOX' : this.#segment(name, depth, changes)));
    const delimiter = namespace.delimiter;
    if (delimiter === undefined)
      return { mailbox: names.join('_'), changes: names.length > 1 ? [...changes, 'the server has no folders in folders'] : changes };
    const joined = names.join(delimiter);
    const hasPrefix = joined.startsWith(namespace.prefix) && namespace.prefix !== '';
    return { mailbox: hasPrefix ? joined : namespace.prefix + joined, changes };
  }

  /** One name as the server can hold it, in modified UTF-7. */
  #segment(name: string, depth: number, changes: string[]): string {
    const { namespace, preset } = this.#options;
    const bad = (char: string): boolean =>
      char === namespace.delimiter || '*%'.includes(char) || preset.badNameChars.includes(char) || isControl(char);
    let clean = [...name.normalize('NFC')].map((char) => (bad(char) ? '_' : char)).join('');
    if (clean !== name.normalize('NFC')) changes.push('characters that the server does not allow in a name');
    const trimmed = clean.trim().replace(depth === 0 ? /^[~#]/ : /^~/, '_');
    if (trimmed !== clean) changes.push('blanks or signs at its ends');
    clean = trimmed === '' || trimmed === '.' || trimmed === '..' ? '_' : trimmed;
    const wire = encodeMailboxName(clean);
    if (wire.length <= MOST_OCTETS) return wire;
    changes.push('too long');
    let short = clean;
    while (encodeMailboxName(short).length > MOST_OCTETS) short = [...short].slice(0, -1).join('');
    return encodeMailboxName(short);
  }
}

/** `Work_2` for `Work`, which another folder had. */
function isNumbered(mailbox: string, own: string): boolean {
  return mailbox.startsWith(`${own}_`) && /^\d+$/.test(mailbox.slice(own.length + 1));
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return code < 32 || code === 127 || code === 0x2028 || code === 0x2029;
}

/** A mailbox name for people. */
function readable(mailbox: string): string {
  return printable(decodeMailboxName(mailbox) ?? mailbox.replace(/[^\x20-\x7e]/g, '?'));
}

const ATTRIBUTES: Readonly<Record<string, SpecialUse>> = {
  '\\sent': '\\Sent',
  '\\drafts': '\\Drafts',
  '\\junk': '\\Junk',
  '\\spam': '\\Junk',
  '\\trash': '\\Trash',
  '\\archive': '\\Archive',
};

/** By attribute, where the server tells one. */
function toldUses(box: ListedMailbox): readonly SpecialUse[] {
  return [...box.attributes].flatMap((attribute) => ATTRIBUTES[attribute] ?? []);
}

/** By a well-known name just below the root, where the server tells no attribute. */
function namedUses(box: ListedMailbox, namespace: Namespace): readonly SpecialUse[] {
  if (toldUses(box).length > 0) return [];
  const base = box.name.startsWith(namespace.prefix) ? box.name.slice(namespace.prefix.length) : box.name;
  if (namespace.delimiter !== undefined && base.includes(namespace.delimiter)) return [];
  const use = useOfName(decodeMailboxName(base) ?? base);
  return use === undefined ? [] : [use];
}

/** False for the folders of other users and shared ones; the longest prefix says whose a name is. */
function isPersonal({ name }: ListedMailbox, { prefix, foreign = [] }: Namespace): boolean {
  const own = name.startsWith(prefix) ? prefix.length : -1;
  return name === 'INBOX' || foreign.every((other) => !name.startsWith(other) || other.length <= own);
}
