import type { Command } from '../command.js';
import { completion } from './completion.js';
import { convert } from './convert.js';
import { explain } from './explain.js';
import { inspect } from './inspect.js';

/** Every command of the program, in the order of the help: a new one is its file and a line here. */
export const COMMANDS: readonly Command[] = [convert, inspect, explain, completion];
