import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { serveSettings, type CommandHandler, type Invocation, type Io } from '../../cli/index.ts';
import type { ModelNotice } from '../../serve/index.ts';
import { openLog } from '../logging.ts';
import { modelsOf, type NamedPath } from './models.ts';
import { Server } from './server.ts';

/** `davit serve`: resolves when the server was told to stop and has drained. */
export const serve: CommandHandler = async (invocation, io) => {
  const settings = readSettings(serveSettings, invocation.given, io.env);
  const models = modelsOf(invocation.positionals, settings);
  const log = openLog(settings, io.colour);
  tellAccepted(invocation, log);
  logDefects(log);
  return new Promise<number>((resolve, reject) => {
    const { version, colour, env } = io;
    const sidecars = env['DAVIT_SIDECARS'];
    const server = new Server({ settings, version, colour, log, sidecars, onLost: reject });
    shutdownOnSignals({
      stop: signal => server.stop(signal),
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
    bring(models, settings, io, log)
      .then(here => server.start(here))
      .then(async url => {
        const missing = server.notReady();
        if (missing.length > 0 && (await endsUnserved(env['DAVIT_TERMINATION_LOG'], missing))) {
          resolve(1);
          process.exit(1);
        }
        if (settings.try !== undefined) {
          const { tryRequest } = await import('./try.ts');
          await tryRequest(url, settings.try, models, io);
        }
      })
      .catch(reject);
  });
};

/** Whether a server in a pod ends for models that cannot be served. */
async function endsUnserved(file: string | undefined, missing: readonly ModelNotice[]): Promise<boolean> {
  return (await import('./unserved.ts')).endsUnserved(file, missing);
}

/** What is named by a path is there already, and nothing more is loaded for it. */
async function bring(
  models: readonly NamedPath[],
  settings: ValuesOf<typeof serveSettings>,
  { env }: Io,
  log: Log,
): Promise<readonly NamedPath[]> {
  if (!models.some(({ path }) => path.includes('://'))) return models;
  const { broughtHere } = await import('./remote.ts');
  return broughtHere(models, settings, env, log);
}

function tellAccepted({ accepted, given, command }: Invocation, log: Log): void {
  for (const flag of accepted) {
    const why = command.accepted?.find(row => row.flag.replaceAll('_', '-') === flag)?.why ?? '';
    log.info(`--${flag} has no effect: ${why}`);
  }
  if (given.has('grpcPort')) log.info('--grpc-port has no effect: gRPC is not served yet');
}

/** What nobody caught is a defect after which nothing can be relied on: it is told where people look, and ends the server. */
function logDefects(log: Log): void {
  process.on('uncaughtException', error => {
    log.error('ending: a defect that nothing handled', { reason: messageOf(error), stack: error.stack });
    process.exit(1);
  });
}
