import type { Command } from '../command.js';
import { type Flag, takesValue } from '../ui/flag.js';
import { type Completed, flagsOf, wordsOf } from './completed.js';

/** Completions for fish 3 and later. */
export function fishCompletion({ commands, codes }: Completed): string {
  const first = commands.map(({ name, summary }) => `complete -c mailferry -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`);
  const rest = commands.flatMap((command) => [argumentLine(command, codes), ...flagsOf(command).map((flag) => flagLine(command, flag))]);
  return ['# fish completions of mailferry; made by: mailferry completion fish', 'complete -c mailferry -f', ...first, ...rest, ''].join(
    '\n',
  );
}

function within(command: Command): string {
  return `complete -c mailferry -n '__fish_seen_subcommand_from ${command.name}'`;
}

function argumentLine(command: Command, codes: readonly string[]): string {
  const words = wordsOf(command, codes);
  return words === undefined ? `${within(command)} -F` : `${within(command)} -f -a ${quote(words.join(' '))}`;
}

function flagLine(command: Command, flag: Flag): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
  const files = flag.completes === undefined ? 'x' : 'rF';
  const value = takesValue(flag) ? ` -${files}${flag.choices === undefined ? '' : ` -a ${quote(flag.choices.join(' '))}`}` : '';
  return `${within(command)}${short} -l ${flag.name}${value} -d ${quote(flag.help)}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
