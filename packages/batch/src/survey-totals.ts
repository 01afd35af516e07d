// What the homes of a department add up to.
import { Counts, type FormatCount, type HomeSurvey, type MailFormat } from './survey.js';

/** The sum of a survey. */
export interface SurveyTotals {
  readonly homes: number;
  /** Homes with mail to move. */
  readonly toMove: number;
  readonly messages: number;
  readonly bytes: number;
  readonly isEstimate: boolean;
  readonly formats: Readonly<Partial<Record<MailFormat, FormatCount & { readonly homes: number }>>>;
  readonly flags: Readonly<Record<string, number>>;
  /** Keywords with the homes that use them. */
  readonly keywords: Readonly<Record<string, number>>;
  readonly charsets: Readonly<Record<string, number>>;
  /** Homes by kind of note. */
  readonly notes: Readonly<Record<string, number>>;
  readonly files: number;
  readonly directories: number;
  readonly bytesRead: number;
}

/** Adds homes up one by one; keeps none of them. */
export class SurveySum {
  readonly #flags = new Counts();
  readonly #keywords = new Counts();
  readonly #charsets = new Counts();
  readonly #notes = new Counts();
  readonly #formats = new Map<MailFormat, { files: number; messages: number; bytes: number; homes: number }>();
  #totals = { homes: 0, toMove: 0, messages: 0, bytes: 0, isEstimate: false, files: 0, directories: 0, bytesRead: 0 };

  add(survey: HomeSurvey): void {
    const sums = this.#totals;
    this.#totals = {
      homes: sums.homes + 1,
      toMove: sums.toMove + (survey.sources.length > 0 ? 1 : 0),
      messages: sums.messages + survey.messages,
      bytes: sums.bytes + survey.bytes,
      isEstimate: sums.isEstimate || survey.isEstimate,
      files: sums.files + survey.files,
      directories: sums.directories + survey.directories,
      bytesRead: sums.bytesRead + survey.bytesRead,
    };
    for (const [flag, count] of Object.entries(survey.flags)) this.#flags.add(flag, count);
    for (const keyword of Object.keys(survey.keywords)) this.#keywords.add(keyword);
    for (const [charset, count] of Object.entries(survey.charsets)) this.#charsets.add(charset, count);
    for (const kind of new Set(survey.notes.map((note) => note.kind))) this.#notes.add(kind);
    for (const [name, count] of Object.entries(survey.formats)) this.#addFormat(name as MailFormat, count);
  }

  #addFormat(name: MailFormat, count: FormatCount): void {
    const format = this.#formats.get(name) ?? { files: 0, messages: 0, bytes: 0, homes: 0 };
    this.#formats.set(name, {
      files: format.files + count.files,
      messages: format.messages + count.messages,
      bytes: format.bytes + count.bytes,
      homes: format.homes + 1,
    });
  }

  totals(): SurveyTotals {
    return {
      ...this.#totals,
      formats: Object.fromEntries([...this.#formats].sort(([a], [b]) => (a < b ? -1 : 1))),
      flags: this.#flags.record(),
      keywords: this.#keywords.record(),
      charsets: this.#charsets.record(),
      notes: this.#notes.record(),
    };
  }
}
