import { ERRORS, explanationOf, ISSUES, UsageError } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { nearest } from './nearest.js';

/** Columns that text is broken at. */
const WIDTH = 100;

/** Shows what a code means, or all codes; the exit status. @throws {@link UsageError} CODE_UNKNOWN. */
export function explainCode({ args, output }: Context): number {
  const codes = [...new Set([...Object.keys(ISSUES), ...Object.keys(ERRORS)])].sort();
  const [wanted] = args;
  if (wanted === undefined) {
    const width = Math.max(...codes.map((code) => code.length));
    for (const code of codes) output.result(`${code.padEnd(width)}  ${explanationOf(code)?.title ?? ''}`);
    output.event({
      type: 'summary',
      exitStatus: EXIT.ok,
      codes: Object.fromEntries(codes.map((code) => [code, explanationOf(code)?.title])),
    });
    return EXIT.ok;
  }
  const code = wanted.toUpperCase().replaceAll('-', '_');
  const found = explanationOf(code);
  if (found === undefined) throw unknownCode(wanted, code, codes);
  const { strong } = output.resultPalette;
  output.result(
    [
      `${strong(code)} (${found.severity})`,
      '',
      wrap(sentence(found.title)),
      '',
      wrap(found.meaning),
      '',
      strong('What to do'),
      '',
      wrap(found.help),
    ].join('\n'),
  );
  output.event({ type: 'summary', exitStatus: EXIT.ok, code, ...found });
  return EXIT.ok;
}

function unknownCode(wanted: string, code: string, codes: readonly string[]): UsageError {
  const guess = nearest(code, codes);
  return new UsageError('CODE_UNKNOWN', `there is no code "${wanted}"`, {
    help: guess === undefined ? 'mailferry explain lists all codes' : `perhaps you mean ${guess}; mailferry explain lists all codes`,
  });
}

function sentence(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
