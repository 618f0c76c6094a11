import { commands } from '../commands/index.ts';
import { renderCompletion, shells } from '../completion.ts';
import { cliErrors } from '../errors.ts';
import type { CommandHandler } from '../program.ts';

export const completion: CommandHandler = ({ positionals }, io) => {
  const shell = shells.find(name => name === positionals[0]);
  if (shell === undefined) {
    throw cliErrors.make.usage(
      `found the shell "${positionals[0] ?? ''}", expected one of ${shells.join(', ')}`,
    );
  }
  io.out(renderCompletion(shell, commands));
  return Promise.resolve(0);
};
