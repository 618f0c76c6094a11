import { describeEnvironment, type FieldValues } from './environment.ts';
import { probeText } from './probes.ts';
import type { Container, ContainerState, ContainerStatus, Port, Resources, SeccompHolder } from './shapes.ts';
import { inOrder, orNone, timeText } from './words.ts';
import type { Description } from './writer.ts';

/** What is known of containers that run, or of none in a template, which `space` indents. */
export interface Running {
  readonly statuses?: readonly ContainerStatus[] | undefined;
  /** Fields of the pod that variables refer to. */
  readonly values?: FieldValues;
  readonly space?: string;
}

export function describeContainers(
  out: Description,
  title: string,
  containers: readonly Container[],
  { statuses = [], values, space = '' }: Running,
): void {
  out.line(0, `${space}${title}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.findLast(({ name }) => name === container.name);
    out.line(1, `${space === '' ? '' : ' '}${container.name}:`);
    describeImage(out, container, status);
    describeSeccomp(out, 2, container.securityContext);
    describeWords(out, 'Command:', container.command);
    describeWords(out, 'Args:', container.args);
    if (status !== undefined) describeStatus(out, status);
    describeResources(out, 2, container.resources);
    describeProbes(out, container);
    describeEnvironment(out, container, values);
    describeMounts(out, container);
  }
}

function describeImage(
  out: Description,
  { image = '', ports = [] }: Container,
  status: ContainerStatus | undefined,
): void {
  if (status !== undefined) out.line(2, 'Container ID:', status.containerID ?? '');
  out.line(2, 'Image:', image);
  if (status !== undefined) out.line(2, 'Image ID:', status.imageID ?? '');
  describePorts(out, 'Port', ports, port => port.containerPort);
  describePorts(out, 'Host Port', ports, port => port.hostPort ?? 0);
}

function describePorts(
  out: Description,
  title: string,
  ports: readonly Port[],
  numberOf: (port: Port) => number,
): void {
  const texts = ports.map(port => {
    const { protocol = '', name = '' } = port;
    return `${numberOf(port)}/${protocol}${name === '' ? '' : ` (${name})`}`;
  });
  out.line(2, `${title}${texts.length > 1 ? 's' : ''}:`, orNone(texts.join(', ')));
}

/** The profile of system calls, of a pod or of a container. */
export function describeSeccomp(out: Description, level: number, context: SeccompHolder | undefined): void {
  const profile = context?.seccompProfile;
  if (profile === undefined) return;
  out.line(level, 'SeccompProfile:', profile.type);
  const below = level === 0 ? 0 : level + 1;
  if (profile.type === 'Localhost') out.line(below, 'LocalhostProfile:', profile.localhostProfile ?? '');
}

function describeWords(out: Description, title: string, words: readonly string[] = []): void {
  if (words.length === 0) return;
  out.line(2, title);
  for (const word of words) for (const part of word.split('\n')) out.line(3, part);
}

function describeStatus(out: Description, status: ContainerStatus): void {
  describeState(out, 'State:', status.state ?? {});
  if (status.lastState?.terminated !== undefined) describeState(out, 'Last State:', status.lastState);
  out.line(2, 'Ready:', status.ready ? 'True' : 'False');
  out.line(2, 'Restart Count:', `${status.restartCount}`);
}

function describeState(out: Description, title: string, state: ContainerState): void {
  const { running, waiting, terminated } = state;
  if (running !== undefined) {
    out.line(2, title, 'Running');
    out.line(3, 'Started:', timeText(running.startedAt));
  } else if (terminated === undefined || waiting !== undefined) {
    out.line(2, title, 'Waiting');
    if ((waiting?.reason ?? '') !== '') out.line(3, 'Reason:', waiting?.reason ?? '');
  } else {
    const { reason = '', message = '', exitCode, signal = 0, startedAt, finishedAt } = terminated;
    out.line(2, title, 'Terminated');
    if (reason !== '') out.line(3, 'Reason:', reason);
    if (message !== '') out.line(3, 'Message:', message);
    out.line(3, 'Exit Code:', `${exitCode}`);
    if (signal > 0) out.line(3, 'Signal:', `${signal}`);
    out.line(3, 'Started:', timeText(startedAt));
    out.line(3, 'Finished:', timeText(finishedAt));
  }
}

/** Limits and requests, at a level and the one below. */
export function describeResources(out: Description, level: number, resources: Resources | undefined): void {
  for (const [title, amounts] of [
    ['Limits:', inOrder(resources?.limits)],
    ['Requests:', inOrder(resources?.requests)],
  ] as const) {
    if (amounts.length > 0) out.line(level, title);
    for (const [name, amount] of amounts) out.line(level + 1, `${name}:`, amount);
  }
}

function describeProbes(out: Description, container: Container): void {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  if (livenessProbe !== undefined) out.line(2, 'Liveness:', probeText(livenessProbe));
  if (readinessProbe !== undefined) out.line(2, 'Readiness:', probeText(readinessProbe));
  if (startupProbe !== undefined) out.line(2, 'Startup:', probeText(startupProbe));
}

function describeMounts(out: Description, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length === 0 ? ['<none>'] : [];
  out.line(2, 'Mounts:', ...none);
  for (const { name, mountPath, readOnly = false, subPath = '' } of volumeMounts.toSorted((a, b) =>
    a.mountPath < b.mountPath ? -1 : 1,
  )) {
    const part = subPath === '' ? '' : `,path=${JSON.stringify(subPath)}`;
    out.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${part})`);
  }
  if (volumeDevices.length === 0) return;
  out.line(2, 'Devices:', ...none);
  for (const { name, devicePath } of volumeDevices.toSorted((a, b) =>
    a.devicePath < b.devicePath ? -1 : 1,
  )) {
    out.line(3, `${devicePath} from ${name}`);
  }
}
