// Gives every folder its NID before anything is written, because entry ids in early nodes point to later ones.
import type { Property } from '../ltp/property.js';
import type { FolderPlan } from './folder.js';
import { NID_ROOT_FOLDER, NID_TYPE_NORMAL_FOLDER } from './nid.js';
import { writeSearchFolder } from './search-folder.js';
import type { FolderSpec, PstSpec, SpecialUse } from './spec.js';
import { inboxFolders, OST_NIDS } from './special-folders.js';
import type { Writing } from './writing.js';

const NID_OST_IPM_SUBTREE = 0x2142;
const NID_OST_ROOT_MAILBOX = 0x20a2;
const NID_OST_FINDER = 0x2262;
/** Folder indexes below are taken by the fixed NIDs of an OST. */
const SKIPPED_OST_INDEXES = 32;

/** The folder tree with its NIDs. */
export interface StorePlan {
  readonly root: FolderPlan;
  readonly nidIpmSubtree: number;
  readonly nidFinder: number;
  readonly special: ReadonlyMap<SpecialUse, number>;
}

/** Plans the folders of a file: the IPM subtree, the folders beside it and the search root. */
export function planStore(writing: Writing, spec: PstSpec): StorePlan {
  const special = new Map<SpecialUse, number>();
  const next = (): number => writing.nids.next(NID_TYPE_NORMAL_FOLDER);
  const nidIpmSubtree = writing.isOst ? NID_OST_IPM_SUBTREE : next();
  const nidFinder = writing.isOst ? NID_OST_FINDER : next();
  for (let i = 0; writing.isOst && i < SKIPPED_OST_INDEXES; i++) {
    next();
  }
  const nidTop = writing.isOst ? NID_OST_ROOT_MAILBOX : NID_ROOT_FOLDER;
  const planner = new Planner(writing, special);
  const ipm = { ...plain(nidIpmSubtree, nidTop, topName(writing)), children: planner.all(spec.folders, nidIpmSubtree) };
  const beside = planner.all(spec.rootFolders ?? [], nidTop);
  const finder = {
    ...plain(nidFinder, nidTop, writing.isOst ? 'Finder' : 'Search Root'),
    writeOthers: () => (spec.searchFolders ?? []).map((each) => writeSearchFolder(writing, each, nidFinder)),
  };
  const top = [ipm, ...beside, finder];
  const children = writing.isOst ? [{ ...plain(nidTop, NID_ROOT_FOLDER, 'Root - Mailbox'), children: top }] : top;
  const root = { ...plain(NID_ROOT_FOLDER, NID_ROOT_FOLDER, ''), properties: inboxFolders(writing, special), children };
  return { root, nidIpmSubtree, nidFinder, special };
}

function topName(writing: Writing): string {
  return writing.isOst ? 'IPM_SUBTREE' : 'Top of Outlook data file';
}

function plain(nid: number, nidParent: number, name: string): FolderPlan {
  return { nid, nidParent, name, properties: [], messages: [], children: [] };
}

class Planner {
  readonly #writing: Writing;
  readonly #special: Map<SpecialUse, number>;

  constructor(writing: Writing, special: Map<SpecialUse, number>) {
    this.#writing = writing;
    this.#special = special;
  }

  all(specs: readonly FolderSpec[], nidParent: number): FolderPlan[] {
    return specs.map((spec) => this.#one(spec, nidParent));
  }

  #one(spec: FolderSpec, nidParent: number): FolderPlan {
    const { specialUse } = spec;
    const fixed = this.#writing.isOst && specialUse !== undefined ? OST_NIDS[specialUse] : undefined;
    const nid = fixed ?? this.#writing.nids.next(NID_TYPE_NORMAL_FOLDER);
    if (specialUse !== undefined) {
      this.#special.set(specialUse, nid);
    }
    const children = this.all(spec.folders ?? [], nid);
    const writing = this.#writing;
    const special = this.#special;
    return {
      nid,
      nidParent,
      name: spec.name,
      containerClass: spec.containerClass ?? 'IPF.Note',
      // Late: the folders that an Inbox names may be planned after it.
      get properties(): readonly Property[] {
        const own = spec.properties ?? [];
        return specialUse === 'inbox' ? [...inboxFolders(writing, special), ...own] : own;
      },
      messages: spec.messages ?? [],
      children,
    };
  }
}
