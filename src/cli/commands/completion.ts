import type { Command } from '../command.ts';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'Print a script that completes commands, flags and files.',
  description: 'Prints a completion script for a shell.',
  positionals: [{ name: 'SHELL', help: 'bash, zsh or fish', required: true, many: false }],
  settings: {},
  examples: [
    { line: 'source <(davit completion bash)', says: 'in this shell' },
    {
      line: 'davit completion fish > ~/.config/fish/completions/davit.fish',
      says: 'in every fish from now on',
    },
  ],
};
