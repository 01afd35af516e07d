import type { Command } from '../command.js';
import { takesValue } from '../ui/flag.js';
import { type Completed, flagsOf, wordsOf } from './completed.js';

/** A function for bash 4 and later; it needs nothing but bash. */
export function bashCompletion({ commands, codes }: Completed): string {
  const names = commands.map(({ name }) => name);
  return `# bash completions of mailferry; made by: mailferry completion bash
_mailferry() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word
  local IFS=$'\\n'
  COMPREPLY=()
  # --flag=value comes as three words
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}) command=$word; break ;; esac
  done
  case $command,$prev in
    ,*)
      COMPREPLY=($(compgen -W $'${[...names, '--help', '--version'].join('\\n')}' -- "$cur"))
      return ;;
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${commands.map((command) => `      ${command.name}) COMPREPLY=($(compgen -W $'${flagWords(command).join('\\n')}' -- "$cur")) ;;`).join('\n')}
    esac
    return
  fi
  case $command in
${commands.map((command) => `    ${command.name}) ${argumentReply(command, codes)} ;;`).join('\n')}
  esac
}
complete -F _mailferry mailferry
`;
}

const FILES = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))';

function valueCases(command: Command): string[] {
  return flagsOf(command)
    .filter(takesValue)
    .map((flag) => {
      const reply =
        flag.choices === undefined
          ? flag.completes === undefined
            ? ':'
            : FILES
          : `COMPREPLY=($(compgen -W $'${flag.choices.join('\\n')}' -- "$cur"))`;
      return `    ${command.name},--${flag.name})\n      ${reply}\n      return ;;`;
    });
}

function flagWords(command: Command): string[] {
  return flagsOf(command).flatMap((flag) => (flag.short === undefined ? [`--${flag.name}`] : [`--${flag.name}`, `-${flag.short}`]));
}

function argumentReply(command: Command, codes: readonly string[]): string {
  const words = wordsOf(command, codes);
  return words === undefined ? FILES : `COMPREPLY=($(compgen -W $'${words.join('\\n')}' -- "$cur"))`;
}
