import type { CommandHandler } from '../../cli/index.ts';
import { fetchPairs, pairsOf } from './fetching.ts';

/** `davit storage-initializer`: what KServe's container of that name does. */
export const storageInitializer: CommandHandler = async ({ positionals }, io) => {
  const stopped = new AbortController();
  process.once('SIGTERM', () => stopped.abort());
  return fetchPairs(pairsOf(positionals), io.env, text => io.err(`${text}\n`), stopped.signal);
};
