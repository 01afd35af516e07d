import type { Command } from '../command.js';
import { type Flag, takesValue } from '../ui/flag.js';
import { type Completed, flagsOf, wordsOf } from './completed.js';

/** A completion function for zsh; works from a file in fpath and by eval alike. */
export function zshCompletion({ commands, codes }: Completed): string {
  return `#compdef mailferry
# zsh completions of mailferry; made by: mailferry completion zsh
_mailferry() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'mailferry command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map((command) => commandCase(command, codes)).join('\n')}
  esac
}
if [ "$funcstack[1]" = _mailferry ]; then
  _mailferry "$@"
else
  compdef _mailferry mailferry
fi
`;
}

function commandCase(command: Command, codes: readonly string[]): string {
  const words = wordsOf(command, codes);
  const rest = words === undefined ? "'*:file:_files'" : quote(`*:argument:(${words.join(' ')})`);
  const specs = [...flagsOf(command).flatMap(flagSpecs), rest];
  return `    ${command.name})\n      _arguments -s \\\n        ${specs.join(' \\\n        ')} ;;`;
}

function flagSpecs(flag: Flag): string[] {
  const help = `[${flag.help.replace(/[[\]\\]/g, '\\$&')}]`;
  // With "=", zsh takes the value in the same word or in the next.
  const [long, value] = takesValue(flag) ? [`--${flag.name}=`, valueSpec(flag)] : [`--${flag.name}`, ''];
  const many = flag.kind === 'list' || flag.kind === 'count' ? '*' : '';
  const names = flag.short === undefined ? [long] : [`-${flag.short}`, long];
  return names.map((name) => quote(`${many}${name}${help}${value}`));
}

function valueSpec(flag: Flag): string {
  if (flag.choices !== undefined) return `:${flag.name}:(${flag.choices.join(' ')})`;
  return `:${flag.name}:${flag.completes === undefined ? ' ' : '_files'}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
