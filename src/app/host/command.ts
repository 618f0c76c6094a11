import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, loadParts } from '../../cli/index.ts';
import { runPart } from '../up/part.ts';
import { startHost } from './host.ts';

/** `davit host`: resolves when it was told to stop and has stopped. */
export const host: CommandHandler = async (invocation, io) => {
  const { hostSettings } = await loadParts();
  const settings = readSettings(hostSettings, invocation.given, io.env);
  return runPart('host', settings, io, part => startHost(part, settings));
};
