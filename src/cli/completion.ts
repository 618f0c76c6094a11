import type { Setting } from '../base/settings/index.ts';
import type { Command } from './command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const renderers: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

/** A script that completes commands, flags and file names in `shell`. */
export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  return renderers[shell](commands);
}

function flagsOf(command: Command): string[] {
  return [...Object.values(command.settings).map(row => `--${row.flags[0]}`), '--help'];
}

/** What a command is told first, where it is one of a few words: `add|list`. */
function verbsOf({ positionals }: Command): string[] {
  const [first = ''] = positionals.map(({ name }) => name);
  return first.includes('|') ? first.split('|') : [];
}

function renderBash(commands: readonly Command[]): string {
  const cases = commands
    .map(command => {
      const verbs = verbsOf(command);
      const first = verbs.length === 0 ? '' : ` verbs="${verbs.join(' ')}"`;
      return `    ${command.name}) words="${flagsOf(command).join(' ')}"${first} ;;`;
    })
    .join('\n');
  return `# Completion of davit. Load with: source <(davit completion bash)
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
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _davit davit
`;
}

/** A word of zsh, whatever is in it. */
function zshWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What `_arguments` of zsh is told of a flag. */
function zshFlag({ kind, flags, help, placeholder }: Setting<unknown>): string {
  const told = `[${help.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`;
  if (kind === 'switch') return zshWord(`--${flags[0]}${told}`);
  const value = `${placeholder.replaceAll(':', String.raw`\:`)}:_files`;
  return zshWord(`${kind === 'list' ? '*' : ''}--${flags[0]}=${told}:${value}`);
}

function renderZsh(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    ${zshWord(`${name}:${summary}`)}`);
  const cases = commands.map(command => {
    const verbs = verbsOf(command);
    const words = [
      ...Object.values(command.settings).map(zshFlag),
      zshWord('--help[Show this.]'),
      ...(verbs.length === 0 ? [] : [zshWord(`1:what to do:(${verbs.join(' ')})`)]),
      zshWord('*:file:_files'),
    ];
    return `    ${command.name})\n      _arguments ${words.join(' \\\n        ')} ;;`;
  });
  return `#compdef davit
# Completion of davit. Load with: source <(davit completion zsh)
_davit() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    if [[ $PREFIX == -* ]]; then
      compadd -- --help --version
    else
      _describe -t commands command commands
    fi
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
    *) _files ;;
  esac
}
if [ "$funcstack[1]" = _davit ]; then
  _davit "$@"
else
  if ! (( $+functions[compdef] )); then
    autoload -Uz compinit && compinit
  fi
  compdef _davit davit
fi
`;
}

function renderFish(commands: readonly Command[]): string {
  const quote = (text: string): string =>
    `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  const lines = [
    '# Completion of davit. Load with: davit completion fish | source',
    'complete -c davit -f -n __fish_use_subcommand',
    "complete -c davit -n __fish_use_subcommand -l version -d 'Print the version.'",
    "complete -c davit -l help -d 'Show what a command is and takes.'",
  ];
  for (const command of commands) {
    lines.push(`complete -c davit -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`);
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    const verbs = verbsOf(command);
    if (verbs.length > 0) {
      const none = `${seen}; and not __fish_seen_subcommand_from ${verbs.join(' ')}`;
      lines.push(`complete -c davit -f -n '${none}' -a ${quote(verbs.join(' '))}`);
    }
    for (const row of Object.values(command.settings)) {
      const takes = row.kind === 'switch' ? '' : ' -r';
      lines.push(`complete -c davit -n '${seen}' -l ${row.flags[0]}${takes} -d ${quote(row.help)}`);
    }
    lines.push(`complete -c davit -n '${seen}' -F`);
  }
  return `${lines.join('\n')}\n`;
}
