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

/** What a command is told first, where it is one of a few words: `add|list`. */
function verbsOf({ positionals }: Command): string[] {
  const [first = ''] = positionals.map(({ name }) => name);
  return first.includes('|') ? first.split('|') : [];
}

function renderBash(commands: readonly Command[], zsh: boolean): string {
  const cases = commands
    .map(command => {
      const verbs = verbsOf(command);
      const first = verbs.length === 0 ? '' : ` verbs="${verbs.join(' ')}"`;
      return `    ${command.name}) words="${flagsOf(command).join(' ')}"${first} ;;`;
    })
    .join('\n');
  return `${zsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}# Completion of davit. Load with: source <(davit completion ${zsh ? 'zsh' : 'bash'})
_davit() {
  local current=\${COMP_WORDS[COMP_CWORD]} words= verbs=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")); return ;;
  esac
  if [ -n "$verbs" ] && [ "$COMP_CWORD" -eq 2 ]; then
    COMPREPLY=($(compgen -W "$verbs" -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -f -- "$current"))
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
    const verbs = verbsOf(command);
    if (verbs.length > 0) {
      const none = `__fish_seen_subcommand_from ${command.name}; and not __fish_seen_subcommand_from ${verbs.join(' ')}`;
      lines.push(`complete -c davit -f -n '${none}' -a ${quote(verbs.join(' '))}`);
    }
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
