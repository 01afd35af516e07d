import type { Command } from '../command.js';
import { completion } from './completion.js';
import { explain } from './explain.js';

/** Every command of the program, in the order of the help: a new one is its file and a line here. */
export const COMMANDS: readonly Command[] = [explain, completion];
