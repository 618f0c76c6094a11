import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { probePort } from '../../base/net/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, type Io, upSettings } from '../../cli/index.ts';
import { Child, endPods } from './children.ts';
import { LocalCluster, type UpSettings } from './cluster.ts';
import { checkDoor, gatewayHostOf, gatewayUrlOf, gatewayWords, prepareDoor } from './door.ts';
import { Folder } from './folder.ts';
import { firstPasswordFile, firstUser } from './identity/first.ts';
import { openLog } from '../logging.ts';

/** `davit up`: resolves when the cluster was told to stop and has stopped; at once where another process runs it. */
export const up: CommandHandler = async (invocation, io) => {
  const settings = readSettings(upSettings, invocation.given, io.env);
  const log = openLog(settings, io.colour);
  const folder = new Folder(settings.dataDir, Date.now);
  const known = folder.running();
  if (known !== undefined) {
    const { joinRunning } = await import('./joining.ts');
    return joinRunning(known, { settings, given: invocation.given, folder, io });
  }
  const cluster = new LocalCluster(folder, settings, log, io.version);
  const children: Child[] = [];
  let stopping = false;
  return new Promise<number>((resolve, reject) => {
    // What a stop breaks off has not failed: the stop tells how it ended.
    const failed = (error: unknown): void => (stopping ? undefined : reject(error));
    shutdownOnSignals({
      stop: signal => {
        stopping = true;
        return stop(cluster, children, folder, settings, signal, log);
      },
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
    gatewayPortOf(settings)
      .then(port => {
        if (!settings.apiOnly) children.push(...childrenOf(settings, port, folder, log));
        return start(settings, cluster, port, children, folder, log);
      })
      .then(() => welcome(cluster, folder, io))
      .then(() => deploy(settings, folder, io), failed);
  });
};

/**
 * The port of the gateway, chosen here when the system is to: tokens name it. One that somebody has is told before anything is
 * started.
 */
async function gatewayPortOf(settings: UpSettings): Promise<number> {
  checkDoor(settings);
  const { apiOnly, gatewayPort: port } = settings;
  return apiOnly ? port : probePort({ host: gatewayHostOf(settings), port });
}

/** The password of the first user is told once. */
async function welcome({ identity }: LocalCluster, { path }: Folder, io: Io): Promise<void> {
  const password = await identity?.firstPassword;
  if (password === undefined) return;
  io.out(`Log in as ${firstUser} with the password ${password}\n`);
  io.out(`It stands in ${firstPasswordFile(path)} until davit user passwd ${firstUser} changes it.\n`);
}

/** What goes wrong with a file is told; the cluster stays up. */
async function deploy(settings: UpSettings, { kubeconfig }: Folder, io: Io): Promise<void> {
  if (settings.files.length === 0) return;
  try {
    const { deployFiles } = await import('./deploying.ts');
    await deployFiles({ ...settings, stays: true }, kubeconfig, io);
  } catch (error) {
    io.err(`davit: ${messageOf(error)}\n`);
  }
}

async function start(
  settings: UpSettings,
  cluster: LocalCluster,
  gatewayPort: number,
  children: readonly Child[],
  folder: Folder,
  log: Log,
): Promise<void> {
  log.info('starting', { data_dir: folder.path });
  for (const child of children) child.start();
  const server = await cluster.start(gatewayPort);
  const { dexConfig, oidcIssuer, tlsGenerate, apiOnly } = settings;
  folder.claim({
    server,
    gateway: apiOnly ? undefined : gatewayUrlOf(settings, gatewayPort),
    since: new Date().toISOString(),
    showing: { dexConfig, oidcIssuer, tlsGenerate },
  });
  log.info('the Kubernetes API is up', { server, kubeconfig: folder.kubeconfig });
  prepareDoor(settings, folder);
  for (const child of children) child.begin();
  await cluster.control();
  if (children.length === 0) log.info('pods stay Pending: --api-only runs none');
}

/** The processes beside the API: each reaches it as a client of its own. */
function childrenOf(settings: UpSettings, gatewayPort: number, folder: Folder, log: Log): Child[] {
  const { logLevel, logFormat, addresses, podAddresses, allowHostProcesses, containerEngine, memoryLimits } =
    settings;
  const shared = ['--data-dir', folder.path, '--log-level', logLevel, '--log-format', logFormat];
  const hostWords = [
    '--addresses',
    addresses,
    '--pod-addresses',
    podAddresses,
    '--container-engine',
    containerEngine,
    '--memory-limits',
    memoryLimits,
    ...(allowHostProcesses ? ['--allow-host-processes'] : []),
  ];
  const rows = [
    { name: 'host', words: hostWords },
    { name: 'gateway', words: gatewayWords(settings, gatewayPort, folder) },
  ];
  return rows.map(({ name, words }) => {
    const all = [name, '--kubeconfig', folder.kubeconfigOf(name), ...shared, ...words];
    return new Child({ name, words: all, log });
  });
}

async function stop(
  cluster: LocalCluster,
  children: readonly Child[],
  folder: Folder,
  { grace }: UpSettings,
  signal: string,
  log: Log,
): Promise<void> {
  log.info('stopping: running requests finish, a second signal ends at once', { signal });
  try {
    await Promise.all(children.map(child => child.stop(grace)));
    if (children.length > 0) await endPods(folder.path, grace);
    await cluster.stop();
    log.info('stopped');
  } catch (error) {
    log.error('stopping failed', { reason: messageOf(error) });
    throw error;
  }
}
