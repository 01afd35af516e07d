import type { Report } from '@mailferry/core';
import type { Flag } from './ui/flag.js';
import type { Output } from './ui/output.js';
import type { Settings } from './ui/settings.js';

/** What a command is given to run. */
export interface Context {
  /** The arguments that are no flags, in order. */
  readonly args: readonly string[];
  readonly settings: Settings;
  readonly output: Output;
  /** As typed, without the program itself: to say how to go on. */
  readonly argv: readonly string[];
  readonly version: string;
  /** All commands of the program. */
  readonly commands: readonly Command[];
  /** Set in the process of a job of a batch. */
  readonly job?: {
    /** Takes the report of the run. */
    readonly keepReport: (report: Report) => void;
    /** 0: the other cores have jobs of their own. */
    readonly lanes?: 0;
  };
}

/** One command of the program. Its file defines it and hands the work to a module that is loaded only then. */
export interface Command {
  readonly name: string;
  /** As the help shows them: `SOURCE... TARGET`. */
  readonly usage: string;
  /** The least number of arguments. */
  readonly least: number;
  /** The most; any number when absent. */
  readonly most?: number;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Flags beside those that every command has. */
  readonly flags: readonly Flag[];
  /** Command lines with what they do, for the help. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** What shells offer for the arguments. */
  readonly completes: 'file' | 'code' | 'shell';
  /** True when the work is a user's own and root must name that user. */
  readonly guardsRoot?: boolean;
  /** The exit status. */
  run(context: Context): Promise<number>;
}
