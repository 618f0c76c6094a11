import type { Command } from '../command.ts';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'Print a script that completes commands, flags and files.',
  description: 'Prints a completion script for a shell.',
  positionals: [{ name: 'bash|zsh|fish', help: 'which shell', required: true, many: false }],
  settings: {},
  examples: [
    { line: 'source <(davit completion bash)', says: 'in this shell' },
    {
      line: 'davit completion zsh > "${fpath[1]}/_davit"',
      says: 'in every zsh from now on, where compinit is run at its start',
    },
    {
      line: 'davit completion fish > ~/.config/fish/completions/davit.fish',
      says: 'in every fish from now on',
    },
  ],
};
