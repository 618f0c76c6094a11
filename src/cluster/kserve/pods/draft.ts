/** A pod that is being completed: a copy of its own, which the parts of this folder change in place. */
export interface PodDraft {
  readonly metadata: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
    annotations?: Record<string, string>;
  };
  readonly spec: PodSpecDraft;
}

export interface PodSpecDraft {
  volumes?: VolumeDraft[];
  initContainers?: ContainerDraft[];
  readonly containers: ContainerDraft[];
  readonly serviceAccountName?: string;
  nodeSelector?: Record<string, string>;
  shareProcessNamespace?: boolean;
}

export interface VolumeDraft {
  readonly name: string;
  readonly [source: string]: unknown;
}

export interface MountDraft {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
}

export interface VariableDraft {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

export interface PortDraft {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

export interface ContainerDraft {
  readonly name: string;
  image?: string;
  args?: string[];
  ports?: PortDraft[];
  env?: VariableDraft[];
  resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  volumeMounts?: MountDraft[];
  readinessProbe?: Readonly<Record<string, unknown>>;
  terminationMessagePolicy?: string;
  securityContext?: Record<string, unknown>;
}

export const serverContainer = 'kserve-container';
export const workerContainer = 'worker-container';
export const transformerContainer = 'transformer-container';
export const modelFolder = '/mnt/models';

/** What stands at a path of a component's annotations that KServe's controller writes for the pod's sake. */
export const internal = (name: string): string => `internal.serving.kserve.io/${name}`;

export function containerOf(spec: PodSpecDraft, name: string): ContainerDraft | undefined {
  return spec.containers.find(one => one.name === name);
}

/** The container that needs the model: the server, or a worker of it in a pod of its own. */
export function serverOf(spec: PodSpecDraft): ContainerDraft | undefined {
  return containerOf(spec, serverContainer) ?? containerOf(spec, workerContainer);
}

export function addVolume(spec: PodSpecDraft, volume: VolumeDraft): void {
  spec.volumes ??= [];
  if (!spec.volumes.some(one => one.name === volume.name)) spec.volumes.push(volume);
}

/** A container mounts a volume once. */
export function addMount(container: ContainerDraft, mount: MountDraft): void {
  container.volumeMounts ??= [];
  if (container.volumeMounts.some(one => one.name === mount.name)) return;
  const { name, mountPath, readOnly, subPath } = mount;
  container.volumeMounts.push({
    name,
    ...(readOnly === true && { readOnly }),
    mountPath,
    ...(subPath !== undefined && subPath !== '' && { subPath }),
  });
}

export function addVariables(container: ContainerDraft, variables: readonly VariableDraft[]): void {
  if (variables.length > 0) container.env = [...(container.env ?? []), ...variables];
}

/** Variables that are not there yet. */
export function addMissingVariables(container: ContainerDraft, variables: readonly VariableDraft[]): void {
  const named = new Set(container.env?.map(one => one.name));
  addVariables(
    container,
    variables.filter(one => !named.has(one.name)),
  );
}

/** Variables that count, whether they are there or not. */
export function putVariables(container: ContainerDraft, variables: readonly VariableDraft[]): void {
  const byName = new Map(variables.map(one => [one.name, one]));
  container.env = (container.env ?? []).map(one => byName.get(one.name) ?? one);
  addMissingVariables(container, variables);
}
