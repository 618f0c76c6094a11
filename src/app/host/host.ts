import { messageOf } from '../../base/errors/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { hostSettings } from '../../cli/index.ts';
import { nodeName, startKubelet } from '../../host/kubelet/index.ts';
import { startServices } from '../../host/services/index.ts';
import { startStreams, type Streams } from '../../host/streams/index.ts';
import { kubeletClient } from '../up/folder.ts';
import type { Part, Running } from '../up/part.ts';

export type HostSettings = ValuesOf<typeof hostSettings>;

/** Pods and services of this machine. */
export async function startHost(
  { transport, folder, log, version }: Part,
  { podAddresses, allowHostProcesses }: HostSettings,
): Promise<Running> {
  const address = '127.0.0.1';
  const now = Date.now;
  let streams: Streams | undefined;
  const kubelet = await startKubelet({
    transport,
    node: { name: nodeName(), address },
    folder: folder.path,
    podAddresses,
    program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    environment: inherited(),
    allowHostProcesses,
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
  const services = await startServices({ transport, node: address, now, log });
  return {
    stop: async () => {
      await Promise.all([services.stop(), streams?.stop(), kubelet.stop()]);
    },
  };
}

/** What every process of a pod has of this one's environment. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];
  return Object.fromEntries(
    names.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
