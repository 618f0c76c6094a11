import { join } from 'node:path';
import {
  type Attempt,
  type ContainerRequest,
  folderLabel,
  type Image,
  type Runner,
} from '../runners/index.ts';
import { ConfigError, environmentOf, expanded } from './environment.ts';
import { valueOf } from './fields.ts';
import { engineMounts } from './mounting.ts';
import type { HostedContainer, HostedPod, SecurityContext } from './shapes.ts';
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
  const { pod, where, sources, places, records } = setting;
  const { image, home, allowHostPaths, memory, names } = containment;
  const record = join(records, String(number));
  const environment = { ...names, ...(await environmentOf(pod, container, where, sources)) };
  const volumes = engineMounts(pod, container, places, environment, { home, allowHostPaths });
  const { terminationMessagePath = '/dev/termination-log', stdin = false, tty = false } = container;
  const messages = { at: terminationMessagePath, source: join(record, 'termination') };
  const request: ContainerRequest = {
    ...restrictions(pod, container),
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
    folder: '/',
    environment: {},
    mounts: [],
    memory,
    input: stdin,
    terminal: tty,
  });
}

/** What a container may not, and who it is, by its pod and itself. @throws ConfigError for what is not done */
function restrictions(
  { spec }: HostedPod,
  { securityContext }: HostedContainer,
): Pick<ContainerRequest, 'user' | 'groups' | 'readOnlyRoot' | 'noNewPrivileges' | 'dropped'> {
  const own: SecurityContext = { ...spec.securityContext, ...securityContext };
  const { runAsUser, runAsGroup, capabilities } = own;
  if (own.privileged === true) throw new ConfigError('privileged containers are not run: expected false');
  if ((capabilities?.add ?? []).length > 0) {
    throw new ConfigError('securityContext.capabilities.add is not done: found capabilities, expected none');
  }
  const user = runAsUser === undefined ? undefined : String(runAsUser);
  const whole = runAsGroup === undefined ? user : `${user ?? ''}:${runAsGroup}`;
  const { fsGroup, supplementalGroups = [] } = spec.securityContext ?? {};
  return {
    user: whole,
    groups: [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])],
    readOnlyRoot: own.readOnlyRootFilesystem === true,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    dropped: capabilities?.drop ?? [],
  };
}
