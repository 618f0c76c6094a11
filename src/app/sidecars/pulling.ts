import { steadyNow } from '../../base/clock/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { Handler } from '../../base/net/index.ts';
import { modelServer, Puller } from '../../serve/queue/index.ts';
import { boundsIn, destinationAt } from '../storage/destination.ts';
import { fetchInto } from '../storage/fetching.ts';
import { placesIn } from '../storage/places.ts';
import type { AgentSettings } from './told.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whose environment says what. */
export interface Pulling {
  /** Of the agent: credentials, endpoints, and where models may go. */
  readonly environment: Environment;
  /** Of the process: where what is fetched is kept. */
  readonly own: Environment;
}

/** What gives the server behind `next` its models. @throws `storage-destination` for a folder that the pod may not write to */
export async function pullerOf(
  next: Handler,
  { configDir, modelDir }: AgentSettings,
  { environment, own }: Pulling,
  log: Log,
): Promise<Puller> {
  // What goes is removed there, too.
  await (await destinationAt(modelDir, boundsIn(environment)?.destinations)).close();
  const tell = (text: string): void => log.info('fetching', { progress: text });
  return new Puller({
    configFolder: configDir,
    modelFolder: modelDir,
    fetch: (uri, folder, signal) => fetchInto(uri, folder, { ...placesIn(own), environment, tell, signal }),
    server: modelServer(next),
    log,
    now: steadyNow,
  });
}
