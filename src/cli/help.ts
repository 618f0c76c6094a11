import type { Setting } from '../base/settings/index.ts';
import type { Command } from './command.ts';

const width = 100;

export function renderOverview(commands: readonly Command[], version: string): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `Davit ${version}: serves model files without Python and without running what is in them.

Usage: davit <command> [flags]

Commands:
${renderRows(rows)}
Try: davit serve iris-model.joblib
     davit <command> --help
`;
}

export function renderHelp(command: Command): string {
  const words = command.positionals.map(({ name, required, many }) => {
    const shown = many ? `${name}…` : name;
    return required ? shown : `[${shown}]`;
  });
  const sections = [
    `Usage: ${['davit', command.name, ...words, '[flags]'].join(' ')}\n`,
    `${wrap(command.description, 0)}\n`,
    section(
      'Arguments',
      command.positionals.map(({ name, help }) => [name, help]),
    ),
    section('Flags', flagRows(command)),
    section(
      'Taken for other servers’ start lines, without effect',
      (command.accepted ?? []).map(({ flag, why }) => [`--${flag}`, why]),
    ),
    command.examples.length === 0
      ? ''
      : `Examples:\n${command.examples.map(({ line, says }) => `  # ${says}\n  ${line}\n`).join('\n')}`,
  ];
  return sections.filter(text => text !== '').join('\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  return rows.length === 0 ? '' : `${title}:\n${renderRows(rows)}`;
}

function flagRows(command: Command): [string, string][] {
  const shorts = new Map(Object.entries(command.shorts ?? {}).map(([short, name]) => [name, short]));
  const rows = Object.entries(command.settings).map(([name, row]): [string, string] => {
    const short = shorts.get(name);
    const spelled = `${short === undefined ? '' : `-${short}, `}--${row.flags[0]}${row.kind === 'switch' ? '' : ` ${row.placeholder}`}`;
    return [spelled, describeSetting(row)];
  });
  return [...rows, ['-h, --help', 'Show this.']];
}

/** Help, other spellings, default and variable of a setting, in one paragraph. */
export function describeSetting(row: Setting<unknown>): string {
  const notes = [
    row.defaultText === '' ? '' : `default ${row.defaultText}`,
    row.env === undefined ? '' : `env ${row.env}`,
    row.flags.length > 1
      ? `also ${row.flags
          .slice(1)
          .map(flag => `--${flag}`)
          .join(', ')}`
      : '',
  ].filter(note => note !== '');
  return notes.length === 0 ? row.help : `${row.help} (${notes.join('; ')})`;
}

function renderRows(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.min(30, Math.max(...rows.map(([left]) => left.length)) + 4);
  return rows
    .map(([left, right]) => {
      const start = `  ${left}`;
      const body = wrap(right, indent);
      return start.length + 2 > indent
        ? `${start}\n${' '.repeat(indent)}${body}\n`
        : `${start.padEnd(indent)}${body}\n`;
    })
    .join('');
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width - indent) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
