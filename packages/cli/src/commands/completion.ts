import type { Command } from '../command.js';

/** `completion bash|zsh|fish` */
export const completion: Command = {
  name: 'completion',
  usage: 'bash|zsh|fish',
  least: 1,
  most: 1,
  summary: 'print the completions for a shell',
  flags: [],
  examples: [
    ['source <(mailferry completion bash)', 'for this bash'],
    ['mailferry completion bash > /etc/bash_completion.d/mailferry', 'for every bash'],
    ['mailferry completion zsh > $fpath[1]/_mailferry', 'for zsh'],
    ['mailferry completion fish > ~/.config/fish/completions/mailferry.fish', 'for fish'],
  ],
  completes: 'shell',
  run: async (context) => (await import('../completion/print-completion.js')).printCompletion(context),
};
