import { CodedError, messageOf } from '../base/errors/index.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { cliErrors } from './errors.ts';
import { renderHelp, renderOverview } from './help.ts';
import { nearest } from './nearest.ts';
import { parseCommandLine, type Invocation } from './parse.ts';

/** What a command may touch of the world outside. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard error is a terminal that shows colours. */
  readonly colour: boolean;
  /** Standard input. */
  readonly input: () => AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Does what a command says; resolves to the exit status. */
export type CommandHandler = (invocation: Invocation, io: Io) => Promise<number>;

export type Handlers = Readonly<Record<string, () => Promise<CommandHandler>>>;

/**
 * Runs one command line. Exit status: 0 done, 1 the command failed, 2 the command line was wrong. Answers go to `out`,
 * errors to `err`.
 */
export async function runProgram(words: readonly string[], handlers: Handlers, io: Io): Promise<number> {
  try {
    return await dispatch(words, handlers, io);
  } catch (thrown) {
    const code = thrown instanceof CodedError ? thrown.code : undefined;
    const label = io.colour ? '\u001B[31mdavit:\u001B[0m' : 'davit:';
    io.err(`${label} ${messageOf(thrown)}${code === undefined || code === 'usage' ? '' : ` [${code}]`}\n`);
    if (code === undefined && thrown instanceof Error) io.err(`${thrown.stack ?? ''}\n`);
    return code === 'usage' || code === 'setting-invalid' ? 2 : 1;
  }
}

async function dispatch(words: readonly string[], handlers: Handlers, io: Io): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const topic = rest.find(word => !word.startsWith('-'));
    io.out(topic === undefined ? renderOverview(commands, io.version) : renderHelp(await findCommand(topic)));
    return first === undefined ? 2 : 0;
  }
  if (first === '--version' || first === 'version') {
    io.out(`davit ${io.version}\n`);
    return 0;
  }
  const command = await findCommand(first);
  const end = rest.indexOf('--');
  if ((end === -1 ? rest : rest.slice(0, end)).some(word => word === '--help' || word === '-h')) {
    io.out(renderHelp(command));
    return 0;
  }
  const load = handlers[command.name];
  if (load === undefined) throw new Error(`no handler for the command ${command.name}`);
  const handler = await load();
  return handler(parseCommandLine(command, rest), io);
}

async function findCommand(name: string): Promise<Command> {
  // Those that people do not type are looked at last, and loaded only then.
  const { parts } = commands.some(one => one.name === name)
    ? { parts: [] }
    : await import('./commands/parts.ts');
  const command = [...commands, ...parts].find(one => one.name === name);
  if (command !== undefined) return command;
  const guess = nearest(
    name,
    commands.map(one => one.name),
  );
  throw cliErrors.make.usage(
    `there is no command "${name}"${guess === undefined ? '' : `; did you mean "davit ${guess}"?`} (davit --help lists them)`,
  );
}
