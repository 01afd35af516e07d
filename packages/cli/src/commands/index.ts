import type { Command } from '../command.js';
import { batch } from './batch.js';
import { completion } from './completion.js';
import { convert } from './convert.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { handover } from './handover.js';
import { inspect } from './inspect.js';
import { report } from './report.js';
import { restore } from './restore.js';
import { status } from './status.js';
import { survey } from './survey.js';
import { undo } from './undo.js';
import { upload } from './upload.js';
import { verify } from './verify.js';
import { worker } from './worker.js';

/** Every command of the program, in the order of the help: a new one is its file and a line here. */
export const COMMANDS: readonly Command[] = [
  convert,
  upload,
  verify,
  restore,
  inspect,
  undo,
  survey,
  batch,
  status,
  report,
  handover,
  worker,
  doctor,
  explain,
  completion,
];
