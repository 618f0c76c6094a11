import { join } from 'node:path';
import {
  type Attempt,
  type ContainerRequest,
  folderLabel,
  type Image,
  type Runner,
} from '../runners/index.ts';
import { environmentOf, expanded } from './environment.ts';
import { valueOf } from './fields.ts';
import { engineMounts } from './mounting.ts';
import { restrictions } from './restrictions.ts';
import type { HostedContainer } from './shapes.ts';
import type { Setting } from './starting.ts';

/** What a container of an engine is started with beside its setting. */
export interface Containment {
  readonly image: Image;
  /** Data directory of the cluster: what it has made below it, everybody in a container may write to. */
  readonly home: string;
  /** Whether containers may have folders of this machine. */
  readonly allowHostPaths: boolean;
  /** Bytes; none without a limit. */
  readonly memory: number | undefined;
  readonly names: Readonly<Record<string, string>>;
}

/** Starts a container of an engine, on the network of this machine. @throws ConfigError, MountError, `container-not-startable` */
export async function startContained(
  runner: Runner,
  container: HostedContainer,
  number: number,
  setting: Setting,
  containment: Containment,
): Promise<Attempt> {
  const { pod, where, sources, places, records, onUnlimited } = setting;
  const { image, home, allowHostPaths, memory, names } = containment;
  const record = join(records, String(number));
  const environment = { ...names, ...(await environmentOf(pod, container, where, sources)) };
  const volumes = engineMounts(pod, container, places, environment, { home, allowHostPaths });
  const { terminationMessagePath = '/dev/termination-log', stdin = false, tty = false } = container;
  const messages = { at: terminationMessagePath, source: join(record, 'termination') };
  const request: ContainerRequest = {
    ...restrictions(pod, container, image),
    image: container.image ?? '',
    command: (container.command ?? []).map(text => expanded(text, environment)),
    args: (container.args ?? []).map(text => expanded(text, environment)),
    environment,
    mounts: [...volumes, messages],
    folder: container.workingDir === '' ? undefined : container.workingDir,
    memory,
    cpus: valueOf(container.resources?.limits?.['cpu'] ?? '0') || undefined,
    input: stdin,
    terminal: tty,
  };
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return runner.start({
    record,
    number,
    image: request.image,
    start: {
      engine: {
        request,
        image,
        title: `${name}.${namespace}.${container.name}`,
        labels: {
          [folderLabel]: home,
          'io.kubernetes.pod.name': name,
          'io.kubernetes.pod.namespace': namespace,
          'io.kubernetes.pod.uid': uid,
          'io.kubernetes.container.name': container.name,
        },
      },
    },
    onUnlimited,
    folder: '/',
    environment: {},
    mounts: [],
    memory,
    resources: container.resources ?? {},
    input: stdin,
    terminal: tty,
  });
}
