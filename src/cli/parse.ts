import { parseArgs } from 'node:util';
import type { Given } from '../base/settings/index.ts';
import type { Command } from './command.ts';
import { cliErrors } from './errors.ts';
import { nearest } from './nearest.ts';

export interface Invocation {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly given: Given;
  /** Accepted flags of other servers that were given. */
  readonly accepted: readonly string[];
}

/** `--http_port` and `--http-port` are one flag. */
export function canonical(flag: string): string {
  return flag.replaceAll('_', '-');
}

interface Spelling {
  readonly setting: string | undefined;
  readonly takesValue: boolean;
}

/**
 * Reads the words after the command's name.
 * @throws usage
 */
export function parseCommandLine(command: Command, words: readonly string[]): Invocation {
  const spellings = spellingsOf(command);
  const given = new Map<string, { flag: string; text: string }[]>();
  const accepted: string[] = [];
  const positionals: string[] = [];
  for (const token of tokenize(command.rewrite?.(words) ?? words, spellings)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { flag, spelling, text } = interpret(token, spellings, command);
    if (spelling.setting === undefined) accepted.push(flag);
    else given.set(spelling.setting, [...(given.get(spelling.setting) ?? []), { flag, text }]);
  }
  checkPositionals(command, positionals);
  return { command, positionals, given, accepted };
}

function spellingsOf(command: Command): Map<string, Spelling> {
  const spellings = new Map<string, Spelling>();
  for (const [setting, row] of Object.entries(command.settings)) {
    for (const flag of row.flags)
      spellings.set(canonical(flag), { setting, takesValue: row.kind !== 'switch' });
  }
  for (const [short, setting] of Object.entries(command.shorts ?? {})) {
    spellings.set(short, { setting, takesValue: command.settings[setting]?.kind !== 'switch' });
  }
  for (const { flag, takesValue } of command.accepted ?? []) {
    spellings.set(canonical(flag), { setting: undefined, takesValue });
  }
  return spellings;
}

type Token =
  | { kind: 'option'; name: string; rawName: string; value: string | undefined }
  | { kind: 'positional'; value: string }
  | { kind: 'option-terminator' };

function tokenize(words: readonly string[], spellings: ReadonlyMap<string, Spelling>): readonly Token[] {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [flag, { takesValue }] of spellings) {
    options[flag] = {
      type: takesValue ? 'string' : 'boolean',
      ...(flag.length === 1 ? { short: flag } : {}),
    };
  }
  const terminator = words.indexOf('--');
  const end = terminator === -1 ? words.length : terminator;
  const { tokens } = parseArgs({
    args: words.map((word, at) =>
      at < end && word.startsWith('--') ? word.replace(/^--[^=]*/, canonical) : word,
    ),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

function interpret(
  { name, rawName, value }: { name: string; rawName: string; value: string | undefined },
  spellings: ReadonlyMap<string, Spelling>,
  command: Command,
): { flag: string; spelling: Spelling; text: string } {
  const spelling = spellings.get(name);
  if (spelling !== undefined) {
    if (spelling.takesValue && value === undefined) throw cliErrors.make.usage(`${rawName} needs a value`);
    // `-o=yaml` is `-o yaml`, as kubectl has it.
    const text = rawName.startsWith('--') ? value : value?.replace(/^=/, '');
    return { flag: name, spelling, text: text ?? 'true' };
  }
  const positive = name.startsWith('no-') ? spellings.get(name.slice(3)) : undefined;
  if (positive !== undefined && !positive.takesValue && value === undefined) {
    return { flag: name, spelling: positive, text: 'false' };
  }
  const guess = nearest(name, [...spellings.keys()]);
  throw cliErrors.make.usage(
    `davit ${command.name} has no flag ${rawName}${guess === undefined ? '' : `; did you mean --${guess}?`}`,
  );
}

function checkPositionals(command: Command, found: readonly string[]): void {
  const most = command.positionals.some(one => one.many)
    ? Number.POSITIVE_INFINITY
    : command.positionals.length;
  if (found.length > most) {
    throw cliErrors.make.usage(
      `davit ${command.name} takes ${most} argument${most === 1 ? '' : 's'}, found "${found[most] ?? ''}" more`,
    );
  }
  const missing = command.positionals.filter(one => one.required)[found.length];
  if (missing !== undefined)
    throw cliErrors.make.usage(`davit ${command.name} needs ${missing.name}: ${missing.help}`);
}
