import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { serveSettings, type CommandHandler, type Invocation, type Io } from '../../cli/index.ts';
import { Beside } from './beside.ts';
import { Crew } from './crew.ts';
import { openLog } from '../logging.ts';
import { modelsOf, type NamedPath } from './models.ts';
import type { ServeSettings } from './settings.ts';
import { endsUnserved } from './unserved.ts';

/** `davit serve`: resolves when the server was told to stop and has drained. */
export const serve: CommandHandler = async (invocation, io) => {
  const settings = readSettings(serveSettings, invocation.given, io.env);
  const models = modelsOf(invocation.positionals, settings);
  const log = openLog(settings, io.colour);
  const beside = new Beside(io.env['DAVIT_SIDECARS']);
  tellAccepted(invocation, log);
  logDefects(log);
  return new Promise<number>((resolve, reject) => {
    const crew = new Crew(settings, { version: io.version, colour: io.colour }, log, reject);
    shutdownOnSignals({
      stop: signal => stop(crew, signal, settings, log, beside),
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
    bring(models, io, log)
      .then(here => start(crew, here, settings, log, beside))
      .then(async url => {
        if (endsUnserved(io.env['DAVIT_TERMINATION_LOG'], crew.notReady())) {
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

/** What is named by a path is there already, and nothing more is loaded for it. */
async function bring(models: readonly NamedPath[], { env }: Io, log: Log): Promise<readonly NamedPath[]> {
  if (!models.some(({ path }) => path.includes('://'))) return models;
  const { broughtHere } = await import('./remote.ts');
  return broughtHere(models, env, log);
}

async function start(
  crew: Crew,
  models: readonly NamedPath[],
  settings: ServeSettings,
  log: Log,
  beside: Beside,
): Promise<string> {
  for (const { name, path } of models) await crew.repository.add(name, path);
  const [port] = await Promise.all([crew.listen(), beside.start(crew, settings, log), loadAll(crew, models)]);
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const url = `http://${host}:${port}`;
  const missing = crew.notReady();
  if (missing.length === 0) log.info('serving', { url, workers: settings.workers });
  else log.error('serving, but not ready', { url, models: missing.map(({ name }) => name).join(', ') });
  return url;
}

/** A model that cannot be served was logged with its reason; the others are served all the same. */
async function loadAll({ repository }: Crew, models: readonly NamedPath[]): Promise<void> {
  await Promise.allSettled(models.map(({ name }) => repository.load(name)));
}

async function stop(
  crew: Crew,
  signal: string,
  { grace, linger }: ServeSettings,
  log: Log,
  beside: Beside,
): Promise<void> {
  log.info('stopping: running requests finish, a second signal ends at once', { signal, grace_ms: grace });
  try {
    // Connections that are closed at once are lost requests of those who had just begun one.
    await new Promise(resolve => setTimeout(resolve, linger));
    await beside.stop(grace);
    await crew.drain();
    log.info('stopped');
  } catch (error) {
    log.error('stopping failed', { reason: messageOf(error) });
    throw error;
  }
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
