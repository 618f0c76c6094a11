import { mkdir } from 'node:fs/promises';
import { messageOf } from '../../base/errors/index.ts';
import type { CommandHandler } from '../../cli/index.ts';
import { fetchModel, withoutSecrets } from '../../model/storage/index.ts';
import { appErrors } from '../errors.ts';

/** `davit storage-initializer`: what KServe's container of that name does. */
export const storageInitializer: CommandHandler = async ({ positionals }, io) => {
  const stopped = new AbortController();
  process.once('SIGTERM', () => stopped.abort());
  const tell = (text: string): void => io.err(`${text}\n`);
  if (positionals.length === 0 || positionals.length % 2 === 1) {
    const found = `found ${positionals.length} words`;
    throw appErrors.make['storage-pairs'](`${found}, expected pairs of SOURCE and DESTINATION`);
  }
  for (let at = 0; at < positionals.length; at += 2) {
    const [source = '', destination = ''] = positionals.slice(at, at + 2);
    const shown = withoutSecrets(source);
    tell(`Fetching ${shown} into ${destination}`);
    try {
      await mkdir(destination, { recursive: true });
      await fetchModel(source, destination, { environment: io.env, tell, signal: stopped.signal });
    } catch (error) {
      const why = messageOf(error);
      tell(why.includes(shown) ? why : `Failed to fetch ${shown}: ${why}`);
      return 1;
    }
  }
  return 0;
};
