import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { type Io, readKubeconfig } from '../../cli/index.ts';
import { HttpTransport } from '../../cluster/client/index.ts';
import { Folder } from './folder.ts';
import { listenToStarter } from './starter.ts';
import { openLog } from '../logging.ts';

/** What a process of the platform works with. */
export interface Part {
  readonly transport: HttpTransport;
  readonly folder: Folder;
  readonly log: Log;
  readonly version: string;
}

export interface Running {
  stop(): Promise<void>;
}

interface PartSettings {
  readonly dataDir: string;
  readonly kubeconfig: string | undefined;
  readonly tied: boolean;
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
  readonly logFormat: 'auto' | 'pretty' | 'json';
}

/**
 * Milliseconds in which a process ends whose starter has gone: the next one is started meanwhile, and two that do the same would
 * undo what the other does. What runs in pods goes on.
 */
const farewell = 1000;

/** Runs a process that learns everything from the API, until a signal, or until whoever started it has gone. */
export async function runPart(
  name: string,
  settings: PartSettings,
  io: Io,
  start: (part: Part) => Promise<Running>,
  agent = `davit-${name}`,
): Promise<number> {
  const log = openLog(settings, io.colour);
  const folder = new Folder(settings.dataDir, Date.now);
  const starter = settings.tied ? listenToStarter() : undefined;
  if (starter !== undefined && !(await starter.mayBegin)) return 1;
  const { server, ca, certificate, key, token } = await readKubeconfig(
    settings.kubeconfig ?? folder.kubeconfig,
  );
  const userAgent = `${agent}/${io.version}`;
  const transport = new HttpTransport({ server, ca, certificate, key, token, userAgent });
  let running: Running | undefined;
  return new Promise<number>((resolve, reject) => {
    const stop = async (reason: string): Promise<void> => {
      log.debug('stopping', { part: name, reason });
      await running?.stop();
      transport.close();
    };
    const exit = (code: number): void => {
      resolve(code);
      process.exit(code);
    };
    shutdownOnSignals({ stop, exit });
    void starter?.gone.then(() => {
      setTimeout(() => exit(1), farewell).unref();
      void stop('whoever started it has gone').finally(() => exit(0));
    });
    process.on('uncaughtException', error => {
      log.error('ending: a defect that nothing handled', {
        part: name,
        reason: messageOf(error),
        stack: error.stack,
      });
      process.exit(1);
    });
    start({ transport, folder, log, version: io.version }).then(started => {
      running = started;
      log.debug('running', { part: name });
    }, reject);
  });
}
