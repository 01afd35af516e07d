import type { ReportOutcome } from '../report.js';

/** What a verdict speaks of. */
export interface VerdictFacts {
  readonly outcome: ReportOutcome;
  readonly dryRun: boolean;
  /** Messages that were read. */
  readonly read: number;
  /** Those that are in the target. */
  readonly arrived: number;
  /** True when all of these came with earlier runs, and the source did not change since. */
  readonly isUnchanged: boolean;
  /** The target in words, from {@link ReportTexts.target}. */
  readonly target: string;
}

/** Every word of a report in one language. Codes, titles of issues and command lines stay English. */
export interface ReportTexts {
  /** BCP 47. */
  readonly language: string;
  /** Between groups of three digits. */
  readonly groupSeparator: string;
  readonly decimalPoint: string;
  /** The target as it stands in a sentence: "the Maildir /home/ann/Maildir". */
  target(format: string, location: string): string;
  verdict(facts: VerdictFacts): string;
  /** Stands before the verdict where the source is damaged. */
  readonly damaged: string;
  readonly title: string;
  readonly books: string;
  readonly folder: string;
  readonly folders: string;
  readonly read: string;
  readonly written: string;
  readonly alreadyPresent: string;
  readonly updated: string;
  readonly filtered: string;
  readonly filteredBy: Readonly<Record<'option' | 'expunged' | 'removedByUser' | 'duplicate', string>>;
  readonly failed: string;
  readonly size: string;
  readonly oldest: string;
  readonly newest: string;
  readonly total: string;
  readonly items: string;
  /** What a PST consists of. */
  readonly nodes: string;
  readonly messages: string;
  readonly issues: string;
  readonly noIssues: string;
  readonly failures: string;
  readonly firstPlaces: string;
  readonly count: string;
  readonly code: string;
  readonly meaning: string;
  readonly years: string;
  readonly year: string;
  readonly source: string;
  readonly targetWord: string;
  readonly sizes: string;
  readonly upTo: string;
  readonly above: string;
  readonly invented: string;
  readonly nothingInvented: string;
  /** Keys as in `Message.dateSource`. */
  readonly dateFrom: Readonly<Record<string, string>>;
  readonly inventedMessageIds: string;
  readonly inventedNames: string;
  readonly leftAlone: string;
  readonly next: string;
  readonly run: string;
  readonly command: string;
  readonly started: string;
  readonly duration: string;
  readonly rate: string;
  readonly versions: string;
  readonly options: string;
  readonly details: string;
  readonly subject: string;
  readonly from: string;
  readonly outcomeByFolder: string;
  readonly sizeByFolder: string;
  readonly otherFolders: string;
  readonly dryRun: string;
  readonly yes: string;
  readonly no: string;
}
