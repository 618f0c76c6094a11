import { createMetrics } from '../../base/metrics/index.ts';
import { createOutgoing } from '../../base/net/outgoing/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { loadParts, type CommandHandler, type Io } from '../../cli/index.ts';
import type { Log } from '../../base/log/index.ts';
import { passGathered, passTo, readinessOf } from '../../serve/queue/index.ts';
import { openLog } from '../logging.ts';
import { listeningPort } from '../ports.ts';
import { guardOf } from './guard.ts';
import { agentLayer, queueOf } from './layers.ts';
import { Running } from './running.ts';

/** `davit queue-proxy`: resolves when it was told to stop and has drained. */
export const queueProxy: CommandHandler = async (invocation, io) => {
  const { queueProxySettings } = await loadParts();
  const settings = readSettings(queueProxySettings, invocation.given, io.env);
  const { host = settings.podIp, readinessProbe } = settings;
  const userPort = listeningPort(settings.userPort);
  const metrics = createMetrics();
  const outgoing = createOutgoing();
  const ready = readinessOf(readinessProbe, host, userPort, listeningPort);
  return run(settings, host, io, async (running, log) => {
    const queue = queueOf(passTo(outgoing, { host, port: userPort }), settings, { log, metrics, ready });
    await running.openQueue(queue, settings, { bodies: 'streamed' }, metrics);
  });
};

/** `davit agent`: the same. */
export const agent: CommandHandler = async (invocation, io) => {
  const { agentSettings } = await loadParts();
  const settings = readSettings(agentSettings, invocation.given, io.env);
  const { host = settings.podIp, readinessProbe } = settings;
  const componentPort = listeningPort(settings.componentPort);
  const outgoing = createOutgoing();
  const ready = readinessOf(readinessProbe, host, componentPort, listeningPort);
  return run(settings, host, io, async (running, log) => {
    const next = passGathered(outgoing, { host, port: componentPort });
    const { env } = io;
    const puller = settings.enablePuller
      ? await (await import('./pulling.ts')).pullerOf(next, settings, { environment: env, own: env }, log)
      : undefined;
    const layer = agentLayer(next, settings, { log, metrics: createMetrics(), ready }, puller);
    await running.openAgent(layer, settings, { bodies: 'whole' }, io.env['DAVIT_POD_UID']);
  });
};

interface RunSettings {
  readonly guard: string | undefined;
  readonly grace: number;
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
  readonly logFormat: 'auto' | 'pretty' | 'json';
}

async function run(
  settings: RunSettings,
  host: string,
  io: Io,
  start: (running: Running, log: Log) => Promise<void>,
): Promise<number> {
  const log = openLog(settings, io.colour);
  const running = new Running(host, log, guardOf(settings.guard, log));
  return new Promise<number>((resolve, reject) => {
    shutdownOnSignals({
      stop: () => running.stop(settings.grace),
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
    start(running, log).catch(reject);
  });
}
