import type { Command } from './command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that completes commands, flags and file names in `shell`. */
export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  return shell === 'fish' ? renderFish(commands) : renderBash(commands, shell === 'zsh');
}

function flagsOf(command: Command): string[] {
  return [...Object.values(command.settings).map(row => `--${row.flags[0]}`), '--help'];
}

function renderBash(commands: readonly Command[], zsh: boolean): string {
  const cases = commands
    .map(command => `    ${command.name}) words="${flagsOf(command).join(' ')}" ;;`)
    .join('\n');
  return `${zsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}# Completion of davit. Load with: source <(davit completion ${zsh ? 'zsh' : 'bash'})
_davit() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _davit davit
`;
}

function renderFish(commands: readonly Command[]): string {
  const quote = (text: string): string =>
    `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  const lines = [
    '# Completion of davit. Load with: davit completion fish | source',
    'complete -c davit -f -n __fish_use_subcommand',
  ];
  for (const command of commands) {
    lines.push(`complete -c davit -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`);
    for (const row of Object.values(command.settings)) {
      const takes = row.kind === 'switch' ? '' : ' -r';
      lines.push(
        `complete -c davit -n '__fish_seen_subcommand_from ${command.name}' -l ${row.flags[0]}${takes} -d ${quote(row.help)}`,
      );
    }
    lines.push(`complete -c davit -n '__fish_seen_subcommand_from ${command.name}' -F`);
  }
  return `${lines.join('\n')}\n`;
}
