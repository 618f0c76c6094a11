import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, hostSettings } from '../../cli/index.ts';
import { runPart } from '../up/part.ts';
import { startHost } from './host.ts';

/** `davit host`: resolves when it was told to stop and has stopped. */
export const host: CommandHandler = async (invocation, io) => {
  const settings = readSettings(hostSettings, invocation.given, io.env);
  return runPart('host', settings, io, part => startHost(part, settings));
};
