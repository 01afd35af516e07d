// What the ledger of an account keeps of source files, as that of a Maildir does: those that were read to their end, so that the next run need not read
// them again, and which message came from which, so that what vanished is told.
//   ["source",n,path]        before the first message that came from it
//   ["read",{KnownSource}]   a file was read to its end; the last line of a path holds
//   ["lost",path]            it is no longer there
//   ["end",{RunFacts}]       a run came to its end
import { resolve } from 'node:path';
import {
  type Comparable,
  type GoneOptions,
  type KnownSource,
  ReadWhole,
  type RunFacts,
  type SourceFacts,
  type SourceFile,
} from '@mailferry/core';
import type { LedgerLine } from './ledger-file.js';
import type { DoneItem } from './sent-item.js';

/** The source files of an account's ledger. */
export class SourceBooks {
  readonly #log: (line: LedgerLine) => void;
  readonly #paths: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #read = new Map<string, KnownSource>();
  #runs: { last: RunFacts; largest: RunFacts } | undefined;
  /** Messages were sent, and no run came to its end since: nobody goes on in a file that grew. */
  #isOpen = false;
  #whole: ReadWhole | undefined;

  /** @param log - writes a line and replays it */
  constructor(log: (line: LedgerLine) => void) {
    this.#log = log;
  }

  /** Takes a line of the ledger. */
  replay(kind: unknown, value: unknown, path: unknown): void {
    if (kind === 'source' && typeof path === 'string') {
      this.#numbers.set(path, Number(value));
      this.#paths[Number(value)] = path;
    } else if (kind === 'read') this.#read.set((value as KnownSource).path, value as KnownSource);
    else if (kind === 'lost') this.#read.delete(String(value));
    else if (kind === 'sent' || kind === 'found') this.#isOpen = true;
    else if (kind === 'end') this.#ended(value as RunFacts);
  }

  #ended(facts: RunFacts): void {
    this.#isOpen = false;
    const largest = this.#runs === undefined || facts.octets >= this.#runs.largest.octets ? facts : this.#runs.largest;
    this.#runs = { last: facts, largest };
  }

  /** The last run that changed something, and the one that parsed the most. */
  get runs(): { last: RunFacts; largest: RunFacts } | undefined {
    return this.#runs;
  }

  /** What earlier runs read. */
  get known(): readonly KnownSource[] {
    const known = [...this.#read.values()];
    return this.#isOpen ? known.map(({ resume: _, ...one }) => one) : known;
  }

  /** Octets of these files that need not be sent: what was read of one that came over whole, of another what is stored of it. */
  octetsOf(files: readonly SourceFile[], stored: () => Iterable<DoneItem>): number {
    const open = new Map<string, number>();
    let sum = 0;
    for (const { path, size } of files) {
      const known = this.#read.get(resolve(path));
      if (known === undefined || known.fingerprint === '') open.set(resolve(path), size);
      else sum += Math.min(size, known.size);
    }
    if (this.#numbers.size === 0 || open.size === 0) return sum;
    const there = new Map<string, number>();
    for (const item of stored()) {
      const path = this.path(item.source) ?? '';
      if (open.has(path)) there.set(path, (there.get(path) ?? 0) + item.size);
    }
    for (const [path, octets] of there) sum += Math.min(octets, open.get(path) ?? 0);
    return sum;
  }

  list(files: readonly SourceFile[]): void {
    this.#files().list(files);
  }

  /** The number of the file that a message came from; undefined where nothing identifies it. */
  numberOf(file: number | undefined): number | undefined {
    const path = this.#whole?.pathOf(file);
    if (path === undefined) return undefined;
    if (!this.#numbers.has(path)) this.#log(['source', this.#paths.length, path]);
    return this.#numbers.get(path);
  }

  path(number: number | undefined): string | undefined {
    return number === undefined ? undefined : this.#paths[number];
  }

  note(file: number, facts: SourceFacts): void {
    const source = this.#files().note(file, facts);
    if (source !== undefined && JSON.stringify(source) !== JSON.stringify(this.#read.get(source.path))) this.#log(['read', source]);
  }

  /** A file was read to its end by a run that changes nothing. */
  see(file: number, facts: SourceFacts): void {
    this.#files().note(file, facts);
  }

  /** Files that tell by what they lack; those that vanished are forgotten once their messages were flagged, for which a later run may be asked. */
  comparable(options: GoneOptions, isDryRun: boolean): Comparable {
    const comparable = this.#files().comparable(options);
    if (!isDryRun && options.propagate) for (const path of comparable.paths) if (options.lacks(path)) this.#log(['lost', path]);
    return comparable;
  }

  /** A run came to its end. */
  end(facts: RunFacts): void {
    if (this.#isOpen || this.#runs === undefined) this.#log(['end', facts]);
  }

  #files(): ReadWhole {
    this.#whole ??= new ReadWhole([...this.#read.values()]);
    return this.#whole;
  }
}
