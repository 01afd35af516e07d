// Messages that are files of their own, in MH folders and directories of .eml: all are counted, of the first of each directory more is told.
import { flagsOfMhMessage, joinRaw, MailError, type MhSequence, parseMhSequences, type RawPath } from '@mailferry/core';
import { sampleMessage, type Tally } from './survey-measure.js';
import { textOf } from './survey-settings.js';

/** Messages of a directory that are looked at. */
export const LOOKED_AT = 64;

const NO_FLAGS: ReadonlySet<string> = new Set();

/** Looks at single messages; one for a home. */
export class SingleMessages {
  readonly #owner: number | undefined;
  readonly #tally: Tally;
  readonly #sequences = new Map<RawPath, ReadonlyMap<string, MhSequence>>();

  constructor(owner: number | undefined, tally: Tally) {
    this.#owner = owner;
    this.#tally = tally;
  }

  /** @param number - the number of a message in an MH folder, whose flags are in a file beside it */
  async look(path: RawPath, directory: RawPath, number?: number): Promise<void> {
    try {
      const flags = number === undefined ? NO_FLAGS : flagsOfMhMessage(this.#sequencesOf(directory), number);
      await sampleMessage(path, this.#owner, flags, this.#tally);
    } catch (error) {
      // It was recognised a moment ago and is counted: nothing more is told of it.
      if (!(error instanceof MailError)) throw error;
    }
  }

  #sequencesOf(directory: RawPath): ReadonlyMap<string, MhSequence> {
    let known = this.#sequences.get(directory);
    if (known === undefined) {
      known = parseMhSequences(textOf(joinRaw(directory, '.mh_sequences'), this.#owner) ?? '');
      this.#sequences.set(directory, known);
    }
    return known;
  }
}
