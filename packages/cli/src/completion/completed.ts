import type { Command } from '../command.js';
import type { Flag } from '../ui/flag.js';
import { COMMON_FLAGS } from '../ui/flags-common.js';

/** What completions are made from. */
export interface Completed {
  readonly commands: readonly Command[];
  readonly codes: readonly string[];
}

/** The flags of a command with those that all have, and its help. */
export function flagsOf(command: Command): readonly Flag[] {
  return [...command.flags, ...COMMON_FLAGS, { name: 'help', short: 'h', kind: 'switch', group: '', help: 'print this help' }];
}

/** The words that shells offer for the arguments of a command; undefined for files. */
export function wordsOf(command: Command, codes: readonly string[]): readonly string[] | undefined {
  if (command.completes === 'code') return codes;
  return command.completes === 'shell' ? ['bash', 'zsh', 'fish'] : undefined;
}
