import { formatPlace, MailError, printable } from '@mailferry/core';
import type { Palette } from './palette.js';

/**
 * An error in four parts: what, where, further facts, what to do.
 * An error that is not ours is a bug, and is shown with its stack.
 */
export function errorText(error: unknown, palette: Palette): string {
  if (!(error instanceof MailError)) return bugText(error, palette);
  const { code, message, where, notes, help, cause } = error;
  const lines = [`${palette.bad(`error[${code}]`)}: ${palette.strong(printable(message))}`];
  if (where !== undefined) lines.push(`  ${palette.soft('-->')} ${formatPlace(where)}`);
  for (const note of notes) lines.push(`  note: ${printable(note)}`);
  const reason = causeOf(cause, code);
  if (reason !== undefined && !notes.includes(reason) && !message.includes(reason)) lines.push(`  note: ${printable(reason)}`);
  if (help !== undefined) lines.push(`  help: ${printable(help)}`);
  lines.push(`${help === undefined ? '  help: ' : '        '}mailferry explain ${code}`);
  return lines.join('\n');
}

function bugText(error: unknown, palette: Palette): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [first = '', ...stack] = what.split('\n');
  return [
    `${palette.bad('error[BUG]')}: ${palette.strong(printable(first))}`,
    ...stack.map((line) => `  note: ${printable(line.trim())}`),
    '  help: source and target are safe; please report this with the command that you ran',
    '        mailferry explain BUG',
  ].join('\n');
}

function causeOf(cause: unknown, code: string): string | undefined {
  if (!(cause instanceof Error) || cause instanceof MailError) return undefined;
  if (!cause.message.startsWith('ENOENT')) return cause.message;
  // Some errors say themselves that nothing is there.
  return code.endsWith('_NOT_FOUND') ? undefined : 'there is no such file or directory';
}

/** Whether JSON lines are wanted, of a command line that could not be read. */
export function wantsJson(words: readonly string[]): boolean {
  return words.includes('--json') || /^(?:1|true|yes|on)$/i.test(process.env['MAILFERRY_JSON'] ?? '');
}

/** The same as the last line of `--json`. */
export function errorEvent(error: unknown, exitStatus: number): object {
  if (!(error instanceof MailError)) {
    return {
      type: 'error',
      code: 'BUG',
      message: error instanceof Error ? error.message : String(error),
      notes: [],
      retryable: false,
      exitStatus,
    };
  }
  const { code, message, where, notes, help, retryable } = error;
  return {
    type: 'error',
    code,
    message,
    ...(where === undefined ? {} : { where }),
    notes,
    ...(help === undefined ? {} : { help }),
    retryable,
    exitStatus,
  };
}
