import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childNumbers } from '../../base/detached/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { hostSettings } from '../../cli/index.ts';
import { nodeName, startKubelet } from '../../host/kubelet/index.ts';
import { findEngine, Groups } from '../../host/runners/index.ts';
import { startServices } from '../../host/services/index.ts';
import { startStreams, type Streams } from '../../host/streams/index.ts';
import { type Folder, kubeletClient } from '../up/folder.ts';
import type { Part, Running } from '../up/part.ts';
import { sharesAddress } from './podaddresses.ts';

export type HostSettings = ValuesOf<typeof hostSettings>;

/** Pods and services of this machine. */
export async function startHost(
  { transport, folder, log, version }: Part,
  { addresses, podAddresses, allowHostProcesses, containerEngine, memoryLimits }: HostSettings,
): Promise<Running> {
  const address = '127.0.0.1';
  const now = Date.now;
  let streams: Streams | undefined;
  const oneAddress = await sharesAddress(addresses, podAddresses, log);
  const starting = startServices({
    transport,
    node: address,
    now,
    log,
    namesPort: lastNamesPort(folder),
    oneAddress,
  });
  const namesPort = starting.then(services => services.namesPort);
  namesPort.then(
    port => folder.write(namesFile, `${port}\n`),
    () => {},
  );
  const engine = await findEngine(containerEngine, engineEnvironment());
  if (engine !== undefined)
    log.debug('containers are run by an engine', { ...engine.command, environment: undefined });
  const groups = memoryLimits === 'auto' ? Groups.open(groupName(folder.path), ownProcesses()) : undefined;
  log.debug('memory of containers is limited', { how: groups?.limits ?? 'sampled' });
  const kubelet = await startKubelet({
    transport,
    node: { name: nodeName(), address },
    folder: folder.path,
    podAddresses,
    oneAddress,
    program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    environment: inherited(),
    allowHostProcesses,
    namesPort,
    groups,
    engine: engine && { engine, use: containerEngine === 'auto' ? 'rest' : 'all' },
    warm: true,
    version,
    now,
    onError: (pod, error) => log.warning('a pod is tried again', { pod, reason: messageOf(error) }),
    serve: async pods => {
      const identity = folder.read('kubelet');
      const { certificate: authority } = folder.read('ca');
      streams = await startStreams({ pods, identity, authority, client: kubeletClient, now, log });
      return streams.port;
    },
  });
  const services = await starting;
  return {
    stop: async () => {
      await Promise.all([services.stop(), streams?.stop(), kubelet.stop()]);
    },
  };
}

/** Tells the groups of a cluster from those of others. */
function groupName(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/** This process, the `davit up` that started it, and what they have started: nobody else's may be moved into another group. */
function ownProcesses(): ReadonlySet<number> {
  const own = new Set([process.pid]);
  if (programOf(process.ppid).includes(process.argv[1] ?? '')) own.add(process.ppid);
  for (const pid of own) for (const child of childNumbers(pid)) own.add(child);
  return own;
}

function programOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Below the data directory: where the proxy for names was last, since pods that go on were told of it. */
const namesFile = 'names-port';

function lastNamesPort(folder: Folder): number | undefined {
  try {
    return Number(readFileSync(join(folder.path, namesFile), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** What the command of a container engine may need of this one's environment: where its service and its settings are. */
function engineEnvironment(): Record<string, string> {
  const named =
    /^(PATH|HOME|USER|LOGNAME|LANG|TZ|TMPDIR|XDG_.*|DBUS_SESSION_BUS_ADDRESS|REGISTRY_AUTH_FILE|SSL_CERT_.*|(CONTAINER|DOCKER|STORAGE).*|.*_proxy)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && named.test(name) ? [[name, value]] : [],
    ),
  );
}

/** What every process of a pod has of this one's environment. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'DAVIT_CACHE'];
  return Object.fromEntries(
    names.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
