import { messageOf } from '../../base/errors/index.ts';
import { createLog, type Log } from '../../base/log/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, upSettings } from '../../cli/index.ts';
import { LocalCluster, type UpSettings } from './cluster.ts';
import { Folder } from './folder.ts';

/** `davit up`: resolves when the cluster was told to stop and has stopped. */
export const up: CommandHandler = async (invocation, io) => {
  const settings = readSettings(upSettings, invocation.given, io.env);
  const log = openLog(settings, io.colour);
  const folder = new Folder(settings.dataDir, Date.now);
  const cluster = new LocalCluster(folder, settings, log, io.version);
  return new Promise<number>((resolve, reject) => {
    shutdownOnSignals({
      stop: signal => stop(cluster, signal, log),
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
    start(cluster, folder, log).catch(reject);
  });
};

async function start(cluster: LocalCluster, folder: Folder, log: Log): Promise<void> {
  log.info('starting', { data_dir: folder.path });
  const server = await cluster.start();
  folder.claim({ pid: process.pid, server, since: new Date().toISOString() });
  log.info('the Kubernetes API is up', { server, kubeconfig: folder.kubeconfig });
  log.info('pods stay Pending: this version schedules them nowhere yet');
}

async function stop(cluster: LocalCluster, signal: string, log: Log): Promise<void> {
  log.info('stopping: running requests finish, a second signal ends at once', { signal });
  try {
    await cluster.stop();
    log.info('stopped');
  } catch (error) {
    log.error('stopping failed', { reason: messageOf(error) });
    throw error;
  }
}

function openLog({ logLevel, logFormat }: UpSettings, colour: boolean): Log {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY);
  return createLog({
    level: logLevel,
    format: pretty ? 'pretty' : 'json',
    colour,
    now: Date.now,
    write: line => void process.stderr.write(line),
  });
}
