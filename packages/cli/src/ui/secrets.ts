import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UsageError } from '@mailferry/core';
import type { Settings } from './settings.js';

let given: string | undefined;

/** A password that came over a pipe: it is taken before all others. */
export function givePassword(password: string): void {
  given = password;
}

/** Asks for the password when it is needed: from a file, a command, MAILFERRY_PASSWORD or the terminal; undefined when none of them is there. */
export function passwordSource(settings: Settings): (() => Promise<string>) | undefined {
  const told = given;
  if (told !== undefined) return async () => told;
  const [file, command, variable] = [settings.text('password-file'), settings.text('password-command'), process.env['MAILFERRY_PASSWORD']];
  if (file !== undefined) return async () => firstLine(readSecretFile(file, 'password-file'));
  if (command !== undefined) return () => askCommand(command, 'password-command');
  if (variable !== undefined) return async () => variable;
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  let typed: Promise<string> | undefined;
  return () => {
    typed ??= prompt('password: ');
    return typed;
  };
}

/** Asks the command for a token, each time anew: tokens expire. */
export function tokenSource(settings: Settings): (() => Promise<string>) | undefined {
  const command = settings.text('token-command');
  return command === undefined ? undefined : () => askCommand(command, 'token-command');
}

/**
 * The text of a file that a flag names.
 * @throws {@link UsageError} USAGE when it cannot be read.
 */
export function readSecretFile(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError('USAGE', `the file given with --${flag} cannot be read`, { where: { path }, cause });
  }
}

function firstLine(text: string): string {
  return text.replace(/^\uFEFF/u, '').split(/\r?\n/u, 1)[0] ?? '';
}

function askCommand(command: string, flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('/bin/sh', ['-c', command], { timeout: 60_000, maxBuffer: 1 << 20 }, (error, stdout) => {
      // The output of a secret's command is not shown, whatever went wrong.
      if (error === null) resolve(firstLine(stdout));
      else
        reject(
          new UsageError('IMAP_NO_SECRET', `the command given with --${flag} failed`, { help: 'run it by hand and see what it says' }),
        );
    });
    child.stdin?.end();
  });
}

const END_OF_LINE: ReadonlySet<string> = new Set(['\r', '\n']);
const CTRL_C = '\u0003';
/** Ctrl-C and Ctrl-D. */
const BREAK: ReadonlySet<string> = new Set([CTRL_C, '\u0004']);

/** The terminal is in raw mode: Ctrl-C came as a character, and is a signal all the same. */
function giveUp(char: string, reject: (error: UsageError) => void): void {
  if (char === CTRL_C) process.kill(process.pid, 'SIGINT');
  else reject(new UsageError('IMAP_NO_SECRET', 'no password was given'));
}

function prompt(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const take = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        if (END_OF_LINE.has(char)) {
          finish();
          resolve(typed);
          return;
        }
        if (BREAK.has(char)) {
          finish();
          giveUp(char, reject);
          return;
        }
        typed = char === '\u007f' ? [...typed].slice(0, -1).join('') : typed + char;
      }
    };
    stdin.on('data', take);
  });
}
